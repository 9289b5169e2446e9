using Microsoft.EntityFrameworkCore;
using Npgsql;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>Says at a sign-in who it is, or in one word why there is nobody to let in.</summary>
sealed class ResolveUseCases(ScimDbContext db, NpgsqlDataSource database, KnownCatalogue known, ConnectionTypes types)
{
    /// <summary>People who fit, at most: more than one is ambiguous anyhow.</summary>
    const int Most = 20;

    /// <exception cref="ProblemException">404 for a connection that is not there.</exception>
    public async Task<ResolveResponse> ResolveAsync(Reach reach, ResolveQuery query, CancellationToken ct)
    {
        if (await FindActiveAsync(reach, query, ct) is { } found)
            return found;
        await using var transaction = await db.BeginAsync(reach, ct);
        return await ResolveAsync(query, ct);
    }

    /// <summary>The usual sign-in, in one round trip: one person has that name, and may come in. <c>null</c>: it is another case.</summary>
    async Task<ResolveResponse?> FindActiveAsync(Reach reach, ResolveQuery query, CancellationToken ct)
    {
        var filter = FilterOf(query);
        if (filter is { ExternalId: null, UserName: null } || Given(query.Email) is not null)
            return null;
        var catalogue = await known.GetAsync(ct);
        await using var rows = await database.ReadAsync(reach, ct, ShownPeople.Page(filter, Guid.Empty, Most));
        var people = await ShownPeople.ReadAsync(rows, ct);
        return people.FindAll(IsActive) is [var only] && !IsClosed(only.State) ? new(PersonView.Of(only, catalogue)) : null;
    }

    async Task<ResolveResponse> ResolveAsync(ResolveQuery query, CancellationToken ct)
    {
        var id = query.ConnectionId!.Value;
        var connection =
            await db.Connections.AsNoTracking().Include(c => c.Documents).SingleOrDefaultAsync(c => c.Id == id, ct)
            ?? throw ProblemException.NotFound($"There is no connection {id}.");
        StoredRules stored;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(id), StoredRules.Read(id)))
            stored = await StoredRules.ReadAsync(rows, ct);
        var rules = stored.CompileStored(types.Of(connection.Documents));

        var answer = await FindAsync(query, rules, ct) ?? new(Reason: await WithheldAsync(query, rules, ct));
        if (IsClosed(connection.State))
            answer = new(Reason: ResolveResponse.ConnectionClosed);
        if (string.IsNullOrEmpty(query.Email))
            return answer;
        var candidates = await ReadAsync(new() { ConnectionId = id, Email = query.Email }, ct);
        return answer with
        {
            Candidates =
            [
                .. candidates
                    .Where(shown => shown.Person.Status is not PersonStatus.Deleted)
                    .Select(shown => PersonView.Of(shown, rules.Catalogue)),
            ],
        };
    }

    /// <summary>Of the people whom the application knows; <c>null</c>: nobody fits.</summary>
    async Task<ResolveResponse?> FindAsync(ResolveQuery query, Rules rules, CancellationToken ct)
    {
        var filter = FilterOf(query);
        if (filter is { ExternalId: null, Uid: null, UserName: null })
            return null;
        var people = await ReadAsync(filter, ct);
        if (filter.Uid is { } uid)
            people.RemoveAll(shown => shown.Person.UidKey != rules.KeyOf(uid));
        if (people.Count == 0 && filter.ExternalId is { } externalId && rules.MayBeUid(externalId))
            people = await ImportedAsync(filter.ConnectionId!.Value, rules.KeyOf(externalId), ct);
        var active = people.FindAll(IsActive);
        if (active.Count > 1)
            return new(Reason: ResolveResponse.Ambiguous);
        var found =
            active.FirstOrDefault()
            ?? people
                .OrderByDescending(shown => shown.Person.IsLinked)
                .ThenBy(shown => shown.Person.Status)
                .ThenByDescending(shown => shown.Person.UpdatedAt)
                .FirstOrDefault();
        return found is null ? null : new(PersonView.Of(found, rules.Catalogue), ReasonOf(found.Person));
    }

    /// <summary>
    /// Imported people with that uid who have no SCIM user yet, and so no externalId. They are in use already: nobody is locked out
    /// between the import and the moment when the connection is enabled.
    /// </summary>
    async Task<List<ShownPerson>> ImportedAsync(Guid connection, string uidKey, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), ShownPeople.WithUid(connection, [uidKey]));
        return (await ShownPeople.ReadAsync(rows, ct)).FindAll(shown => !shown.Person.IsLinked);
    }

    static PersonFilter FilterOf(ResolveQuery query) =>
        new()
        {
            ConnectionId = query.ConnectionId,
            ExternalId = Given(query.ExternalId),
            Uid = Given(query.Uid),
            UserName = Given(query.UserName),
        };

    static bool IsActive(ShownPerson shown) => shown.Person.Status is PersonStatus.Active;

    static bool IsClosed(string state) => state is ConnectionState.Disconnected or ConnectionState.Disabled or ConnectionState.Deleted;

    static string? ReasonOf(Person person) =>
        person switch
        {
            { Status: PersonStatus.Active } => null,
            { Status: PersonStatus.Deleted } => ResolveResponse.Deleted,
            { Reason: StatusReason.OutOfScope } => ResolveResponse.OutOfScope,
            _ => ResolveResponse.Inactive,
        };

    /// <summary>Why a user that was received is not there for the application.</summary>
    async Task<string> WithheldAsync(ResolveQuery query, Rules rules, CancellationToken ct)
    {
        var connection = query.ConnectionId!.Value;
        var (externalId, uid, userName) = (Given(query.ExternalId), Given(query.Uid), Given(query.UserName));
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            ReceivedPeople.Called(connection, externalId ?? uid, userName ?? uid, Guid.TryParse(uid, out var id) ? id : null, Most)
        );
        var received = await ReceivedUsers.ReadAsync(rows, ct);
        // A uid may be read from any path; those that are looked for here are the usual ones.
        if (uid is not null)
            received.RemoveAll(user => rules.Read(user).UidKey != rules.KeyOf(uid));
        return received.Count == 0 ? ResolveResponse.Unknown
            : received.Exists(user => rules.InScope(user.Groups)) ? ResolveResponse.Held
            : ResolveResponse.OutOfScope;
    }

    async Task<List<ShownPerson>> ReadAsync(PersonFilter filter, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, ShownPeople.Page(filter, Guid.Empty, Most));
        return await ShownPeople.ReadAsync(rows, ct);
    }

    static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

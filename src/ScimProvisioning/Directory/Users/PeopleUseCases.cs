using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>What admins see of received users: beside each, what the application sees, and what stands between the two.</summary>
sealed class PeopleUseCases(ScimDbContext db, ConnectionTypes types)
{
    const int PartSize = 500;

    /// <summary>Users that one page looks through for those of a standing.</summary>
    const int MostLookedThrough = 10_000;

    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<PeopleResponse>> ListAsync(Guid id, PeopleQuery query, PageRequest page, CancellationToken ct)
    {
        var connection = await db.ReadWithDocumentsAsync(id, ct);
        ProjectionRow? row;
        StoredRules stored;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(id), ProjectionRow.Read(id), StoredRules.Read(id)))
        {
            row = await ProjectionRow.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            stored = await StoredRules.ReadAsync(rows, ct);
        }
        var rules = stored.CompileStored(types.Of(connection.Documents));
        PersonStanding? wanted = WireName.TryParse(query.Standing, out PersonStanding standing) ? standing : null;
        var releases = row?.Releases is true;
        // Nobody waits for what is being released, and nobody is outside of all.
        if ((wanted is PersonStanding.Waiting && releases) || (wanted is PersonStanding.OutOfScope && rules.ScopeGroups is null))
            return new([], null);
        if (wanted is PersonStanding.NotYet && !(releases && await IsBehindAsync(row!, ct)))
            return new([], null);
        Guid[]? outside = wanted is PersonStanding.OutOfScope ? [.. rules.ScopeGroups!] : null;
        var size = wanted is null ? page.Take : PartSize;
        var (found, after) = (new List<PeopleResponse>(), page.Start);
        for (var seen = 0; found.Count < page.Take && seen < MostLookedThrough; seen += size)
        {
            var part = await ReadAsync(id, after, size, wanted, outside, query, ct);
            var (released, problems) = await ReadReleasedAsync(id, [.. part.Select(user => user.ResourceId)], ct);
            foreach (var user in part)
            {
                var person = released.GetValueOrDefault(user.ResourceId);
                var shown = Of(user, person, [.. problems[user.ResourceId]], rules, releases);
                var isOfStanding = wanted is not { } only || shown.Standing == WireName.Of(only);
                if (isOfStanding && (query.Known ?? person is not null) == person is not null)
                    found.Add(shown);
                if (found.Count == page.Take)
                    break;
            }
            if (part.Count < size)
                return page.Of(found, item => item, item => item.Received.Id);
            after = part[^1].ResourceId;
        }
        // A page that has looked through enough may be short, and yet not the last.
        return found.Count < page.Take ? new(found, after.ToString()) : page.Of(found, item => item, item => item.Received.Id);
    }

    /// <summary>Whether something that was received is not released. If nothing is, nobody is on the way, however many there are.</summary>
    async Task<bool> IsBehindAsync(ProjectionRow row, CancellationToken ct)
    {
        var id = row.Connection.Id;
        await using var rows = await db.ReadAsync(ct, ReleaseLag.Entries(id, row.Position), DirtyUsers.Any(id));
        await rows.ReadAsync(ct);
        var isChanged = rows.GetInt64(0) > 0;
        await rows.NextResultAsync(ct);
        return isChanged || row.Walk is not null || await rows.ReadAsync(ct);
    }

    async Task<List<ReceivedUser>> ReadAsync(
        Guid id,
        Guid after,
        int size,
        PersonStanding? wanted,
        Guid[]? outside,
        PeopleQuery query,
        CancellationToken ct
    )
    {
        bool? held = wanted switch
        {
            PersonStanding.Held => true,
            PersonStanding.Released or PersonStanding.NotYet => false,
            _ => null,
        };
        bool? isReleased = wanted switch
        {
            PersonStanding.Released => true,
            PersonStanding.Waiting or PersonStanding.NotYet => false,
            _ => query.Known,
        };
        var prefix = string.IsNullOrEmpty(query.Q) ? null : query.Q;
        var statement = ReceivedPeople.Page(id, after, size, held, isReleased, outside, prefix);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(id), statement);
        return await ReceivedUsers.ReadAsync(rows, ct);
    }

    async Task<(Dictionary<Guid, ShownPerson> People, ILookup<Guid, KnownProblem> Problems)> ReadReleasedAsync(
        Guid id,
        Guid[] resources,
        CancellationToken ct
    )
    {
        await using var rows = await db.ReadAsync(ct, ShownPeople.OfResources(id, resources), ReceivedPeople.Problems(id, resources));
        var people = (await ShownPeople.ReadAsync(rows, ct))
            .Where(shown => shown.Person.IsLinked)
            .ToDictionary(shown => shown.Person.ResourceId!.Value);
        await rows.NextResultAsync(ct);
        return (people, await ReceivedPeople.ReadProblemsAsync(rows, ct));
    }

    static PeopleResponse Of(ReceivedUser user, ShownPerson? person, List<KnownProblem> problems, Rules rules, bool releases)
    {
        var mapped = rules.Read(user);
        if (!releases && person is null)
            problems = KnownProblem.NotYetStored(mapped);
        var isGuarded = problems.Exists(problem => problem.Kind is ProblemKind.HeldByGuard);
        var isHeld = problems.Exists(problem => problem.Holds);
        var standing = PersonStandings.Of(person is not null, releases, isGuarded, rules.InScope(user.Groups), isHeld);
        return new(
            WireName.Of(standing),
            ReceivedUserResponse.Of(user, mapped),
            person is null ? null : PersonView.Of(person, rules.Catalogue),
            [.. problems.Select(UserProblemResponse.Of)]
        );
    }
}

using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Attributes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>Suggests a mapping from what was received.</summary>
sealed class SuggestionUseCases(
    ScimDbContext db,
    RuleStore rules,
    NpgsqlDataSource database,
    ConnectionTypes types,
    SampleCache samples,
    TimeProvider clock
)
{
    public const int SampleSize = 10_000;
    const int Part = 500;

    const string Empty =
        "Nothing was received yet. In Entra, open the enterprise application, choose Provisioning, then Provision on demand, and provision "
        + "one user; then look again.";

    /// <exception cref="ProblemException">404.</exception>
    public async Task<SuggestionsResponse> GetAsync(Guid connection, SuggestionQuery query, CancellationToken ct)
    {
        var catalogue = (await rules.ReadAsync(connection, ct)).Catalogue;
        var sample = samples.Find(connection, catalogue, clock.GetStoredNow());
        if (sample is null)
        {
            var row = await db.ReadWithDocumentsAsync(connection, ct);
            sample = await TakeAsync(connection, catalogue, types.Of(row.Documents), ct);
            // Nothing is looked for again at once: the first user may come any moment.
            if (sample.Users > 0)
                samples.Keep(connection, catalogue, sample);
        }
        return new(
            sample.Users,
            sample.At,
            sample.Users == 0 ? Empty : null,
            sample.WithoutObjectId,
            [.. sample.Paths.Select(path => Shown(query.Masked is true ? path.Masked() : path, path, catalogue))]
        );
    }

    async Task<Sample> TakeAsync(Guid connection, Catalogue catalogue, ResourceTypes known, CancellationToken ct)
    {
        var sample = new PathSample(catalogue, known.All.FirstOrDefault(type => type.IsUser) ?? ResourceType.User);
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        var (after, withoutObjectId) = (await FirstAsync(session, connection, ct), 0);
        while (true)
        {
            await using var rows = await session.ReadAsync(ct, ReceivedUsers.LiveAfter(connection, after, Part));
            var users = await ReceivedUsers.ReadAsync(rows, ct);
            foreach (var user in users)
            {
                sample.Add(user.Document);
                if (!ObjectIds.Has(user))
                    withoutObjectId++;
            }
            if (users.Count < Part || sample.Users >= SampleSize)
                return new(clock.GetStoredNow(), sample.Users, withoutObjectId, sample.Users == 0 ? [] : sample.Suggestions());
            after = users[^1].ResourceId;
        }
    }

    /// <summary>The id before the last users. The newest come last, so that their values are shown.</summary>
    static async Task<Guid> FirstAsync(TenantSession session, Guid connection, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(ct, ReceivedUsers.BeforeLast(connection, SampleSize));
        return await rows.ReadAsync(ct) ? rows.GetGuid(0) : Guid.Empty;
    }

    static SuggestionResponse Shown(PathSuggestion shown, PathSuggestion found, Catalogue catalogue)
    {
        var known = found.Attribute is null ? null : catalogue.Find(found.Attribute);
        var proposal = known is null ? AttributeProposal.For(found.Path, found.Values, catalogue) : null;
        return new(
            shown.Path,
            shown.Users,
            Math.Round(shown.Share, 4),
            shown.Values,
            known?.Name,
            (known ?? proposal) is { } typed ? WireName.Of(typed.Type) : null,
            proposal is null ? null : AttributeBody.Of(proposal)
        );
    }
}

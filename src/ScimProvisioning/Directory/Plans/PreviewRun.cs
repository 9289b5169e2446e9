using Npgsql;
using Scim.Directory;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Plans;

/// <summary>Computes a preview, for a request or in the background.</summary>
sealed class PreviewRun(Preview preview, NpgsqlDataSource database)
{
    /// <summary>The rules of a connection with this change, and what stands against its groups.</summary>
    public async Task<BoundRules> BindAsync(Guid connection, RuleChange change, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        StoredRules stored;
        await using (var rows = await session.ReadAsync(ct, StoredRules.Read(connection)))
            stored = await StoredRules.ReadAsync(rows, ct);
        return await BoundRules.BindAsync(change.Over(stored), connection, statements => session.ReadAsync(ct, statements), ct);
    }

    public async Task<PreviewResponse> RunAsync(Guid connection, BoundRules rules, CancellationToken ct, Func<long, Task>? progress = null)
    {
        await EnsureRowAsync(connection, ct);
        var result =
            await preview.RunAsync(connection, _ => rules.Rules, ct, progress)
            ?? throw new InvalidOperationException($"Connection {connection} has no row of its projection.");
        return new(
            PreviewCounts.Of(result),
            PreviewExamples.Of(result),
            [
                .. result.Conflicts.Select(c => new ConflictResponse(
                    c.UserId,
                    c.Conflict.Attribute,
                    c.Conflict.App,
                    c.Conflict.IdentityProvider
                )),
            ],
            result.ConflictCount,
            [.. rules.Problems.Select(problem => problem.Message).Distinct()],
            (rules.Rules.Mapping is not { } own || Mapping.TakesObjectIds(own.Uid, own.UidFormat)) && result.UsersWithoutObjectId > 0
                ? [ObjectIds.Missing(result.UsersWithoutObjectId).English]
                : [],
            result.UsersWithoutObjectId
        );
    }

    /// <summary>A connection that nobody has looked at yet has none.</summary>
    async Task EnsureRowAsync(Guid connection, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        await session.CommitAllAsync(ct, ProjectionRow.Create(connection));
    }
}

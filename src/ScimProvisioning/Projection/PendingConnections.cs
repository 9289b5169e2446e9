using Npgsql;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>
/// Finds the connections with something to release, whoever changed it: one probe of an index for each connection. One server at a time
/// looks.
/// </summary>
sealed class PendingConnections(NpgsqlDataSource database, ProjectionMetrics metrics)
{
    /// <summary>Key of the advisory lock; it ends with the transaction.</summary>
    const long Lock = 0x5C1_100C;

    const int MostHeldCounted = 100_000;

    static readonly string Find = $"""
        SELECT c.id FROM connections c LEFT JOIN projections p ON p.connection_id = c.id
        WHERE (SELECT pg_try_advisory_xact_lock({Lock})) AND (
            p.connection_id IS NULL OR p.rebuild_stage IS NOT NULL
            OR EXISTS (SELECT FROM directory_dirty d WHERE d.connection_id = c.id)
            OR EXISTS (
                SELECT FROM changes e
                WHERE e.connection_id = c.id AND (e.transaction_id, e.sequence) > (p.transaction_id, p.sequence)
                    AND e.{ChangeReader.NotOfTheFuture}))
        """;

    const string RebuildCopied = """
        UPDATE projections SET rebuild_stage = 'groups', rebuild_after = NULL, rebuild_done = 0, rebuild_total = 0,
            rebuild_started_at = now(), rebuild_request_id = 'copied', rebuild_actor = NULL, rebuild_exempt = 'none'
        WHERE releases AND transaction_id > pg_snapshot_xmax(pg_current_snapshot())
        """;

    const string ForgetForeignPositions = """
        UPDATE projections SET transaction_id = pg_snapshot_xmin(pg_current_snapshot()), sequence = 0
        WHERE transaction_id > pg_snapshot_xmax(pg_current_snapshot())
        RETURNING connection_id
        """;

    public async Task<List<Guid>> FindAsync(CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(
            database,
            ct,
            new(Find),
            ReleaseLag.Oldest(),
            GuardHolds.CountAll(MostHeldCounted)
        );
        var found = new List<Guid>();
        while (await rows.ReadAsync(ct))
            found.Add(rows.GetGuid(0));
        await rows.NextResultAsync(ct);
        var oldest = await ReleaseLag.ReadOldestAsync(rows, ct);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        metrics.Looked(found.Count, oldest?.Age ?? TimeSpan.Zero, rows.GetInt64(0));
        return found;
    }

    /// <summary>
    /// Positions that PostgreSQL has not reached come from another one, from which the database was copied. Such a connection begins at the
    /// present, and is rebuilt.
    /// </summary>
    /// <returns>How many there were.</returns>
    public async Task<int> ForgetForeignPositionsAsync(CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, new(RebuildCopied), new(ForgetForeignPositions));
        var count = 0;
        while (await rows.ReadAsync(ct))
            count++;
        while (await rows.NextResultAsync(ct)) { }
        return count;
    }
}

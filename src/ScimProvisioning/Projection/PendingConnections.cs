using Npgsql;
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

    public async Task<List<Guid>> FindAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new("BEGIN"));
        batch.BatchCommands.Add(new(Reach.EverythingStatement));
        batch.BatchCommands.Add(
            new(
                $"""
                SELECT c.id FROM connections c LEFT JOIN projections p ON p.connection_id = c.id
                WHERE (SELECT pg_try_advisory_xact_lock({Lock})) AND (
                    p.connection_id IS NULL OR p.rebuild_stage IS NOT NULL
                    OR EXISTS (SELECT FROM directory_dirty d WHERE d.connection_id = c.id)
                    OR EXISTS (
                        SELECT FROM changes e
                        WHERE e.connection_id = c.id AND (e.transaction_id, e.sequence) > (p.transaction_id, p.sequence)))
                """
            )
        );
        batch.BatchCommands.Add(ReleaseLag.Oldest());
        batch.BatchCommands.Add(new("COMMIT"));
        await using var rows = await batch.ExecuteReaderAsync(ct);
        var found = new List<Guid>();
        while (await rows.ReadAsync(ct))
            found.Add(rows.GetGuid(0));
        await rows.NextResultAsync(ct);
        var oldest = await ReleaseLag.ReadOldestAsync(rows, ct);
        metrics.Looked(found.Count, oldest?.Age ?? TimeSpan.Zero);
        return found;
    }
}

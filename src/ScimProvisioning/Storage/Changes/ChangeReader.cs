using Npgsql;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Changes;

/// <summary>A place in the change log of a connection: entries are read in the order of this pair.</summary>
readonly record struct ChangePosition(ulong TransactionId, long Sequence);

/// <summary>An entry of the change log.</summary>
/// <param name="Details">
/// What changed, as JSON; <c>null</c> for a user, whose present state is read anyhow, and for what is too long to be read at once.
/// </param>
sealed record LoggedChange(
    ChangePosition Position,
    string Type,
    string ResourceType,
    Guid ResourceId,
    long Version,
    string? Details,
    string RequestId,
    string Actor,
    DateTimeOffset At
);

/// <summary>
/// Reads the change log of one connection from a position on. Entries of a transaction become visible when it commits, which is not the
/// order of their numbers. So a reader stays below the oldest transaction that still runs: what it has passed is complete.
/// </summary>
static class ChangeReader
{
    /// <summary>
    /// Longer details, in bytes as they are stored, are left in the database: those of a group that 100,000 members joined at once.
    /// </summary>
    public const int LongestDetails = 20_000;

    /// <summary>
    /// A condition on an entry. Copied by hand into a younger PostgreSQL, entries have numbers that it has not reached: they are told of by
    /// a rebuild, and nobody waits for them.
    /// </summary>
    public const string NotOfTheFuture = "transaction_id < pg_snapshot_xmax(pg_current_snapshot())";

    /// <summary>For <see cref="ReadAsync"/>.</summary>
    /// <param name="ofGroups">With the details of changes of groups.</param>
    /// <param name="most">Entries at most.</param>
    public static NpgsqlBatchCommand Next(Guid connection, ChangePosition after, bool ofGroups, int most)
    {
        var sql = new Sql();
        // Those of the connection itself decide what is released, so they are always read.
        var isShort = ofGroups ? $" OR resource_type <> 'User' AND pg_column_size(changes) <= {LongestDetails}" : "";
        return sql.Statement(
            $"""
            SELECT transaction_id, sequence, type, resource_type, resource_id, version,
                CASE WHEN resource_type = '{nameof(Connection)}'{isShort} THEN changes::text END,
                request_id, actor, occurred_at, transaction_id < pg_snapshot_xmin(pg_current_snapshot())
            FROM changes
            WHERE connection_id = {sql.Add(connection)}
                AND (transaction_id, sequence) > ({sql.Add(after.TransactionId)}, {sql.Add(after.Sequence)}) AND {NotOfTheFuture}
            ORDER BY transaction_id, sequence LIMIT {most}
            """
        );
    }

    /// <summary>The entries that are complete, in order, and whether others follow that are not yet.</summary>
    public static async Task<(List<LoggedChange> Changes, bool MoreToCome)> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var changes = new List<LoggedChange>();
        while (await rows.ReadAsync(ct))
        {
            if (!rows.GetBoolean(10))
                return (changes, true);
            changes.Add(
                new(
                    new(rows.GetFieldValue<ulong>(0), rows.GetInt64(1)),
                    rows.GetString(2),
                    rows.GetString(3),
                    rows.GetGuid(4),
                    rows.GetInt64(5),
                    rows.IsDBNull(6) ? null : rows.GetString(6),
                    rows.GetString(7),
                    rows.GetString(8),
                    rows.GetFieldValue<DateTimeOffset>(9)
                )
            );
        }
        return (changes, false);
    }
}

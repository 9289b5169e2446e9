using Npgsql;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A transaction that still runs: nothing that was committed after it began is released before it ends.</summary>
/// <param name="Age">How long it runs.</param>
sealed record OpenTransaction(int Pid, string? Application, string? Database, TimeSpan Age);

/// <summary>How far the release is behind.</summary>
static class ReleaseLag
{
    /// <summary>More entries than these are not counted.</summary>
    public const int MostCounted = 10_000;

    /// <summary>How many entries of the change log come after a position.</summary>
    public static NpgsqlBatchCommand Entries(Guid connection, ChangePosition after)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT count(*) FROM (
                SELECT FROM changes WHERE connection_id = {sql.Add(connection)}
                    AND (transaction_id, sequence) > ({sql.Add(after.TransactionId)}, {sql.Add(after.Sequence)})
                LIMIT {MostCounted}) waiting
            """
        );
    }

    /// <summary>
    /// The oldest transaction of the cluster that writes, in whatever database; no row: none. Of other logins PostgreSQL shows it only when
    /// the owner of the database is a member of <c>pg_read_all_stats</c>.
    /// </summary>
    public static NpgsqlBatchCommand Oldest() => new("SELECT pid, application, database, age FROM scim_oldest_writer()");

    public static async Task<OpenTransaction?> ReadOldestAsync(NpgsqlDataReader rows, CancellationToken ct) =>
        await rows.ReadAsync(ct)
            ? new(
                rows.GetInt32(0),
                rows.IsDBNull(1) ? null : rows.GetString(1),
                rows.IsDBNull(2) ? null : rows.GetString(2),
                TimeSpan.FromSeconds(rows.IsDBNull(3) ? 0 : Math.Max(0, rows.GetDouble(3)))
            )
            : null;
}

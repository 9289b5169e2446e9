using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Activity;

/// <summary>What the runs of a day have done, users and groups together. Days are those of UTC.</summary>
/// <param name="Changed">Created, updated, deactivated and reactivated.</param>
/// <param name="Failed">Of which a request was refused or failed.</param>
readonly record struct RunDay(DateOnly Day, long Runs, long Changed, long Failed)
{
    /// <summary>The days that have runs, the oldest first. A run that is not closed has no figures yet, and counts as a run only.</summary>
    public static NpgsqlBatchCommand Since(Guid connection, DateTimeOffset since)
    {
        var sql = new Sql();
        // Ids begin with the time, and the index has them. A minute more, since an id is made by another clock.
        var first = Guid.CreateVersion7(since.AddMinutes(-1));
        var counts = string.Join(" + ", Sums("created", "updated", "deactivated", "reactivated"));
        return sql.Statement(
            $"""
            SELECT (started_at AT TIME ZONE 'UTC')::date AS day, count(*),
                coalesce(sum({counts}), 0)::bigint, coalesce(sum({string.Join(" + ", Sums("failed"))}), 0)::bigint
            FROM runs
            WHERE connection_id = {sql.Add(connection)} AND id >= {sql.Add(first)} AND started_at >= {sql.Add(since)}
            GROUP BY day ORDER BY day
            """
        );
    }

    public static async Task<List<RunDay>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<RunDay>();
        while (await rows.ReadAsync(ct))
            read.Add(new(rows.GetFieldValue<DateOnly>(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        return read;
    }

    static IEnumerable<string> Sums(params string[] names) =>
        from type in (string[])["users", "groups"]
        from name in names
        select $"(figures -> '{type}' ->> '{name}')::bigint";
}

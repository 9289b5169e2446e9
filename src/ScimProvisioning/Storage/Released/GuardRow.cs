using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>The guard of a connection against a mass deactivation.</summary>
/// <param name="Share">It holds when more than this share of the active people would leave, and</param>
/// <param name="Count">more than so many,</param>
/// <param name="WindowMinutes">within so many minutes.</param>
/// <param name="TriggeredAt">Since when it holds people; <c>null</c>: it holds nobody.</param>
/// <param name="ToldAt">When the application was told of it last.</param>
/// <param name="HasHolds">Whether there are rows of <c>guard_holds</c>, approved ones too.</param>
sealed record GuardRow(
    bool Enabled,
    double Share,
    int Count,
    int WindowMinutes,
    DateTimeOffset? TriggeredAt,
    DateTimeOffset? ToldAt,
    bool HasHolds
)
{
    public static readonly GuardRow Default = new(true, 0.2, 25, 60, null, null, false);

    /// <summary>The beginning of the window that ends now.</summary>
    public DateTimeOffset WindowStart(DateTimeOffset now) => now.AddMinutes(-WindowMinutes);

    /// <summary>Whether so many leave that it is rather a mistake.</summary>
    /// <param name="active">Active people before the first of them has left.</param>
    public bool IsTooMany(long leaving, long active) => leaving > Count && leaving > Share * active;

    /// <summary>Up to how many active people must be counted to know whether it is too many.</summary>
    // Without a share it is only told how many there are, once.
    public long MostCounted(long leaving) =>
        Share > 0 ? (long)Math.Min(leaving / Share + 1, int.MaxValue)
        : TriggeredAt is null ? int.MaxValue
        : 1;

    public static NpgsqlBatchCommand Read(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT g.enabled, g.share, g.count, g.window_minutes, g.triggered_at, g.told_at,
                EXISTS (SELECT FROM guard_holds h WHERE h.connection_id = c.id)
            FROM (VALUES ({sql.Add(connection)})) AS c (id) LEFT JOIN guards g ON g.connection_id = c.id
            """
        );
    }

    public static async Task<GuardRow> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        var hasHolds = rows.GetBoolean(6);
        return rows.IsDBNull(0)
            ? Default with
            {
                HasHolds = hasHolds,
            }
            : new(
                rows.GetBoolean(0),
                rows.GetDouble(1),
                rows.GetInt32(2),
                rows.GetInt32(3),
                rows.IsDBNull(4) ? null : rows.GetFieldValue<DateTimeOffset>(4),
                rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5),
                hasHolds
            );
    }

    /// <summary>Writes what admins set.</summary>
    public NpgsqlBatchCommand Save(Guid connection, Guid organization)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO guards (connection_id, organization_id, enabled, share, count, window_minutes)
            VALUES ({sql.Add(connection)}, {sql.Add(organization)}, {sql.Add((bool?)Enabled)}, {sql.Add((decimal)Share)},
                {sql.Add((long)Count)}, {sql.Add((long)WindowMinutes)})
            ON CONFLICT (connection_id) DO UPDATE SET enabled = excluded.enabled, share = excluded.share, count = excluded.count,
                window_minutes = excluded.window_minutes
            """
        );
    }

    /// <summary>Notes that the application is told of people who are held.</summary>
    public static NpgsqlBatchCommand Told(Guid connection, Guid organization, DateTimeOffset now)
    {
        var sql = new Sql();
        var at = sql.Add(now);
        return sql.Statement(
            $"""
            INSERT INTO guards (connection_id, organization_id, triggered_at, told_at)
            VALUES ({sql.Add(connection)}, {sql.Add(organization)}, {at}, {at})
            ON CONFLICT (connection_id) DO UPDATE SET triggered_at = coalesce(guards.triggered_at, {at}), told_at = {at}
            """
        );
    }

    /// <summary>Notes that it holds nobody any more, if that is so.</summary>
    public static NpgsqlBatchCommand Calm(Guid connection)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            UPDATE guards SET triggered_at = NULL, told_at = NULL
            WHERE connection_id = {connectionId} AND triggered_at IS NOT NULL
                AND NOT EXISTS (SELECT FROM guard_holds WHERE connection_id = {connectionId} AND approved_by IS NULL)
            """
        );
    }

    /// <summary>Of all connections, those whose application must be told again: connection.</summary>
    public static NpgsqlBatchCommand ToldBefore(DateTimeOffset time)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT connection_id FROM guards WHERE triggered_at IS NOT NULL AND told_at <= {sql.Add(time)} ORDER BY told_at"
        );
    }
}

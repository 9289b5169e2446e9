using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>What a snapshot tells, one after the other: a member comes after the person and after the group.</summary>
enum SnapshotStage
{
    /// <summary>It was asked for, and nothing is told yet.</summary>
    Waiting,
    Users,
    Groups,
    Memberships,
    Finished,
}

/// <summary>A row of <c>directory_snapshots</c>: everything of a connection is told again.</summary>
/// <param name="RequestId">The request that asked for it.</param>
/// <param name="After">The last person, or the last group, that was told in this stage.</param>
/// <param name="AfterMember">In the stage of memberships, the last person of that group.</param>
/// <param name="Users">People that were told.</param>
sealed record SnapshotRow(
    Guid Connection,
    Guid Id,
    Guid Organization,
    string RequestId,
    SnapshotStage Stage,
    Guid After,
    Guid AfterMember,
    long Users,
    long Groups,
    long Memberships,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt
)
{
    const string Columns = """
        connection_id, id, organization_id, request_id, stage, after_id, after_member, users, groups, memberships, created_at, started_at,
        finished_at
        """;

    static readonly string Finished = WireName.Of(SnapshotStage.Finished);

    /// <summary>One that nothing was told of yet.</summary>
    public static SnapshotRow New(Guid connection, Guid id, Guid organization, string requestId, DateTimeOffset now) =>
        new(connection, id, organization, requestId, SnapshotStage.Waiting, Guid.Empty, Guid.Empty, 0, 0, 0, now, null, null);

    public static NpgsqlBatchCommand Read(Guid connection, Guid id) => Select(connection, id, "");

    /// <summary>Locks the row; there is none while another server works on the snapshot.</summary>
    public static NpgsqlBatchCommand Lock(Guid connection, Guid id) => Select(connection, id, " FOR UPDATE SKIP LOCKED");

    /// <summary>A row while one of the connection has not ended.</summary>
    public static NpgsqlBatchCommand IsRunning(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT FROM directory_snapshots WHERE connection_id = {sql.Add(connection)} AND stage <> '{Finished}' LIMIT 1"
        );
    }

    /// <summary>Those of all connections that have not ended, the oldest first.</summary>
    public static NpgsqlBatchCommand Running() =>
        new($"SELECT {Columns} FROM directory_snapshots WHERE stage <> '{Finished}' ORDER BY id LIMIT 100");

    public static async Task<List<SnapshotRow>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var found = new List<SnapshotRow>();
        while (await rows.ReadAsync(ct))
            found.Add(Read(rows));
        return found;
    }

    /// <summary>Changes no row when another one of the connection has not ended.</summary>
    public NpgsqlBatchCommand Insert()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO directory_snapshots (connection_id, id, organization_id, request_id, stage, created_at)
            VALUES ({sql.Add(Connection)}, {sql.Add(Id)}, {sql.Add(Organization)}, {sql.Add(RequestId)}, {sql.Add(WireName.Of(Stage))},
                {sql.Add(CreatedAt)})
            ON CONFLICT DO NOTHING RETURNING {Columns}
            """
        );
    }

    /// <summary>Deletes those of a connection that ended before this time.</summary>
    public static NpgsqlBatchCommand DeleteOld(Guid connection, DateTimeOffset before)
    {
        var sql = new Sql();
        return sql.Statement(
            $"DELETE FROM directory_snapshots WHERE connection_id = {sql.Add(connection)} AND finished_at < {sql.Add(before)}"
        );
    }

    public NpgsqlBatchCommand Save()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE directory_snapshots SET stage = {sql.Add(WireName.Of(Stage))}, after_id = {sql.Add(After)},
                after_member = {sql.Add(AfterMember)}, users = {sql.Add(Users)}, groups = {sql.Add(Groups)},
                memberships = {sql.Add(Memberships)}, started_at = {sql.Add(StartedAt)}, finished_at = {sql.Add(FinishedAt)}
            WHERE connection_id = {sql.Add(Connection)} AND id = {sql.Add(Id)}
            """
        );
    }

    static NpgsqlBatchCommand Select(Guid connection, Guid id, string rowLock)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM directory_snapshots
            WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(id)}{rowLock}
            """
        );
    }

    static SnapshotRow Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetGuid(2),
            row.GetString(3),
            Enum.Parse<SnapshotStage>(row.GetString(4), ignoreCase: true),
            row.IsDBNull(5) ? Guid.Empty : row.GetGuid(5),
            row.IsDBNull(6) ? Guid.Empty : row.GetGuid(6),
            row.GetInt64(7),
            row.GetInt64(8),
            row.GetInt64(9),
            row.GetFieldValue<DateTimeOffset>(10),
            row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11),
            row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12)
        );
}

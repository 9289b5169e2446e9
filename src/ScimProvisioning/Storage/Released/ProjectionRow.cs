using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>The connection that is projected, as far as the application sees it.</summary>
sealed record ProjectedConnection(Guid Id, Guid OrganizationId, string Name, string Provider, string State, ConnectionDocuments? Documents);

/// <summary>How far the change log of a connection was released.</summary>
/// <param name="Position">The last entry that was dealt with.</param>
/// <param name="Releases">False: the directory is held back, and only changes of the connection itself are told.</param>
/// <param name="InitialLoad">No rebuild has been completed since the connection was first enabled.</param>
/// <param name="Walk"><c>null</c>: none runs.</param>
sealed record ProjectionRow(
    ProjectedConnection Connection,
    ChangePosition Position,
    bool Releases,
    bool InitialLoad,
    Walk? Walk,
    DateTimeOffset? RebuiltAt
)
{
    const string Columns = """
        p.transaction_id, p.sequence, p.releases, p.initial_load, p.rebuild_stage, p.rebuild_after, p.rebuild_done, p.rebuild_total,
        p.rebuild_started_at, p.rebuild_request_id, p.rebuilt_at, c.id, c.organization_id, c.name, c.provider, c.state,
        d.schemas::text, d.resource_types::text, p.rebuild_actor, p.rebuild_exempt
        """;

    /// <summary>Makes the row of a connection that has none yet: nothing of its change log was dealt with.</summary>
    public static NpgsqlBatchCommand Create(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO projections (connection_id, organization_id)
            SELECT id, organization_id FROM connections WHERE id = {sql.Add(connection)} ON CONFLICT DO NOTHING
            """
        );
    }

    /// <summary>
    /// Locks the row for the transaction, for <see cref="ReadAsync"/>: one transaction at a time changes what was released.
    /// </summary>
    /// <param name="wait">Wait for another server that works on the connection; else there is no row then.</param>
    public static NpgsqlBatchCommand Lock(Guid connection, bool wait) =>
        Select(connection, wait ? "FOR UPDATE OF p" : "FOR UPDATE OF p SKIP LOCKED");

    public static NpgsqlBatchCommand Read(Guid connection) => Select(connection, "");

    static NpgsqlBatchCommand Select(Guid connection, string rowLock)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM projections p
            JOIN connections c ON c.id = p.connection_id
            LEFT JOIN connection_documents d ON d.connection_id = p.connection_id
            WHERE p.connection_id = {sql.Add(connection)} {rowLock}
            """
        );
    }

    public static async Task<ProjectionRow?> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        if (!await rows.ReadAsync(ct))
            return null;
        var id = rows.GetGuid(11);
        return new(
            new(
                id,
                rows.GetGuid(12),
                rows.GetString(13),
                rows.GetString(14),
                rows.GetString(15),
                rows.IsDBNull(16)
                    ? null
                    : new()
                    {
                        ConnectionId = id,
                        Schemas = rows.GetString(16),
                        ResourceTypes = rows.GetString(17),
                    }
            ),
            new(rows.GetFieldValue<ulong>(0), rows.GetInt64(1)),
            rows.GetBoolean(2),
            rows.GetBoolean(3),
            rows.IsDBNull(4)
                ? null
                : new(
                    WireName.TryParse(rows.GetString(4), out WalkStage stage)
                        ? stage
                        : throw new InvalidOperationException(rows.GetString(4)),
                    rows.IsDBNull(5) ? Guid.Empty : rows.GetGuid(5),
                    rows.GetInt64(6),
                    rows.GetInt64(7),
                    rows.GetFieldValue<DateTimeOffset>(8),
                    rows.GetString(9),
                    rows.IsDBNull(18) ? null : rows.GetString(18),
                    WireName.TryParse(rows.GetString(19), out Exemption exempt)
                        ? exempt
                        : throw new InvalidOperationException(rows.GetString(19))
                ),
            rows.IsDBNull(10) ? null : rows.GetFieldValue<DateTimeOffset>(10)
        );
    }

    public NpgsqlBatchCommand Save()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE projections SET transaction_id = {sql.Add(Position.TransactionId)}, sequence = {sql.Add(Position.Sequence)},
                releases = {sql.Add((bool?)Releases)}, initial_load = {sql.Add((bool?)InitialLoad)},
                rebuild_stage = {sql.Add(Walk is null ? null : WireName.Of(Walk.Stage))},
                rebuild_after = {sql.Add(Walk?.After)}, rebuild_done = {sql.Add(Walk?.Done ?? 0)},
                rebuild_total = {sql.Add(Walk?.Total ?? 0)}, rebuild_started_at = {sql.Add(Walk?.StartedAt)},
                rebuild_request_id = {sql.Add(Walk?.RequestId)}, rebuild_actor = {sql.Add(Walk?.Actor)}, rebuilt_at = {sql.Add(
                RebuiltAt
            )}, rebuild_exempt = {sql.Add(WireName.Of(Walk?.Exempt ?? Exemption.None))}
            WHERE connection_id = {sql.Add(Connection.Id)}
            """
        );
    }
}

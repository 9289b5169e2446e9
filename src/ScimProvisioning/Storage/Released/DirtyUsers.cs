using Npgsql;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>
/// The queue of users who must be projected again: by a change that concerns very many, or because of somebody they depend on. Users whose
/// own entry in the change log is read are never queued.
/// </summary>
static class DirtyUsers
{
    const string Insert = "INSERT INTO directory_dirty (connection_id, organization_id, resource_id)";

    public static NpgsqlBatchCommand Add(Guid connection, Guid organization, IReadOnlyCollection<Guid> users)
    {
        var sql = new Sql();
        return sql.Statement(
            $"{Insert} SELECT {sql.Add(connection)}, {sql.Add(organization)}, unnest({sql.Add([.. users])}) ON CONFLICT DO NOTHING"
        );
    }

    /// <summary>Everybody who is a member of one of these groups now, or was when the projection looked last.</summary>
    public static NpgsqlBatchCommand AddMembers(Guid connection, Guid organization, Guid[] groups)
    {
        var sql = new Sql();
        var (connectionId, ids) = (sql.Add(connection), sql.Add(groups));
        return sql.Statement(
            $"""
            {Insert}
            SELECT {connectionId}, {sql.Add(organization)}, id FROM (
                SELECT member_id AS id FROM group_members WHERE connection_id = {connectionId} AND group_id = ANY({ids})
                UNION SELECT resource_id FROM directory_members WHERE connection_id = {connectionId} AND group_id = ANY({ids})) members
            ON CONFLICT DO NOTHING
            """
        );
    }

    /// <summary>The members that an entry of the change log names, which is too long to be read at once.</summary>
    public static NpgsqlBatchCommand AddNamed(Guid connection, Guid organization, ChangePosition entry)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            {Insert}
            SELECT DISTINCT {connectionId}, {sql.Add(organization)}, member::uuid FROM changes c, {ChangeLog.SelectMembers("c.changes")}
            WHERE c.connection_id = {connectionId} AND c.transaction_id = {sql.Add(entry.TransactionId)}
                AND c.sequence = {sql.Add(entry.Sequence)}
            ON CONFLICT DO NOTHING
            """
        );
    }

    /// <summary>Users who report to one of these and show another manager, and users who wait for one of these uids.</summary>
    /// <param name="managers">Ids of received users; nobody may be released of them any more.</param>
    public static NpgsqlBatchCommand AddDependents(Guid connection, Guid organization, Guid[] managers, string[] uidKeys)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            {Insert}
            SELECT {connectionId}, {sql.Add(organization)}, id FROM (
                SELECT report.resource_id AS id FROM unnest({sql.Add(managers)}) boss
                JOIN directory_users report ON report.connection_id = {connectionId} AND report.manager_resource_id = boss
                LEFT JOIN directory_users manager ON manager.connection_id = {connectionId} AND manager.resource_id = boss
                WHERE report.is_linked AND report.manager_id IS DISTINCT FROM
                    CASE WHEN manager.is_linked AND manager.status_reason IS DISTINCT FROM 'out_of_scope' THEN manager.id END
                UNION SELECT resource_id FROM directory_problems
                WHERE connection_id = {connectionId} AND uid_key = ANY({sql.Add(uidKeys)})) dependents
            ON CONFLICT DO NOTHING
            """
        );
    }

    /// <summary>A row when the queue is not empty.</summary>
    public static NpgsqlBatchCommand Any(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT FROM directory_dirty WHERE connection_id = {sql.Add(connection)} LIMIT 1");
    }

    /// <summary>How many there are, but no more than this.</summary>
    public static NpgsqlBatchCommand Count(Guid connection, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT count(*) FROM (SELECT FROM directory_dirty WHERE connection_id = {sql.Add(connection)} LIMIT {most}) waiting"
        );
    }

    /// <summary>Takes some out of the queue: their ids.</summary>
    public static NpgsqlBatchCommand Take(Guid connection, int most)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            DELETE FROM directory_dirty WHERE connection_id = {connectionId} AND resource_id IN (
                SELECT resource_id FROM directory_dirty WHERE connection_id = {connectionId} ORDER BY resource_id LIMIT {most})
            RETURNING resource_id
            """
        );
    }
}

using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Reads and writes <c>guard_departures</c>, and counts who leaves a connection: what the guard decides by.</summary>
static class GuardDepartures
{
    /// <summary>
    /// Users that are looked at in the queue, entries in the change log, and members that these name, to see who will leave next.
    /// </summary>
    public const int MostLookedAhead = 10_000;

    /// <summary>Who has left since then and is not back, and who is held since then.</summary>
    public static NpgsqlBatchCommand Count(Guid connection, DateTimeOffset since)
    {
        var sql = new Sql();
        var (connectionId, from) = (sql.Add(connection), sql.Add(since));
        return sql.Statement(
            $"""
            SELECT (SELECT count(*) FROM guard_departures WHERE connection_id = {connectionId} AND left_at > {from}),
                (SELECT count(*) FROM guard_holds WHERE connection_id = {connectionId} AND since > {from} AND approved_by IS NULL)
            """
        );
    }

    /// <summary>How many people are active, but no more than this.</summary>
    public static NpgsqlBatchCommand Active(Guid connection, long most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT count(*) FROM (
                SELECT FROM directory_users WHERE connection_id = {sql.Add(connection)} AND status = 'active' LIMIT {most}) active
            """
        );
    }

    /// <summary>
    /// How many active people are about to leave by what was received and is not released yet: users in the queue and in the change log,
    /// and members who came or went, whom the identity provider has disabled, deleted or taken out of the scope.
    /// </summary>
    /// <param name="position">Up to where the change log was released.</param>
    /// <param name="scope">The groups of the scope; <c>null</c>: everybody is in scope.</param>
    /// <param name="others">Received users who are counted already.</param>
    public static NpgsqlBatchCommand Coming(Guid connection, ChangePosition position, IReadOnlySet<Guid>? scope, Guid[] others)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        var (isOut, members) = ("", "");
        if (scope is not null)
        {
            isOut = $"""
                OR NOT EXISTS (SELECT FROM group_members m WHERE m.connection_id = {connectionId} AND m.member_id = u.resource_id
                    AND m.group_id = ANY({sql.Add([.. scope])}))
                """;
            members = $"""
                UNION (SELECT member::uuid FROM entries, {ChangeLog.SelectMembers("entries.changes")}
                    WHERE resource_type = '{ResourceType.Group.Name}' LIMIT {MostLookedAhead})
                """;
        }
        return sql.Statement(
            $"""
            WITH entries AS (
                SELECT resource_id, resource_type, changes FROM changes
                WHERE connection_id = {connectionId}
                    AND (transaction_id, sequence) > ({sql.Add(position.TransactionId)}, {sql.Add(position.Sequence)})
                ORDER BY transaction_id, sequence LIMIT {MostLookedAhead})
            SELECT count(*) FROM (
                (SELECT resource_id FROM directory_dirty WHERE connection_id = {connectionId} ORDER BY resource_id LIMIT {MostLookedAhead})
                UNION (SELECT resource_id FROM entries WHERE resource_type = '{ResourceType.User.Name}') {members}) waiting
            JOIN directory_users u ON u.connection_id = {connectionId} AND u.resource_id = waiting.resource_id
            LEFT JOIN resources r ON r.connection_id = {connectionId} AND r.id = waiting.resource_id
            WHERE u.status = 'active' AND u.is_linked AND waiting.resource_id <> ALL({sql.Add(others)})
                AND (r.id IS NULL OR r.deleted_at IS NOT NULL OR r.active IS FALSE {isOut})
                AND NOT EXISTS (SELECT FROM guard_holds h WHERE h.connection_id = {connectionId} AND h.person_id = u.id)
            """
        );
    }

    /// <summary>Notes who leaves now. What is older than the window is deleted.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Save(
        Guid connection,
        Guid organization,
        Guid[] people,
        DateTimeOffset now,
        DateTimeOffset windowStart
    )
    {
        var delete = new Sql();
        yield return delete.Statement(
            $"DELETE FROM guard_departures WHERE connection_id = {delete.Add(connection)} AND left_at <= {delete.Add(windowStart)}"
        );
        var insert = new Sql();
        yield return insert.Statement(
            $"""
            INSERT INTO guard_departures (connection_id, organization_id, left_at, person_id)
            SELECT {insert.Add(connection)}, {insert.Add(organization)}, {insert.Add(now)}, unnest({insert.Add(people)})
            ON CONFLICT (connection_id, person_id) DO UPDATE SET left_at = excluded.left_at
            """
        );
    }

    /// <summary>These people are back.</summary>
    public static NpgsqlBatchCommand Delete(Guid connection, Guid[] people)
    {
        var sql = new Sql();
        return sql.Statement(
            $"DELETE FROM guard_departures WHERE connection_id = {sql.Add(connection)} AND person_id = ANY({sql.Add(people)})"
        );
    }

    public static NpgsqlBatchCommand Forget(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement($"DELETE FROM guard_departures WHERE connection_id = {sql.Add(connection)}");
    }
}

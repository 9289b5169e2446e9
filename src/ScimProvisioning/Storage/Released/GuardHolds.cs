using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A person whom the guard holds: active for the application, although the identity provider has taken the user away.</summary>
/// <param name="Resource">The received user.</param>
/// <param name="ApprovedBy">The request that lets the person through, when the release has not done so yet.</param>
sealed record GuardHold(Guid Person, Guid Resource, DateTimeOffset Since, string? ApprovedBy);

/// <summary>Reads and writes <c>guard_holds</c>.</summary>
static class GuardHolds
{
    /// <summary>People whom one transaction lets through or forgets: the release and other admins wait for it.</summary>
    public const int AtOnce = 10_000;

    const string Columns = "person_id, resource_id, since, approved_by";

    /// <summary>The hold of a person; no row: the guard does not hold him. For <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand Find(Guid connection, Guid person)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT {Columns} FROM guard_holds WHERE connection_id = {sql.Add(connection)} AND person_id = {sql.Add(person)}"
        );
    }

    /// <summary>The holds of these people and of these received users. For <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand Of(Guid connection, Guid[] people, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM guard_holds
            WHERE connection_id = {sql.Add(connection)} AND (person_id = ANY({sql.Add(people)}) OR resource_id = ANY({sql.Add(resources)}))
            """
        );
    }

    public static async Task<List<GuardHold>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var holds = new List<GuardHold>();
        while (await rows.ReadAsync(ct))
            holds.Add(
                new(rows.GetGuid(0), rows.GetGuid(1), rows.GetFieldValue<DateTimeOffset>(2), rows.IsDBNull(3) ? null : rows.GetString(3))
            );
        return holds;
    }

    /// <summary>Everybody who is held, for a preview: person.</summary>
    public static NpgsqlBatchCommand All(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT person_id FROM guard_holds WHERE connection_id = {sql.Add(connection)} AND approved_by IS NULL");
    }

    /// <summary>How many are held, and since when the first and the last of them.</summary>
    public static NpgsqlBatchCommand Count(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT count(*), min(since), max(since) FROM guard_holds WHERE connection_id = {sql.Add(connection)} AND approved_by IS NULL"
        );
    }

    public static NpgsqlBatchCommand Save(
        Guid connection,
        Guid organization,
        IReadOnlyCollection<(Guid Person, Guid Resource)> held,
        DateTimeOffset now
    )
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO guard_holds (connection_id, organization_id, since, person_id, resource_id)
            SELECT {sql.Add(connection)}, {sql.Add(organization)}, {sql.Add(now)}, *
            FROM unnest({sql.Add([.. held.Select(one => one.Person)])}, {sql.Add([.. held.Select(one => one.Resource)])})
            ON CONFLICT (connection_id, person_id) DO NOTHING
            """
        );
    }

    public static NpgsqlBatchCommand Delete(Guid connection, Guid[] people)
    {
        var sql = new Sql();
        return sql.Statement($"DELETE FROM guard_holds WHERE connection_id = {sql.Add(connection)} AND person_id = ANY({sql.Add(people)})");
    }

    /// <summary>
    /// Lets through <see cref="AtOnce"/> of those who are held since then or longer, and puts them into the queue of the projection.
    /// </summary>
    // Arrays, not joins: right after a mass deactivation PostgreSQL has not counted the rows yet, and would compare each with each.
    public static NpgsqlBatchCommand Approve(Guid connection, Guid organization, DateTimeOffset until, string requestId)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            WITH page AS MATERIALIZED (
                SELECT person_id, resource_id FROM guard_holds
                WHERE connection_id = {connectionId} AND approved_by IS NULL AND since <= {sql.Add(until)}
                ORDER BY since LIMIT {AtOnce}
            ), queued AS (
                INSERT INTO directory_dirty (connection_id, organization_id, resource_id)
                SELECT {connectionId}, {sql.Add(organization)}, resource_id FROM page ON CONFLICT DO NOTHING
            )
            UPDATE guard_holds SET approved_by = {sql.Add(requestId)}
            WHERE connection_id = {connectionId} AND person_id = ANY(ARRAY(SELECT person_id FROM page))
            """
        );
    }

    /// <summary>Forgets <see cref="AtOnce"/> of those who are held, since the connection is about to release nothing any more.</summary>
    public static NpgsqlBatchCommand ForgetPart(Guid connection)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            WITH part AS MATERIALIZED (
                SELECT person_id, resource_id FROM guard_holds WHERE connection_id = {connectionId} LIMIT {AtOnce}
            ), problems AS (
                DELETE FROM directory_problems WHERE connection_id = {connectionId}
                    AND resource_id = ANY(ARRAY(SELECT resource_id FROM part)) AND kind = '{WireName.Of(ProblemKind.HeldByGuard)}'
            )
            DELETE FROM guard_holds WHERE connection_id = {connectionId} AND person_id = ANY(ARRAY(SELECT person_id FROM part))
            """
        );
    }

    /// <summary>Nothing is released any more, so nobody is held.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Forget(Guid connection)
    {
        var sql = new Sql();
        yield return sql.Statement($"DELETE FROM guard_holds WHERE connection_id = {sql.Add(connection)}");
        yield return GuardDepartures.Forget(connection);
        yield return GuardRow.Calm(connection);
        yield return Problems.DeleteOf(connection, ProblemKind.HeldByGuard);
    }

    /// <summary>How many are held in all connections, but no more than this.</summary>
    public static NpgsqlBatchCommand CountAll(int most) =>
        new($"SELECT count(*) FROM (SELECT FROM guard_holds WHERE approved_by IS NULL LIMIT {most}) held");
}

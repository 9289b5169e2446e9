using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A membership that the projection has seen.</summary>
/// <param name="Resource">The received user.</param>
/// <param name="Person">The person of whom the application was told; <c>null</c>: it was not.</param>
readonly record struct SeenMember(Guid Group, Guid Resource, Guid? Person);

/// <summary>Reads and writes <c>directory_members</c>.</summary>
static class ReleasedMembers
{
    /// <summary>The memberships of these users that were seen; a row for each user that has any, for <see cref="ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand Of(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT r, groups, people FROM unnest({sql.Add(resources)}) r CROSS JOIN LATERAL (
                SELECT array_agg(group_id) AS groups, array_agg(person_id) AS people FROM directory_members
                WHERE connection_id = {sql.Add(connection)} AND resource_id = r) seen
            WHERE groups IS NOT NULL
            """
        );
    }

    /// <returns>By the received user.</returns>
    public static async Task<Dictionary<Guid, SeenMember[]>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var members = new Dictionary<Guid, SeenMember[]>();
        while (await rows.ReadAsync(ct))
        {
            var resource = rows.GetGuid(0);
            var (groups, people) = (rows.GetFieldValue<Guid[]>(1), rows.GetFieldValue<Guid?[]>(2));
            members[resource] = [.. groups.Zip(people, (group, person) => new SeenMember(group, resource, person))];
        }
        return members;
    }

    /// <summary>
    /// The memberships of which the application was told, after one of them: groups and people in the order of their ids.
    /// </summary>
    public static NpgsqlBatchCommand ToldAfter(Guid connection, Guid group, Guid person, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT DISTINCT group_id, person_id FROM directory_members
            WHERE connection_id = {sql.Add(connection)} AND person_id IS NOT NULL
                AND (group_id, person_id) > ({sql.Add(group)}, {sql.Add(person)})
            ORDER BY group_id, person_id LIMIT {most}
            """
        );
    }

    /// <summary>The same, of these people; for <see cref="ReadToldAsync"/>.</summary>
    public static NpgsqlBatchCommand ToldOf(Guid connection, Guid[] people)
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        return sql.Statement(
            $"""
            SELECT DISTINCT m.group_id, m.person_id FROM directory_users u
            JOIN directory_members m ON m.connection_id = u.connection_id AND m.resource_id = u.resource_id AND m.person_id = u.id
            WHERE u.connection_id = {connectionId} AND m.connection_id = {connectionId} AND u.id = ANY({sql.Add(people)})
            ORDER BY m.group_id, m.person_id
            """
        );
    }

    public static async Task<List<(Guid Group, Guid Person)>> ReadToldAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var members = new List<(Guid, Guid)>();
        while (await rows.ReadAsync(ct))
            members.Add((rows.GetGuid(0), rows.GetGuid(1)));
        return members;
    }

    /// <summary>The application does not know the members of these groups any more; that they were seen stays.</summary>
    public static NpgsqlBatchCommand Forget(Guid connection, Guid[] groups)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE directory_members SET person_id = NULL
            WHERE connection_id = {sql.Add(connection)} AND group_id = ANY({sql.Add(groups)}) AND person_id IS NOT NULL
            """
        );
    }

    public static NpgsqlBatchCommand Delete(Guid connection, IReadOnlyList<SeenMember> members)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            DELETE FROM directory_members m
            USING unnest({sql.Add([.. members.Select(m => m.Group)])}, {sql.Add([.. members.Select(m => m.Resource)])}) AS gone (g, r)
            WHERE m.connection_id = {sql.Add(connection)} AND m.group_id = gone.g AND m.resource_id = gone.r
            """
        );
    }

    public static NpgsqlBatchCommand Save(Guid connection, Guid organization, IReadOnlyList<SeenMember> members)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO directory_members (connection_id, organization_id, group_id, resource_id, person_id)
            SELECT {sql.Add(connection)}, {sql.Add(organization)}, * FROM unnest({sql.Add([.. members.Select(m => m.Group)])},
                {sql.Add([.. members.Select(m => m.Resource)])}, {sql.Add([.. members.Select(m => m.Person)])})
            ON CONFLICT (connection_id, group_id, resource_id) DO UPDATE SET person_id = excluded.person_id
            """
        );
    }
}

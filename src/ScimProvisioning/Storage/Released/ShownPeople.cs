using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A person with what is shown beside him.</summary>
/// <param name="State">The state of the connection.</param>
/// <param name="Groups">Up to one more than are shown.</param>
sealed record ShownPerson(
    Person Person,
    Guid ConnectionId,
    Guid OrganizationId,
    string Provider,
    string State,
    IReadOnlyList<PersonGroup> Groups
)
{
    /// <summary>The person with his locks, if there are any now.</summary>
    /// <param name="releases">
    /// What was received before is still being released, and would overwrite what is written now: the locks stay until it is done.
    /// </param>
    public Person Editable(bool releases) => !releases && IsUnlocked(State) ? Person with { Managed = [] } : Person;

    /// <summary>True while the identity provider manages nothing: from disconnect to enable, and before the first enable.</summary>
    public static bool IsUnlocked(string state) =>
        state is ConnectionState.Pending or ConnectionState.Disconnected or ConnectionState.Deleted;
}

/// <summary>Which people are asked for. Everything that is given must be true of them.</summary>
sealed record PersonFilter
{
    public Guid? ConnectionId { get; init; }
    public Guid? OrganizationId { get; init; }
    public string? Status { get; init; }
    public string? Uid { get; init; }
    public string? Email { get; init; }
    public string? UserName { get; init; }
    public string? ExternalId { get; init; }
    public string? AppUserId { get; init; }
    public string? Role { get; init; }
    public Guid? GroupId { get; init; }

    /// <summary>Only those whom the guard keeps from leaving.</summary>
    public bool HeldByGuard { get; init; }

    /// <summary>What a name, an address or a uid begins with.</summary>
    public string? Prefix { get; init; }
}

/// <summary>Finds people for the application, each by an index of his connection.</summary>
static class ShownPeople
{
    // A group is its id and its name as one text: an array costs both sides less than JSON.
    const string Columns = $"""
        {ReleasedUsers.Columns}, u.connection_id, u.organization_id, u.provider, u.state, ARRAY(
            SELECT g.id || ' ' || g.name FROM directory_members m
            JOIN directory_groups g ON g.connection_id = m.connection_id AND g.id = m.group_id
            WHERE m.connection_id = u.connection_id AND m.resource_id = u.resource_id AND m.person_id = u.id AND g.deleted_at IS NULL
            ORDER BY g.id LIMIT 51)
        """;

    const int IdLength = 36;

    const string Source = "c.provider, c.state";

    /// <summary>The people in the order of their ids, of all connections within the reach of the session unless one is named.</summary>
    // One look into the indexes of each connection: each of them begins with the connection. How to find the people is not left to the
    // planner, which makes one plan for all values: it would take a role that ten people have for one that everybody has.
    public static NpgsqlBatchCommand Page(PersonFilter filter, Guid after, int most)
    {
        var sql = new Sql();
        var (start, limit) = (sql.Add(after), sql.Add((long)most));
        var organization = filter.OrganizationId is { } only ? $"c.organization_id = {sql.Add(only)}" : "true";
        // One connection has its people in order already, which costs no sort of its own.
        return filter.ConnectionId is { } connection
            ? sql.Statement(
                $"""
                SELECT {Columns} FROM (
                    SELECT u.*, {Source} FROM connections c CROSS JOIN LATERAL (
                        {PersonCandidates.Query(filter, sql, start, limit)}) u
                    WHERE c.id = {sql.Add(connection)} AND {organization}) u
                ORDER BY u.id
                """
            )
            : sql.Statement(
                $"""
                SELECT {Columns} FROM (
                    SELECT u.*, {Source} FROM connections c CROSS JOIN LATERAL (
                        {PersonCandidates.Query(filter, sql, start, limit)}) u
                    WHERE {organization}
                    ORDER BY u.id LIMIT {limit}) u
                ORDER BY u.id
                """
            );
    }

    /// <summary>The person of that id, in whatever connection within the reach of the session.</summary>
    public static NpgsqlBatchCommand ById(Guid id)
    {
        var sql = new Sql();
        return Where(sql, $"u.id = {sql.Add(id)}");
    }

    /// <summary>These people of a connection, in the order of their ids.</summary>
    public static NpgsqlBatchCommand Named(Guid connection, Guid[] ids)
    {
        var sql = new Sql();
        return Where(sql, $"u.connection_id = {sql.Add(connection)} AND u.id = ANY({sql.Add(ids)})", orderBy: "u.id");
    }

    /// <summary>The people of these received users.</summary>
    public static NpgsqlBatchCommand OfResources(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return Where(sql, $"u.connection_id = {sql.Add(connection)} AND u.resource_id = ANY({sql.Add(resources)})");
    }

    /// <summary>Everybody who has or had one of these uids, the oldest first.</summary>
    public static NpgsqlBatchCommand WithUid(Guid connection, string[] uidKeys)
    {
        var sql = new Sql();
        var condition = $"u.connection_id = {sql.Add(connection)} AND u.uid_key = ANY({sql.Add(uidKeys)})";
        return Where(sql, condition, orderBy: "u.created_at, u.id");
    }

    static NpgsqlBatchCommand Where(Sql sql, string condition, string? orderBy = null) =>
        sql.Statement(
            $"""
            SELECT {Columns} FROM (
                SELECT u.*, {Source} FROM directory_users u JOIN connections c ON c.id = u.connection_id WHERE {condition}) u
            {(orderBy is null ? "" : $"ORDER BY {orderBy}")}
            """
        );

    public static async Task<List<ShownPerson>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var people = new List<ShownPerson>();
        while (await rows.ReadAsync(ct))
            people.Add(Read(rows));
        return people;
    }

    static ShownPerson Read(NpgsqlDataReader row)
    {
        const int next = ReleasedUsers.ColumnCount;
        return new(
            ReleasedUsers.Read(row),
            row.GetGuid(next),
            row.GetGuid(next + 1),
            row.GetString(next + 2),
            row.GetString(next + 3),
            [
                .. row.GetFieldValue<string[]>(next + 4)
                    .Select(group => new PersonGroup(Guid.Parse(group.AsSpan(0, IdLength)), group[(IdLength + 1)..])),
            ]
        );
    }
}

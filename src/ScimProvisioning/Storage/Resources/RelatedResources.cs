using System.Text.Encodings.Web;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// The computed attributes <c>members</c> (of groups) and <c>groups</c> (of users). Statements read of the membership rows only what
/// differs from one to the next, as text that is cheap to make and to send; the server makes JSON of it.
/// </summary>
static class RelatedResources
{
    /// <summary>SQL: the collection of the related resource <c>e</c>, such as <c>Users</c>.</summary>
    public static readonly string Collection =
        "CASE e.resource_type "
        + string.Join(' ', ResourceTypes.BuiltIn.All.Select(type => $"WHEN '{type.Name}' THEN '{type.Collection}'"))
        + " END";

    /// <summary>SQL: the name to show of the related resource <c>e</c>.</summary>
    public const string Display = "coalesce(e.attributes ->> 'displayName', e.attributes ->> 'userName')";

    /// <summary>
    /// Members read at once. A huge group is read in parts, each by a statement of its own, so that a slow client does not hold a session.
    /// </summary>
    public const int PartSize = 250;

    /// <summary>The same for each group on a long page.</summary>
    public const int FewOfMany = 20;

    public static readonly RelatedPart None = new([], null);

    /// <summary>Whether a reply with this projection shows the computed attribute of the type, so that it must be read.</summary>
    public static bool AreShown(ResourceType type, AttributeProjection projection) =>
        projection.Includes(type.IsGroup ? GroupSchema.Members : UserSchema.Groups);

    /// <summary>
    /// Sub-select over <c>resources r</c>: the computed attribute of the type for <see cref="Read"/>, NULL when it is empty. Of members,
    /// only the first ones, or the first ones after some id.
    /// </summary>
    /// <param name="size">Members at most.</param>
    /// <param name="after">Placeholder of the parameter with that id.</param>
    public static string Select(Sql sql, Caller caller, ResourceType type, int size = PartSize, string? after = null)
    {
        if (type.IsUser)
            return Select(sql, caller, "group_members", "m.member_id = r.id", "m.group_id", type: "");
        if (!type.IsGroup)
            return "NULL";
        var members = $"(SELECT * FROM group_members m WHERE {MembersInOrder(after)} LIMIT {size})";
        return Select(sql, caller, members, "m.group_id = r.id", "m.member_id", type: " || e.resource_type");
    }

    /// <summary>
    /// Sub-select: the id of the last member that <see cref="Select(Sql, Caller, ResourceType, int, string)"/> gives, when it gives as many
    /// as it may.
    /// </summary>
    public static string SelectLast(ResourceType type, int size = PartSize, string? after = null) =>
        type.IsGroup ? $"(SELECT m.member_id FROM group_members m WHERE {MembersInOrder(after)} OFFSET {size - 1} LIMIT 1)" : "NULL::uuid";

    /// <summary>Reads the two.</summary>
    /// <param name="text">Ordinal of the first.</param>
    /// <param name="last">Ordinal of the second; <c>null</c>: it was not selected.</param>
    public static RelatedPart? Read(NpgsqlDataReader row, int text, int? last = null)
    {
        if (row.IsDBNull(text))
            return null;
        var elements = RelatedJson.Parse(row.GetFieldValue<byte[]>(text));
        return new(elements, last is { } ordinal && !row.IsDBNull(ordinal) ? row.GetGuid(ordinal) : null);
    }

    /// <summary>The groups that each of these users is in, for <see cref="ReadMembership"/>.</summary>
    /// <param name="areNeighbours">
    /// Hardly any other member has an id between theirs: to read from the first to the last takes less than half of looking up each.
    /// </param>
    public static NpgsqlBatchCommand Memberships(Caller caller, Guid[] users, bool areNeighbours)
    {
        var sql = new Sql();
        var connection = sql.Add(caller.ConnectionId);
        var ofUsers = areNeighbours ? $"BETWEEN {sql.Add(users.Min())} AND {sql.Add(users.Max())}" : $"= ANY({sql.Add(users)})";
        return sql.Statement(
            $"""
            SELECT member_id, array_agg(group_id) FROM (
                SELECT member_id, group_id FROM group_members WHERE connection_id = {connection} AND member_id {ofUsers}
                ORDER BY member_id, group_id
            ) memberships GROUP BY member_id
            """
        );
    }

    public static (Guid User, Guid[] Groups) ReadMembership(NpgsqlDataReader row) => (row.GetGuid(0), row.GetFieldValue<Guid[]>(1));

    /// <summary>These groups, for <see cref="ReadGroup"/>.</summary>
    public static NpgsqlBatchCommand Groups(Caller caller, Guid[] groups)
    {
        var sql = new Sql();
        var (connection, isGroup) = (sql.Add(caller.ConnectionId), sql.IsAny("e.id", groups));
        return sql.Statement(
            $"SELECT e.id, {Url(sql, caller)} || {Line("e.id", "")} FROM resources e WHERE e.connection_id = {connection} AND {isGroup}"
        );
    }

    /// <summary>A group, as an element of <c>groups</c>.</summary>
    public static (Guid Id, ReadOnlyMemory<byte> Json) ReadGroup(NpgsqlDataReader row) =>
        (row.GetGuid(0), RelatedJson.Parse(row.GetFieldValue<byte[]>(1))[0]);

    static string MembersInOrder(string? after) =>
        "m.connection_id = r.connection_id AND m.group_id = r.id"
        + (after is null ? "" : $" AND m.member_id > {after}")
        + " ORDER BY m.member_id";

    // Sorted below the aggregate, where an index gives the order for free.
    static string Select(Sql sql, Caller caller, string memberships, string relation, string id, string type) =>
        $"""
            (SELECT {Url(sql, caller)} || string_agg(line, '') FROM (
                SELECT {Line(id, type)} AS line FROM {memberships} m JOIN resources e ON e.connection_id = m.connection_id AND e.id = {id}
                WHERE m.connection_id = r.connection_id AND {relation} ORDER BY {id}) related)
            """;

    /// <summary>SQL: the text that <see cref="RelatedJson.Parse"/> expects begins with the caller's URL ...</summary>
    static string Url(Sql sql, Caller caller) => sql.Add(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(caller.BaseUrl));

    /// <summary>... and goes on with one line for each related resource.</summary>
    static string Line(string id, string type) =>
        $"E'\\n' || {id}{type} || ' ' || coalesce(e.attributes -> 'displayName', e.attributes -> 'userName', 'null')";
}

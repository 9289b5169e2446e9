using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Resources;

/// <summary>What a reader of a row means to do with it.</summary>
enum RowLock
{
    None,

    /// <summary>Change it: others may meanwhile make it a member of a group.</summary>
    Change,

    /// <summary>Delete it: waits for, and holds off, those who make it a member.</summary>
    Delete,
}

/// <summary>The statements that read the directory. Each is confined to the caller's connection.</summary>
static class ReadSql
{
    public static NpgsqlBatchCommand Get(Caller caller, ResourceType type, Guid id, bool related, RowLock rowLock)
    {
        var sql = new Sql();
        return sql.Statement(
            $"{Columns(sql, caller, [new(type, null, null, related)], RelatedResources.PartSize)} {Live(sql, caller)} AND r.resource_type = {sql.Add(type.Name)} AND r.id = {sql.Add(id)}{rowLock switch
        {
            RowLock.Change => " FOR NO KEY UPDATE OF r",
            RowLock.Delete => " FOR UPDATE OF r",
            _ => "",
        }}"
        );
    }

    /// <summary>A search without an index must not hold a session for longer; Entra waits 60 seconds.</summary>
    public static NpgsqlBatchCommand LimitSearch => new("SET LOCAL statement_timeout = '10s'");

    /// <summary>A page and one resource more, which tells whether another page follows. A backward page comes in reverse.</summary>
    /// <param name="useIndex">Look only at the candidates that the index of terms names; the last column says how many they are.</param>
    public static NpgsqlBatchCommand List(Caller caller, ResourceQuery query, bool useIndex)
    {
        var sql = new Sql();
        var order = SortSql.Of(sql, query.Scopes);
        var descending = query.Descending != (query.Edge?.Backward ?? false);
        var page =
            $"{Columns(sql, caller, query.Scopes, query.Count > RelatedResources.PartSize ? RelatedResources.FewOfMany : RelatedResources.PartSize)}, {order.Key ?? "NULL"}::text AS key {Fitting(sql, caller, query)}"
            + (order.IsRequired ? $" AND {order.Key} IS NOT NULL" : "")
            + (query.Edge is { } edge ? $" AND {order.After(sql, edge, descending)}" : "");
        var candidates = useIndex ? Candidates(sql, caller, query) : null;
        if (candidates is not null)
            page += " AND r.id = ANY(ARRAY(SELECT id FROM candidates))";
        page += $" ORDER BY {order.OrderBy(descending)} LIMIT {sql.Add((long)query.Count + 1)}";
        // An unknown OFFSET makes a plan for any value look dearer than one for this value.
        if (query.Skip > 0)
            page += $" OFFSET {sql.Add(query.Skip)}";
        return sql.Statement(
            candidates is null
                ? page
                : $"{candidates} SELECT page.*, c.n FROM (SELECT count(*) AS n FROM candidates) c LEFT JOIN LATERAL ({page}) page ON true"
        );
    }

    /// <summary>Number of all resources of these types, as kept by the writers.</summary>
    public static NpgsqlBatchCommand CountAll(Caller caller, IReadOnlyList<QueryScope> scopes)
    {
        var sql = new Sql();
        return sql.Statement(
            $"SELECT coalesce(sum(count), 0)::bigint FROM resource_counts WHERE connection_id = {sql.Add(caller.ConnectionId)} AND resource_type = ANY({sql.Add([.. scopes.Select(s => s.Type.Name)])})"
        );
    }

    /// <summary>Number of resources that fit a filter, one by one.</summary>
    public static NpgsqlBatchCommand Count(Caller caller, ResourceQuery query, bool useIndex)
    {
        var sql = new Sql();
        var fitting = Fitting(sql, caller, query);
        return sql.Statement(
            useIndex && Candidates(sql, caller, query) is { } candidates
                ? $"{candidates} SELECT count(*) {fitting} AND r.id = ANY(ARRAY(SELECT id FROM candidates))"
                : $"SELECT count(*) {fitting}"
        );
    }

    /// <summary>Whether the index of terms can help where no column can.</summary>
    public static bool HasCandidates(Caller caller, ResourceQuery query) =>
        query.Scopes.All(scope =>
            scope.Filter is { } filter
            && !SearchCandidates.IsByColumn(filter)
            && SearchCandidates.Condition(new Sql(), caller.ConnectionId, filter) is not null
        );

    /// <summary>Holds off their deletion until the membership is written.</summary>
    public static NpgsqlBatchCommand LockMembers(Caller caller, IReadOnlyCollection<Guid> members)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT id FROM resources
            WHERE connection_id = {sql.Add(caller.ConnectionId)} AND {sql.IsAny(
                "id",
                [.. members]
            )} AND resource_type IN ('User', 'Group') AND deleted_at IS NULL
            ORDER BY id FOR KEY SHARE
            """
        );
    }

    /// <summary>Members of the group that come after one.</summary>
    public static NpgsqlBatchCommand Members(Caller caller, Guid group, Guid after)
    {
        var sql = new Sql();
        var last = sql.Add(after);
        return sql.Statement(
            $"SELECT {RelatedResources.Select(sql, caller, ResourceType.Group, after: last)}, {RelatedResources.SelectLast(ResourceType.Group, after: last)} {Live(sql, caller)} AND r.id = {sql.Add(group)}"
        );
    }

    /// <summary>Members of the group, present or about to be added, that fit the filter.</summary>
    public static NpgsqlBatchCommand SelectMembers(Caller caller, Guid group, FilterExpression filter, Guid[] pending)
    {
        var sql = new Sql();
        var (connection, condition) = (
            sql.Add(caller.ConnectionId),
            new FilterSql(sql, caller.BaseUrl, ResourceType.Group).WriteMember(filter)
        );
        return sql.Statement(
            $"""
            SELECT e.id FROM resources e
            JOIN (SELECT member_id FROM group_members WHERE connection_id = {connection} AND group_id = {sql.Add(
                group
            )} UNION SELECT unnest({sql.Add(pending)})) m ON m.member_id = e.id
            WHERE e.connection_id = {connection} AND {condition}
            """
        );
    }

    public static StoredResource Read(NpgsqlDataReader row, ResourceTypes types) =>
        new(
            types.Named(row.GetString(6))!,
            row.GetGuid(0),
            row.GetInt64(1),
            Time(row, 2),
            Time(row, 3),
            row.GetFieldValue<byte[]>(4),
            ReadPart(row, 5, 7)
        );

    public static RelatedPart? ReadPart(NpgsqlDataReader row, int json, int last) =>
        row.IsDBNull(json) ? null : new(row.GetFieldValue<byte[]>(json), row.IsDBNull(last) ? null : row.GetGuid(last));

    /// <summary>The number of candidates, in a list that looked only at them.</summary>
    public static long Candidates(NpgsqlDataReader row) => row.GetInt64(9);

    /// <summary>Where the resource of this row stands in the order.</summary>
    public static PageEdge Edge(NpgsqlDataReader row, bool backward) =>
        new(row.IsDBNull(8) ? null : row.GetString(8), row.GetGuid(0), backward);

    public static DateTimeOffset Time(NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    static string Columns(Sql sql, Caller caller, IReadOnlyList<QueryScope> scopes, int members) =>
        $"SELECT r.id, r.version, r.created_at, r.modified_at, r.attributes::text, {Related(sql, caller, scopes, members)}, r.resource_type, {Last(scopes, members)}";

    static string Related(Sql sql, Caller caller, IReadOnlyList<QueryScope> scopes, int members)
    {
        var related = scopes.Where(scope => scope.Related && (scope.Type.IsUser || scope.Type.IsGroup)).ToList();
        if (related.Count == 0)
            return "NULL";
        return scopes.Count == 1
            ? RelatedResources.Select(sql, caller, related[0].Type, members)
            : $"CASE r.resource_type {string.Join(' ', related.Select(scope => $"WHEN {sql.Add(scope.Type.Name)} THEN {RelatedResources.Select(sql, caller, scope.Type, members)}"))} END";
    }

    static string Last(IReadOnlyList<QueryScope> scopes, int members) =>
        scopes.FirstOrDefault(scope => scope.Related && scope.Type.IsGroup) is { } groups
            ? scopes.Count == 1
                ? RelatedResources.SelectLast(groups.Type, members)
                : $"CASE r.resource_type WHEN '{groups.Type.Name}' THEN {RelatedResources.SelectLast(groups.Type, members)} END"
            : "NULL::uuid";

    static string Live(Sql sql, Caller caller) =>
        $"FROM resources r WHERE r.connection_id = {sql.Add(caller.ConnectionId)} AND r.deleted_at IS NULL";

    static string Fitting(Sql sql, Caller caller, ResourceQuery query)
    {
        var conditions = query.Scopes.Select(scope =>
            $"r.resource_type = {sql.Add(scope.Type.Name)}"
            + (scope.Filter is { } filter ? $" AND {new FilterSql(sql, caller.BaseUrl, scope.Type).Write(filter)}" : "")
        );
        return $"{Live(sql, caller)} AND {(query.Scopes.Count == 1 ? conditions.Single() : $"({string.Join(" OR ", conditions.Select(c => $"({c})"))})")}";
    }

    static string Candidates(Sql sql, Caller caller, ResourceQuery query)
    {
        var conditions = query.Scopes.Select(scope =>
            $"(s.resource_type = {sql.Add(scope.Type.Name)} AND {SearchCandidates.Condition(sql, caller.ConnectionId, scope.Filter!)})"
        );
        return $"""
            WITH candidates AS MATERIALIZED (
                SELECT s.id FROM searchable s WHERE s.connection_id = {sql.Add(caller.ConnectionId)} AND ({string.Join(
                " OR ",
                conditions
            )}) LIMIT {SearchCandidates.Most + 1}
            )
            """;
    }
}

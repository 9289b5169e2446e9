using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>The statements that read and count lists of resources. Each is confined to the caller's connection.</summary>
static class ListSql
{
    /// <summary>
    /// A page and one resource more, which tells whether another page follows, for <see cref="ResourceReader"/>. A backward page comes in
    /// reverse.
    /// </summary>
    /// <param name="useTermIndex">Look only at the candidates that the index of terms names; each row tells how many they are.</param>
    /// <param name="byElement">Each row tells whether there are resources that the column of an element does not find.</param>
    public static NpgsqlBatchCommand Page(Caller caller, ResourceQuery query, bool useTermIndex, bool byElement = false)
    {
        var sql = new Sql();
        var order = SortSql.Of(sql, query.Scopes);
        var descending = query.Descending != (query.Edge?.Backward ?? false);
        var members = query.Count > RelatedResources.PartSize ? RelatedResources.FewOfMany : RelatedResources.PartSize;
        var page =
            $"SELECT {ResourceReader.Columns(sql, caller, query.Scopes, members)}, {ResourceReader.SortKey(order.Key)} "
            + FromFitting(sql, caller, query)
            + (order.IsRequired ? $" AND {order.Key} IS NOT NULL" : "")
            + (query.Edge is { } edge ? $" AND {order.After(sql, edge, descending)}" : "");
        var candidates = useTermIndex ? Candidates(sql, caller, query) : null;
        if (candidates is not null)
            page += " AND r.id = ANY(ARRAY(SELECT id FROM candidates))";
        page += $" ORDER BY {order.OrderBy(descending)} LIMIT {sql.Add((long)query.Count + 1)}";
        // With OFFSET as a parameter, PostgreSQL estimates a generic plan as more expensive than a plan for this value.
        if (query.Skip > 0)
            page += $" OFFSET {sql.Add(query.Skip)}";
        var told =
            candidates is not null ? "count(*) AS n FROM candidates"
            : byElement ? $"count(*) AS n FROM ({OutsideElement(sql, caller)} LIMIT 1) outside"
            : null;
        return sql.Statement(
            told is null ? page : $"{candidates} SELECT page.*, c.n FROM (SELECT {told}) c LEFT JOIN LATERAL ({page}) page ON true"
        );
    }

    /// <summary>Number of all resources of these types, as the writers have counted them.</summary>
    public static NpgsqlBatchCommand CountAll(Caller caller, IReadOnlyList<QueryScope> scopes)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT coalesce(sum(count), 0)::bigint FROM resource_counts
            WHERE connection_id = {sql.Add(caller.ConnectionId)} AND resource_type = ANY({sql.Add([.. scopes.Select(s => s.Type.Name)])})
            """
        );
    }

    /// <summary>Number of resources that fit a filter, counted one by one.</summary>
    public static NpgsqlBatchCommand Count(Caller caller, ResourceQuery query, bool useTermIndex)
    {
        var sql = new Sql();
        var fitting = FromFitting(sql, caller, query);
        return sql.Statement(
            useTermIndex && Candidates(sql, caller, query) is { } candidates
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

    /// <summary>The resources that the column of an element does not find.</summary>
    static string OutsideElement(Sql sql, Caller caller) =>
        $"SELECT {ReadSql.FromLive(sql, caller)} AND {IndexedAttribute.WorkEmail.Expression} = '{IndexedElement.NotHere}'";

    static string FromFitting(Sql sql, Caller caller, ResourceQuery query)
    {
        var conditions = query.Scopes.Select(scope =>
            $"r.resource_type = {sql.Add(scope.Type.Name)}"
            + (scope.Filter is { } filter ? $" AND {new FilterSql(sql, caller.BaseUrl, scope.Type).Write(filter)}" : "")
        );
        var condition = query.Scopes.Count == 1 ? conditions.Single() : $"({string.Join(" OR ", conditions.Select(each => $"({each})"))})";
        return $"{ReadSql.FromLive(sql, caller)} AND {condition}";
    }

    static string Candidates(Sql sql, Caller caller, ResourceQuery query)
    {
        var conditions = query.Scopes.Select(scope =>
            $"(s.resource_type = {sql.Add(scope.Type.Name)} AND {SearchCandidates.Condition(sql, caller.ConnectionId, scope.Filter!)})"
        );
        return $"""
            WITH candidates AS MATERIALIZED (
                SELECT s.id FROM searchable s
                WHERE s.connection_id = {sql.Add(caller.ConnectionId)} AND ({string.Join(" OR ", conditions)})
                LIMIT {SearchCandidates.Most + 1}
            )
            """;
    }
}

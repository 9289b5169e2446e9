using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>An order of <c>resources r</c>: by an attribute of them, then by id.</summary>
/// <param name="Key">SQL expression; <c>null</c>: by id alone.</param>
/// <param name="Type">PostgreSQL's name of the expression's type.</param>
/// <param name="IsColumn">A column, whose text an index has in order.</param>
/// <param name="IsRequired">Every resource has it.</param>
sealed record SortSql(string? Key, string Type, bool IsColumn = false, bool IsRequired = false)
{
    /// <summary>Characters by which long text is sorted.</summary>
    const int KeyLength = 512;

    /// <summary>The order that the scopes ask for.</summary>
    public static SortSql Of(Sql sql, IReadOnlyList<QueryScope> scopes)
    {
        if (scopes is [var only])
            return Of(sql, only);
        var orders = scopes.Select(scope => (scope.Type, Order: Of(sql, scope))).Where(o => o.Order.Key is not null).ToList();
        if (orders.Count == 0)
            return new(null, "");
        var same = orders.All(o => o.Order.Type == orders[0].Order.Type);
        var cases = orders.Select(o => $"WHEN {sql.Add(o.Type.Name)} THEN {o.Order.Key}{(same ? "" : "::text")}");
        return new($"(CASE r.resource_type {string.Join(' ', cases)} END)", same ? orders[0].Order.Type : "text");
    }

    /// <summary>Absent values come last, in descending order first (RFC 7644 §3.4.2.3): as PostgreSQL sorts NULL.</summary>
    /// <param name="descending">Reversed, the id too, so that an index can be read backward.</param>
    public string OrderBy(bool descending)
    {
        var direction = descending ? " DESC" : "";
        return (Key is null ? "" : $"{Ordered}{direction}, ") + "r.id" + direction;
    }

    /// <summary>Condition: the resource comes after the edge in that order.</summary>
    public string After(Sql sql, PageEdge edge, bool descending)
    {
        var (id, beyond) = (sql.Add(edge.Id), descending ? "<" : ">");
        if (Key is null)
            return $"r.id {beyond} {id}";
        if (edge.Key is null)
            return descending ? $"({Key} IS NOT NULL OR r.id < {id})" : $"({Key} IS NULL AND r.id > {id})";

        var key = $"{sql.Add(edge.Key)}::{Type}";
        var after = $"({Ordered} {beyond}= {key} AND ({Ordered} {beyond} {key} OR r.id {beyond} {id}))";
        return descending || IsRequired ? after : $"({after} OR {Key} IS NULL)";
    }

    /// <summary>Text is ordered by code point, as columns and their indexes are.</summary>
    string Ordered => Type is "text" && !IsColumn ? $"({Key}) COLLATE \"C\"" : Key!;

    static SortSql Of(Sql sql, QueryScope scope)
    {
        if (scope.SortBy is not { } sortBy)
            return new(null, "");
        var (attribute, leaf) = (sortBy.Attribute, sortBy.Leaf);
        if (IndexedAttribute.Find(attribute) is { } indexed)
            return new(indexed.Expression, indexed.IsBoolean ? "boolean" : "text", IsColumn: true, indexed.IsRequired);
        if (attribute == CommonAttributes.Id)
            return new(null, "");
        if (attribute == CommonAttributes.Meta)
            return Meta(sortBy.Sub?.Name);

        return Scalar(Value(sql, sortBy, scope.Type), leaf);
    }

    /// <summary>RFC 7644 §3.4.2.3: of several values the primary one counts, else the first.</summary>
    static string Value(Sql sql, AttributePath path, ResourceType type)
    {
        var document = new DocumentSql(sql, type);
        var (owner, values) = (document.Owner(path), document.Values(path));
        const string complex = " ? (@.type() == \"object\")";
        var primary = $"{values}{complex} ? (@{document.Step(path, "primary")} == true)";
        var (ofPrimary, ofFirst) = (sql.AddJsonPath(primary), sql.AddJsonPath(values));
        var element = $"coalesce(jsonb_path_query_first({owner}, {ofPrimary}), jsonb_path_query_first({owner}, {ofFirst}))";
        return path.Sub is null
            ? element
            : $"jsonb_path_query_first({element}, {sql.AddJsonPath($"${complex}{document.Step(path, path.Sub.Name)}[*]")})";
    }

    /// <summary>A value of another type than the schema says counts as absent, as in a filter.</summary>
    static SortSql Scalar(string value, AttributeDefinition leaf) =>
        leaf.Type switch
        {
            AttributeType.Integer or AttributeType.Decimal => new(Typed(value, "= 'number'", "::numeric"), "numeric"),
            AttributeType.Boolean => new(Typed(value, "= 'boolean'", "::boolean"), "boolean"),
            AttributeType.DateTime => new($"scim_time({value} #>> '{{}}')", "timestamptz"),
            // Cut, because a cursor carries the key and must fit into a URL.
            _ when leaf.CaseExact => new($"left({Typed(value, "NOT IN ('object', 'array')", "")}, {KeyLength})", "text"),
            _ => new($"scim_fold(left({Typed(value, "NOT IN ('object', 'array')", "")}, {KeyLength}))", "text"),
        };

    /// <summary>OFFSET keeps PostgreSQL from computing the value once for each time it is mentioned.</summary>
    static string Typed(string value, string isRight, string cast) =>
        $"(SELECT CASE WHEN jsonb_typeof(v) {isRight} THEN (v #>> '{{}}'){cast} END FROM (SELECT {value} AS v OFFSET 0) x)";

    static SortSql Meta(string? sub) =>
        sub switch
        {
            "resourceType" => new("r.resource_type", "text"),
            "created" => new("r.created_at", "timestamptz"),
            "lastModified" => new("r.modified_at", "timestamptz"),
            "version" => new("r.version", "bigint"),
            _ => new(null, ""),
        };
}

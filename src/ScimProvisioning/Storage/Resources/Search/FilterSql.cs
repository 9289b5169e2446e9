using Scim;
using ScimProvisioning.Storage.Database;
using static Scim.FilterExpression;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>
/// Translates a filter into a condition on <c>resources r</c> that gives the answers of <see cref="FilterEvaluator"/>. Values travel as
/// parameters only, names come from the schema or travel as parameters too.
/// </summary>
sealed class FilterSql(Sql sql, string baseUrl, ResourceType type)
{
    readonly DocumentSql _document = new(sql, type);

    /// <summary>The condition for a whole resource.</summary>
    public string Write(FilterExpression filter) => Write(filter, Resource, negated: false);

    /// <summary>The condition for one member of a group: <c>group_members m</c> with its row <c>resources e</c>.</summary>
    public string WriteMember(FilterExpression filter) =>
        Write(filter, path => Related(path, "m.member_id", "e.resource_type", expression => expression), negated: false);

    /// <summary>What the path means in a resource.</summary>
    public FilterOperand Resource(AttributePath path)
    {
        var (attribute, sub) = (path.Attribute, path.Sub);
        if (IndexedAttribute.Find(attribute) is { } indexed)
            return indexed.IsBoolean ? FilterOperand.Flag(indexed.Expression) : FilterOperand.Column(indexed.Expression, indexed.IsFolded);
        if (attribute == CommonAttributes.Id)
            return FilterOperand.Id("r.id");
        if (attribute == CommonAttributes.Meta)
            return Meta(sub);
        if (attribute == GroupSchema.Members || attribute == UserSchema.Groups)
            return FilterOperand.Rows(Exists(path, new Present(new(null, attribute.Sub("value")!, null))));
        if (HasElements(path))
            return FilterOperand.Values(sql, _document.Query(path), attribute);
        string[] names = path.Schema is null ? [attribute.Name] : [path.Schema, attribute.Name];
        return FilterOperand.Json("r.attributes", sql.Add(sub is null ? names : [.. names, sub.Name]), path.Leaf);
    }

    string Write(FilterExpression filter, Func<AttributePath, FilterOperand> scope, bool negated) =>
        filter switch
        {
            And(var left, var right) => $"({Write(left, scope, negated)} AND {Write(right, scope, negated)})",
            Or(var left, var right) => $"({Write(left, scope, negated)} OR {Write(right, scope, negated)})",
            Not(var operand) => $"NOT {Write(operand, scope, negated: true)}",
            Never => "FALSE",
            _ when scope == Resource && Element(filter) is var (container, inner) => Exists(container, inner),
            ValuePath({ Attribute: var attribute }, var inner) when attribute == CommonAttributes.Meta => Write(
                inner,
                path => Meta(path.Attribute),
                negated
            ),
            ValuePath(var path, var inner) => Exists(path, inner),
            Present(var path) => scope(path).IsPresent(),
            Compare(var path, var op, var value) => Known(scope(path).Compare(sql, op, value), negated),
            _ => throw new InvalidOperationException($"Unhandled {filter}."),
        };

    /// <summary>Under a NOT, "unknown" must be false; elsewhere it is left bare, so that indexes apply.</summary>
    static string Known(string condition, bool negated) => negated ? $"(({condition}) IS TRUE)" : $"({condition})";

    /// <summary>
    /// A condition on a sub-attribute of a multi-valued attribute is one on its elements: <c>emails.value co "x"</c> is
    /// <c>emails[value co "x"]</c>.
    /// </summary>
    (AttributePath, FilterExpression)? Element(FilterExpression filter) =>
        filter switch
        {
            Compare({ Sub: { } sub } path, var op, var value) when HasElements(path) => (
                path with
                {
                    Sub = null,
                },
                new Compare(new(null, sub, null), op, value)
            ),
            Present({ Sub: { } sub } path) when HasElements(path) => (path with { Sub = null }, new Present(new(null, sub, null))),
            _ => null,
        };

    /// <summary>There may be several values, even if the schema does not allow them.</summary>
    bool HasElements(AttributePath path) => path.Attribute.MultiValued || _document.IsLoose(path);

    string Exists(AttributePath container, FilterExpression inner)
    {
        if (container.Attribute == GroupSchema.Members)
            return ExistsRelated("m.group_id = r.id", inner, Member);
        if (container.Attribute == UserSchema.Groups)
            return ExistsRelated("m.member_id = r.id", inner, Group);
        var condition = Write(inner, path => JsonElement(path, container), false);
        if (container.Attribute.IsComplex)
            return $"EXISTS (SELECT FROM {_document.Query(container)} x(element) WHERE jsonb_typeof(x.element) = 'object' AND {condition})";
        // An element that is no object has one attribute, "value": itself.
        return $"""
            EXISTS (
                SELECT FROM {_document.Query(container)} y(e),
                    LATERAL (SELECT CASE WHEN jsonb_typeof(e) = 'object' THEN e ELSE jsonb_build_object('value', e) END) x(element)
                WHERE jsonb_typeof(e) <> 'array' AND {condition})
            """;
    }

    /// <summary>
    /// A connection that is younger than PostgreSQL's statistics looks empty to it, and it would compare every pair of its resources.
    /// OFFSET makes it read the memberships of one resource at a time, unless the filter names the related resource.
    /// </summary>
    string ExistsRelated(string relation, FilterExpression inner, Func<AttributePath, FilterOperand> scope)
    {
        var condition = Write(inner, scope, negated: false);
        var offset = NamesOne(inner) ? "" : " OFFSET 0";
        return $"""
            EXISTS (SELECT FROM group_members m WHERE m.connection_id = r.connection_id AND {relation} AND {condition}{offset})
            """;
    }

    static bool NamesOne(FilterExpression filter) =>
        filter switch
        {
            And(var left, var right) => NamesOne(left) || NamesOne(right),
            Or(var left, var right) => NamesOne(left) && NamesOne(right),
            Compare(var path, CompareOperator.Eq, _) => path.Attribute.Name == "value",
            _ => false,
        };

    FilterOperand Meta(AttributeDefinition? sub) =>
        sub?.Name switch
        {
            "resourceType" => FilterOperand.Text("r.resource_type", folded: false),
            "created" => FilterOperand.Time("r.created_at"),
            "lastModified" => FilterOperand.Time("r.modified_at"),
            "location" => FilterOperand.Text($"({sql.Add($"{baseUrl}/{type.Collection}/")} || r.id::text)", folded: false),
            "version" => FilterOperand.Text("('W/\"' || r.version || '\"')", folded: false),
            _ => FilterOperand.Rows("TRUE"),
        };

    FilterOperand Member(AttributePath path) =>
        Related(path, "m.member_id", LookUp("e.resource_type", "m.member_id"), expression => LookUp(expression, "m.member_id"));

    FilterOperand Group(AttributePath path) => Related(path, "m.group_id", "'direct'", expression => LookUp(expression, "m.group_id"));

    FilterOperand Related(AttributePath path, string id, string type, Func<string, string> lookUp) =>
        path.Attribute.Name switch
        {
            "value" => FilterOperand.Id(id),
            "type" => FilterOperand.Text(type, folded: true),
            "display" => FilterOperand.Text(lookUp(RelatedResources.Display), folded: true),
            _ => FilterOperand.Text(
                $"({sql.Add(baseUrl + "/")} || {lookUp(RelatedResources.Collection)} || '/' || {id}::text)",
                folded: true
            ),
        };

    /// <summary>A part of the related resource <c>e</c>, found by its key.</summary>
    static string LookUp(string expression, string id) =>
        $"(SELECT {expression} FROM resources e WHERE e.connection_id = m.connection_id AND e.id = {id})";

    FilterOperand JsonElement(AttributePath path, AttributePath container) =>
        path.Attribute.MultiValued || _document.IsLoose(container)
            ? FilterOperand.Values(sql, _document.QueryElement("x.element", container, path.Attribute), path.Attribute)
            : FilterOperand.Json("x.element", sql.Add([path.Attribute.Name]), path.Attribute);
}

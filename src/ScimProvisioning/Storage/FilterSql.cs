using System.Text.Json;
using System.Text.RegularExpressions;
using Scim;
using static Scim.FilterExpression;

namespace ScimProvisioning.Storage;

/// <summary>
/// Translates a filter into a condition on <c>resources r</c> that gives the answers of <see cref="FilterEvaluator"/>. Values travel as
/// parameters only, names come from the schema or travel as parameters too.
/// </summary>
sealed class FilterSql(Sql sql, string baseUrl, ResourceType type)
{
    /// <summary>The condition for a whole resource.</summary>
    public string Write(FilterExpression filter) => Write(filter, Resource, negated: false);

    /// <summary>The condition for one member of a group: <c>group_members m</c> with its row <c>resources e</c>.</summary>
    public string WriteMember(FilterExpression filter) => Write(filter, Member, negated: false);

    /// <summary>What the path means in a resource.</summary>
    public FilterOperand Resource(AttributePath path)
    {
        var (attribute, sub) = (path.Attribute, path.Sub);
        if (Column(attribute) is { } column) return column;
        if (attribute == CommonAttributes.Meta) return Meta(sub);
        if (attribute == GroupSchema.Members || attribute == UserSchema.Groups) return FilterOperand.Rows(Exists(path, new Present(new(null, attribute.Sub("value")!, null))));
        if (HasElements(attribute)) return FilterOperand.Values(sql, $"jsonb_path_query(r.attributes, {sql.AddJsonPath(Values(path))})", attribute);
        string[] names = path.Schema is null ? [attribute.Name] : [path.Schema, attribute.Name];
        return FilterOperand.Json("r.attributes", sql.Add(sub is null ? names : [.. names, sub.Name]), path.Leaf);
    }

    string Write(FilterExpression filter, Func<AttributePath, FilterOperand> scope, bool negated) => filter switch
    {
        And(var left, var right) => $"({Write(left, scope, negated)} AND {Write(right, scope, negated)})",
        Or(var left, var right) => $"({Write(left, scope, negated)} OR {Write(right, scope, negated)})",
        Not(var operand) => $"NOT {Write(operand, scope, negated: true)}",
        Never => "FALSE",
        _ when scope == Resource && Element(filter) is var (container, inner) => Exists(container, inner),
        ValuePath({ Attribute: var attribute }, var inner) when attribute == CommonAttributes.Meta => Write(inner, path => Meta(path.Attribute), negated),
        ValuePath(var path, var inner) => Exists(path, inner),
        Present(var path) => scope(path).IsPresent(),
        Compare(var path, var op, var value) => Known(scope(path).Compare(sql, op, value), negated),
        _ => throw new InvalidOperationException($"Unhandled {filter}."),
    };

    /// <summary>Under a NOT, "unknown" must be false; elsewhere it is left bare, so that indexes apply.</summary>
    static string Known(string condition, bool negated) => negated ? $"(({condition}) IS TRUE)" : $"({condition})";

    /// <summary>A condition on a sub-attribute of a multi-valued attribute is one on its elements: <c>emails.value co "x"</c> = <c>emails[value co "x"]</c>.</summary>
    static (AttributePath, FilterExpression)? Element(FilterExpression filter) => filter switch
    {
        Compare({ Sub: { } sub } path, var op, var value) when HasElements(path.Attribute) => (path with { Sub = null }, new Compare(new(null, sub, null), op, value)),
        Present({ Sub: { } sub } path) when HasElements(path.Attribute) => (path with { Sub = null }, new Present(new(null, sub, null))),
        _ => null,
    };

    static bool HasElements(AttributeDefinition attribute) => attribute.MultiValued || attribute.Type is AttributeType.Any;

    string Exists(AttributePath container, FilterExpression inner)
    {
        if (container.Attribute == GroupSchema.Members) return ExistsRelated("m.group_id = r.id", "m.member_id", Write(inner, Member, false));
        if (container.Attribute == UserSchema.Groups) return ExistsRelated("m.member_id = r.id", "m.group_id", Write(inner, Group, false));
        return $"EXISTS (SELECT FROM jsonb_path_query(r.attributes, {sql.AddJsonPath(Values(container))}) x(element) WHERE jsonb_typeof(x.element) = 'object' AND {Write(inner, JsonElement, false)})";
    }

    static string ExistsRelated(string relation, string id, string condition) =>
        $"""
        EXISTS (SELECT FROM group_members m JOIN resources e ON e.connection_id = m.connection_id AND e.id = {id}
                WHERE m.connection_id = r.connection_id AND {relation} AND {condition})
        """;

    static FilterOperand? Column(AttributeDefinition attribute) =>
        attribute == CommonAttributes.Id ? FilterOperand.Id("r.id")
        : attribute == CommonAttributes.ExternalId ? FilterOperand.Column("r.external_id", folded: false)
        : attribute == UserSchema.UserName ? FilterOperand.Column("r.user_name", folded: true)
        : attribute == UserSchema.DisplayName || attribute == GroupSchema.DisplayName ? FilterOperand.Column("r.display_name", folded: true)
        : attribute == UserSchema.Active ? FilterOperand.Flag("r.active")
        : null;

    FilterOperand Meta(AttributeDefinition? sub) => sub?.Name switch
    {
        "resourceType" => FilterOperand.Text("r.resource_type", folded: false),
        "created" => FilterOperand.Time("r.created_at"),
        "lastModified" => FilterOperand.Time("r.modified_at"),
        "location" => FilterOperand.Text($"({sql.Add($"{baseUrl}/{type.Collection}/")} || r.id::text)", folded: false),
        "version" => FilterOperand.Text("('W/\"' || r.version || '\"')", folded: false),
        _ => FilterOperand.Rows("TRUE"),
    };

    FilterOperand Member(AttributePath path) => Related(path, "m.member_id", "e.resource_type");

    FilterOperand Group(AttributePath path) => Related(path, "m.group_id", "'direct'");

    FilterOperand Related(AttributePath path, string id, string type) => path.Attribute.Name switch
    {
        "value" => FilterOperand.Id(id),
        "type" => FilterOperand.Text(type, folded: true),
        "display" => FilterOperand.Text(RelatedResources.Display, folded: true),
        _ => FilterOperand.Text($"({sql.Add(baseUrl + "/")} || {RelatedResources.Collection} || '/' || {id}::text)", folded: true),
    };

    FilterOperand JsonElement(AttributePath path) => HasElements(path.Attribute)
        ? FilterOperand.Values(sql, $"jsonb_path_query(x.element, {sql.AddJsonPath("$" + Step(path.Attribute.Name, path.Attribute) + "[*]")})", path.Attribute)
        : FilterOperand.Json("x.element", sql.Add([path.Attribute.Name]), path.Attribute);

    /// <summary>SQL/JSON path to the values of an attribute, an array opened; lax, so that what is absent is just not there.</summary>
    public static string Values(AttributePath path) =>
        "$" + (path.Schema is null ? "" : Step(path.Schema, path.Attribute)) + Step(path.Attribute.Name, path.Attribute) + "[*]";

    /// <summary>One name. Those of extensions that nobody registered are stored as they came, and found in any letter case.</summary>
    static string Step(string name, AttributeDefinition attribute) => attribute.Type is AttributeType.Any
        ? $" ? (@.type() == \"object\").keyvalue() ? (@.key like_regex {JsonSerializer.Serialize($"^{Regex.Escape(name)}$")} flag \"i\").value"
        : "." + JsonSerializer.Serialize(name);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Scim;
using static Scim.FilterExpression;

namespace ScimProvisioning.Storage;

/// <summary>
/// Translates a filter into a condition on <c>resources r</c> that gives the answers of <see cref="FilterEvaluator"/>. Values travel as
/// parameters only, names come from the schema or travel as parameters too.
/// </summary>
/// <remarks>Columns answer what must be fast; one containment on the folded document answers <c>eq</c> on any other attribute.</remarks>
sealed class FilterSql(Sql sql, string baseUrl, ResourceType type)
{
    /// <summary>The condition for a whole resource.</summary>
    public string Write(FilterExpression filter) => Write(filter, Resource, negated: false);

    /// <summary>The condition for one member of a group: <c>group_members m</c> with its row <c>resources e</c>.</summary>
    public string WriteMember(FilterExpression filter) => Write(filter, Member, negated: false);

    string Write(FilterExpression filter, Func<AttributePath, FilterOperand> scope, bool negated) => filter switch
    {
        And(var left, var right) => $"({Write(left, scope, negated)} AND {Write(right, scope, negated)})",
        Or(var left, var right) => $"({Write(left, scope, negated)} OR {Write(right, scope, negated)})",
        Not(var operand) => $"NOT {Write(operand, scope, negated: true)}",
        Never => "FALSE",
        _ when scope == Resource && Containment(filter) is { } document => $"r.folded @> {sql.AddJson(document.ToJsonString())}",
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

        // Names in an unregistered extension are as they came, so only the folded copy can be searched; its elements may be anything.
        var folded = $"jsonb_path_query(r.folded, {sql.AddJsonPath(Values(container, fold: true))})";
        if (container.Attribute.Type is AttributeType.Any)
            return $"EXISTS (SELECT FROM {folded} f(element) WHERE jsonb_typeof(f.element) = 'object' AND {Write(inner, JsonElement, false)})";

        // The same element, as it came and folded: a filter may compare both.
        var exact = $"jsonb_path_query(r.attributes, {sql.AddJsonPath(Values(container, fold: false))})";
        return $"""
            EXISTS (SELECT FROM {exact} WITH ORDINALITY x(element, n) JOIN {folded} WITH ORDINALITY f(element, n) USING (n)
                    WHERE {Write(inner, JsonElement, false)})
            """;
    }

    static string ExistsRelated(string relation, string id, string condition) =>
        $"""
        EXISTS (SELECT FROM group_members m JOIN resources e ON e.connection_id = m.connection_id AND e.id = {id}
                WHERE m.connection_id = r.connection_id AND {relation} AND {condition})
        """;

    FilterOperand Resource(AttributePath path)
    {
        var (attribute, sub) = (path.Attribute, path.Sub);
        if (attribute == CommonAttributes.Id) return FilterOperand.Id("r.id");
        if (attribute == CommonAttributes.ExternalId) return FilterOperand.Text("r.external_id", folded: false);
        if (attribute == UserSchema.UserName) return FilterOperand.Text("r.user_name", folded: true);
        if (attribute == UserSchema.Active) return FilterOperand.Flag("r.active");
        if (attribute == GroupSchema.DisplayName) return FilterOperand.Text("r.display_name", folded: true);
        if (attribute == CommonAttributes.Meta) return Meta(sub);
        if (attribute == GroupSchema.Members || attribute == UserSchema.Groups) return FilterOperand.Rows(Exists(path, new Present(new(null, attribute.Sub("value")!, null))));

        var exact = path.Leaf.CaseExact;
        if (HasElements(attribute)) return FilterOperand.Values(sql, $"jsonb_path_query({(exact ? "r.attributes" : "r.folded")}, {sql.AddJsonPath(Values(path, fold: !exact))})", attribute);
        string[] names = path.Schema is null ? [attribute.Name] : [path.Schema, attribute.Name];
        if (sub is not null) names = [.. names, sub.Name];
        return FilterOperand.Json(exact ? "r.attributes" : "r.folded", sql.Add(exact ? names : [.. names.Select(CaseFolding.Fold)]), path.Leaf);
    }

    FilterOperand Meta(AttributeDefinition? sub) => sub?.Name switch
    {
        "resourceType" => FilterOperand.Text("r.resource_type", folded: false),
        "created" => FilterOperand.Time("r.created_at"),
        "lastModified" => FilterOperand.Time("r.modified_at"),
        "location" => FilterOperand.Text($"({sql.Add($"{baseUrl}/{type.Collection}/")} || r.id::text)", folded: false),
        "version" => FilterOperand.Text("('W/\"' || r.version || '\"')", folded: false),
        _ => FilterOperand.Rows("TRUE"),
    };

    FilterOperand Member(AttributePath path) => Related(path, "m.member_id", "lower(e.resource_type)");

    FilterOperand Group(AttributePath path) => Related(path, "m.group_id", "'direct'");

    FilterOperand Related(AttributePath path, string id, string type) => path.Attribute.Name switch
    {
        "value" => FilterOperand.Id(id),
        "type" => FilterOperand.Text(type, folded: true),
        "display" => FilterOperand.Text(RelatedResources.FoldedDisplay, folded: true),
        _ => FilterOperand.Text($"({sql.Add(CaseFolding.Fold(baseUrl) + "/")} || lower({RelatedResources.Collection}) || '/' || {id}::text)", folded: true),
    };

    FilterOperand JsonElement(AttributePath path)
    {
        if (path.Attribute.Type is AttributeType.Any)
            return FilterOperand.Values(sql, $"jsonb_path_query(f.element, {sql.AddJsonPath($"$.{Quote(CaseFolding.Fold(path.Attribute.Name))}[*]")})", path.Attribute);
        var exact = path.Attribute.CaseExact;
        return FilterOperand.Json(exact ? "x.element" : "f.element", sql.Add([exact ? path.Attribute.Name : CaseFolding.Fold(path.Attribute.Name)]), path.Attribute);
    }

    /// <summary>What a document must contain to fit, for <c>eq</c> on folded text and booleans, alone or joined by <c>and</c> in brackets.</summary>
    static JsonObject? Containment(FilterExpression filter)
    {
        switch (filter)
        {
            case Compare({ Leaf: { CaseExact: false } leaf } path, CompareOperator.Eq, string or bool) compare
                when leaf.Type is not (AttributeType.Any or AttributeType.DateTime) && path.Attribute != UserSchema.UserName && path.Attribute != UserSchema.Active
                && path.Attribute != GroupSchema.DisplayName && !IsRelated(path.Attribute):
                JsonNode? value = Json(compare.Value);
                if (path.Sub is not null) value = new JsonObject { [CaseFolding.Fold(path.Sub.Name)] = value };
                return Nest(path, value!);
            case ValuePath({ Attribute.Type: AttributeType.Complex } path, var inner) when !IsRelated(path.Attribute):
                var element = new JsonObject();
                return AddEqualities(element, inner) ? Nest(path, element) : null;
            default:
                return null;
        }
    }

    static bool AddEqualities(JsonObject element, FilterExpression filter) => filter switch
    {
        And(var left, var right) => AddEqualities(element, left) && AddEqualities(element, right),
        Compare({ Attribute: { CaseExact: false, Type: not AttributeType.DateTime } sub }, CompareOperator.Eq, string or bool) compare =>
            element.TryAdd(CaseFolding.Fold(sub.Name), Json(compare.Value)),
        _ => false,
    };

    static JsonObject Nest(AttributePath path, JsonNode value)
    {
        var document = new JsonObject { [CaseFolding.Fold(path.Attribute.Name)] = path.Attribute.MultiValued ? new JsonArray(value) : value };
        return path.Schema is null ? document : new JsonObject { [CaseFolding.Fold(path.Schema)] = document };
    }

    static JsonValue Json(object value) => value is string text ? JsonValue.Create(CaseFolding.Fold(text)) : JsonValue.Create((bool)value);

    static bool IsRelated(AttributeDefinition attribute) => attribute == GroupSchema.Members || attribute == UserSchema.Groups;

    /// <summary>SQL/JSON path to the values of an attribute, an array opened; lax, so that what is absent is just not there.</summary>
    static string Values(AttributePath path, bool fold)
    {
        var step = (string name) => "." + Quote(fold ? CaseFolding.Fold(name) : name);
        return "$" + (path.Schema is null ? "" : step(path.Schema)) + step(path.Attribute.Name) + "[*]";
    }

    static string Quote(string name) => JsonSerializer.Serialize(name);
}

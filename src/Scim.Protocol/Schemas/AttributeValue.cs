using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Turns what a client sent into what the schema says: one place for types, coercion, spelling of names and "unassigned".</summary>
public static class AttributeValue
{
    /// <summary>The value to store, or <c>null</c> when it is unassigned: <c>null</c>, <c>""</c>, <c>[]</c> and objects of nothing else (RFC 7643 §2.5).</summary>
    /// <param name="path">The attribute as the client will recognise it in an error.</param>
    /// <param name="wrap">Accept a single value where the attribute is multi-valued, as PATCH clients send it.</param>
    /// <exception cref="ScimException">400 <c>invalidValue</c> when the value does not fit the type.</exception>
    public static JsonNode? Read(JsonNode? node, AttributeDefinition attribute, string path, bool wrap = false)
    {
        if (IsUnassigned(node)) return null;
        if (attribute.Type is AttributeType.Any) return ReadAny(node);
        if (!attribute.MultiValued) return ReadSingle(node!, attribute, path);

        if (node is not JsonArray && !wrap) throw WrongType(path, "an array", node);
        var elements = (node as IEnumerable<JsonNode?> ?? [node]).Where(e => !IsUnassigned(e))
            .Select(element => ReadSingle(element!, attribute, path)).OfType<JsonNode>().ToArray();
        RequireRoom(elements.Length, attribute, path);
        if (elements.Count(HasPrimary) > 1) throw ScimException.InvalidValue($"'{path}' has more than one primary value. Mark at most one as primary.");
        return elements is [] ? null : new JsonArray(elements);
    }

    /// <summary>RFC 7643 §2.5; Entra also clears with an empty string.</summary>
    public static bool IsUnassigned(JsonNode? node) =>
        node is null || node is JsonValue value && value.TryGetValue(out string? text) && text.Length == 0;

    /// <summary>True for an element whose <c>primary</c> is true.</summary>
    public static bool HasPrimary(JsonNode? element) =>
        element is JsonObject complex && complex["primary"] is JsonValue primary && primary.GetValueKind() is JsonValueKind.True;

    /// <exception cref="ScimException">400 <c>invalidValue</c> when the attribute would have too many elements.</exception>
    public static void RequireRoom(int elements, AttributeDefinition attribute, string path)
    {
        if (elements > attribute.MaxElements) throw ScimException.InvalidValue($"'{path}' has more than {attribute.MaxElements} values.");
    }

    static JsonNode? ReadSingle(JsonNode node, AttributeDefinition attribute, string path)
    {
        var kind = node.GetValueKind();
        switch (attribute.Type)
        {
            case AttributeType.Complex:
                return ReadComplex(node, attribute, path);
            case AttributeType.Boolean when kind is JsonValueKind.True or JsonValueKind.False:
                return node.DeepClone();
            // Entra sends "True" and "False" (its Switch expression yields strings).
            case AttributeType.Boolean when kind is JsonValueKind.String && bool.TryParse(node.GetValue<string>(), out var flag):
                return flag;
            case AttributeType.Boolean:
                throw WrongType(path, "true or false", node);
            case AttributeType.Integer when kind is JsonValueKind.Number && Number(node) is var integer && integer == decimal.Truncate(integer):
                return decimal.Truncate(integer);
            case AttributeType.Decimal when kind is JsonValueKind.Number:
                return Number(node);
            case AttributeType.Integer or AttributeType.Decimal:
                throw WrongType(path, "a number", node);
            case AttributeType.DateTime when kind is not JsonValueKind.String || !IsDateTime(node.GetValue<string>()):
                throw WrongType(path, "a date and time such as 2026-01-31T12:00:00Z", node);
            default:
                return kind is JsonValueKind.String ? Text(node.GetValue<string>(), attribute, path) : throw WrongType(path, "a string", node);
        }
    }

    static JsonObject? ReadComplex(JsonNode node, AttributeDefinition attribute, string path)
    {
        if (attribute == UserSchema.Roles) node = SerialisedRole(node);
        // Entra sends a manager, and Microsoft's test suite a member, as the bare id.
        if (node.GetValueKind() is JsonValueKind.String && attribute.Sub("value") is not null) node = new JsonObject { ["value"] = node.DeepClone() };
        if (node is not JsonObject sent) throw WrongType(path, "an object", node);

        var complex = new JsonObject();
        foreach (var (name, value) in sent)
        {
            // Entra's role mapping says displayName where the schema says display.
            var sub = attribute.Sub(name) ?? (name.Equals("displayName", StringComparison.OrdinalIgnoreCase) ? attribute.Sub("display") : null);
            if (sub is null or { Mutability: Mutability.ReadOnly }) continue;
            if (Read(value, sub, $"{path}.{sub.Name}") is not { } read) continue;
            if (!complex.TryAdd(sub.Name, read)) throw ScimException.InvalidSyntax($"'{path}.{sub.Name}' is given twice.");
        }
        return complex.Count == 0 ? null : complex;
    }

    /// <summary>Entra's AppRoleAssignmentsComplex sends <c>{"value":"{\"id\":…,\"value\":…,\"displayName\":…}"}</c> on PATCH.</summary>
    static JsonNode SerialisedRole(JsonNode node)
    {
        var text = node is JsonObject role ? role["value"] : node;
        if (text is not JsonValue value || !value.TryGetValue(out string? json) || !json.StartsWith('{')) return node;
        try
        {
            if (JsonNode.Parse(json) is not JsonObject { } inner || inner["value"] is null || inner.Any(HasNul)) return node;
            var merged = (inner.DeepClone() as JsonObject)!;
            foreach (var (name, other) in node as JsonObject ?? [])
                if (name != "value" && !merged.ContainsKey(name)) merged.Add(name, other?.DeepClone());
            return merged;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)   // the last: half a surrogate pair
        {
            return node;   // a role whose name merely starts with a brace
        }
    }

    static bool HasNul(KeyValuePair<string, JsonNode?> member) =>
        member.Value is JsonValue value && value.TryGetValue(out string? text) && text.Contains('\0');

    static JsonNode? ReadAny(JsonNode? node) => node switch
    {
        null => null,
        JsonObject complex => complex.Where(p => !IsUnassigned(p.Value)).Select(p => KeyValuePair.Create(p.Key, ReadAny(p.Value)))
            .Where(p => p.Value is not null).ToArray() is { Length: > 0 } kept ? new JsonObject(kept) : null,
        JsonArray array => array.Where(e => !IsUnassigned(e)).Select(ReadAny).OfType<JsonNode>().ToArray() is { Length: > 0 } kept ? new JsonArray(kept) : null,
        _ when node.GetValueKind() is JsonValueKind.Number => Number(node),
        _ => node.DeepClone(),
    };

    static JsonNode Text(string text, AttributeDefinition attribute, string path)
    {
        if (text.Length > attribute.MaxLength) throw ScimException.InvalidValue($"'{path}' has {text.Length} characters; at most {attribute.MaxLength} are allowed.");
        return text;
    }

    /// <summary>Numbers are stored as decimals: PostgreSQL would rewrite or refuse other spellings.</summary>
    static decimal Number(JsonNode node) =>
        decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ScimException.InvalidValue("A number is out of range: at most 28 digits are kept.");

    static bool IsDateTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    static ScimException WrongType(string path, string expected, JsonNode? node) =>
        ScimException.InvalidValue($"'{path}' must be {expected}, not {Describe(node)}.");

    static string Describe(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };
}

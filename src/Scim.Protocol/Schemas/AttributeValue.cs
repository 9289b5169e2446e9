using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Reads a client's value as the schema defines the attribute: its type, coercion to it, the spelling of names, and what is unassigned.
/// </summary>
public static class AttributeValue
{
    /// <summary>
    /// The value to store, or <c>null</c> when it is unassigned: <c>null</c>, <c>""</c>, <c>[]</c>, or an object or array that holds only
    /// such values (RFC 7643 §2.5).
    /// </summary>
    /// <param name="path">The attribute's name in an error.</param>
    /// <param name="wrap">Accept a single value for a multi-valued attribute, as PATCH clients send it.</param>
    /// <remarks>
    /// A simple value may come as an object with <c>value</c>, alone or in an array: Entra sends <c>[{"value":"False"}]</c> for
    /// <c>active</c>.
    /// </remarks>
    /// <exception cref="ScimException">400 <c>invalidValue</c> when the value does not fit the type.</exception>
    public static JsonNode? Read(JsonNode? node, AttributeDefinition attribute, string path, bool wrap = false) =>
        Read(node, attribute, (ValuePlace)path, wrap);

    internal static JsonNode? Read(JsonNode? node, AttributeDefinition attribute, ValuePlace path, bool wrap)
    {
        if (attribute.Type is AttributeType.Any)
            return IsUnassigned(node) ? null : ReadAny(node, path.ToString());
        var isWrapped = !attribute.IsComplex && WrappedValue.TryOpen(ref node, attribute.MultiValued);
        if (IsUnassigned(node))
            return null;
        if (!attribute.MultiValued)
            return ReadSingle(node!, attribute, path);

        if (node is not JsonArray && !wrap && !isWrapped)
            throw WrongType(path, "an array", node);
        var (sent, elements) = (node as JsonArray, new JsonArray());
        for (var i = 0; i < (sent?.Count ?? 1); i++)
        {
            var element = sent is null ? node : sent[i];
            if (!attribute.IsComplex)
                WrappedValue.TryOpen(ref element, inList: true);
            if (!IsUnassigned(element) && ReadSingle(element!, attribute, path) is { } read)
                elements.Add(read);
        }
        RequireRoom(elements.Count, attribute, path.ToString());
        return elements.Count == 0 ? null : elements;
    }

    /// <summary>
    /// The same for a value that is stored as a whole. In a list, an element with nothing but <c>type</c> and <c>primary</c> is no value,
    /// and of two elements with the same <c>type</c> and <c>value</c> one is left (RFC 7643 §2.4).
    /// </summary>
    /// <exception cref="ScimException">400 <c>invalidValue</c>, also for several primary values.</exception>
    public static JsonNode? ReadWhole(JsonNode? node, AttributeDefinition attribute, string path, bool wrap = false) =>
        ReadWhole(node, attribute, (ValuePlace)path, wrap);

    internal static JsonNode? ReadWhole(JsonNode? node, AttributeDefinition attribute, ValuePlace path, bool wrap)
    {
        if (Read(node, attribute, path, wrap) is not { } read)
            return null;
        if (read is not JsonArray list || !attribute.IsComplex)
            return read;
        TidyList(list, attribute);
        if (list.Count > 1 && list.Count(HasPrimary) > 1)
            throw ScimException.InvalidValue($"'{path}' has more than one primary value. Mark at most one as primary.");
        return list.Count == 0 ? null : list;
    }

    /// <summary>Removes elements without content and doubled ones; what a doubled one says more goes to the one that stays.</summary>
    internal static void TidyList(JsonArray list, AttributeDefinition attribute)
    {
        var pairs = list.Count > 1 ? new Dictionary<(string, string?), JsonObject>() : null;
        HashSet<object?>? removed = null;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject element)
                continue;
            if (HasNoContent(element) && !MayLackContent(attribute))
            {
                Remove(element);
            }
            else if (pairs is not null && ElementIndex.PairOf(element, attribute) is { } pair && !pairs.TryAdd(pair, element))
            {
                foreach (var (name, value) in element)
                    pairs[pair][name] = value?.DeepClone();
                Remove(element);
            }
        }
        // At once: each single removal would look through the list and move what follows.
        if (removed is not null)
            list.RemoveAll(removed.Contains);

        void Remove(JsonObject element) => (removed ??= new(ReferenceEqualityComparer.Instance)).Add(element);
    }

    static bool HasNoContent(JsonObject element)
    {
        for (var i = 0; i < element.Count; i++)
            if (element.GetAt(i).Key is not ("type" or "primary"))
                return false;
        return true;
    }

    /// <summary>A member of a group without its id, or an element without a required part, is an error and not nothing.</summary>
    static bool MayLackContent(AttributeDefinition attribute) =>
        attribute == GroupSchema.Members
        || attribute.SubAttributes.Any(sub => sub.Required)
        || attribute.SubAttributes.All(sub => sub.Name is "type" or "primary");

    /// <summary>True for a value that clears the attribute (RFC 7643 §2.5). Entra also clears with an empty string.</summary>
    public static bool IsUnassigned(JsonNode? node) =>
        node is null or JsonArray { Count: 0 }
        || node is JsonValue value
            && (
                value.TryGetValue(out JsonElement sent) // of which the text need not be decoded
                    ? sent.ValueKind is JsonValueKind.String && sent.ValueEquals("")
                    : IsText(value) && value.GetValue<string>().Length == 0
            );

    /// <summary>True for a JSON string.</summary>
    public static bool IsText(JsonNode node) => node.GetValueKind() is JsonValueKind.String;

    /// <summary>True for an element whose <c>primary</c> is true.</summary>
    public static bool HasPrimary(JsonNode? element) =>
        element is JsonObject complex && complex["primary"] is JsonValue primary && primary.GetValueKind() is JsonValueKind.True;

    /// <exception cref="ScimException">400 <c>invalidValue</c> when the attribute would have too many elements.</exception>
    public static void RequireRoom(int elements, AttributeDefinition attribute, string path)
    {
        if (elements > attribute.MaxElements)
            throw TooMany(path, attribute.MaxElements);
    }

    static ScimException TooMany(string path, int most) => ScimException.InvalidValue($"'{path}' has more than {most} values.");

    static JsonNode? ReadSingle(JsonNode node, AttributeDefinition attribute, ValuePlace path)
    {
        if (attribute.Type is AttributeType.Integer or AttributeType.Decimal)
            node = NumberIn(node) ?? node;
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
            case AttributeType.Integer
                when kind is JsonValueKind.Number && Number(node, path.ToString()) is var integer && integer == decimal.Truncate(integer):
                return decimal.Truncate(integer);
            case AttributeType.Decimal when kind is JsonValueKind.Number:
                return Number(node, path.ToString());
            case AttributeType.Integer or AttributeType.Decimal:
                throw WrongType(path, attribute.Type is AttributeType.Integer ? "a whole number" : "a number", node);
            case AttributeType.Binary when kind is not JsonValueKind.String || !IsBase64(node.GetValue<string>()):
                throw WrongType(path, "binary data in base64", node);
            case AttributeType.DateTime when kind is not JsonValueKind.String || !DateTimeText.TryParse(node.GetValue<string>(), out _):
                throw WrongType(path, "a date and time such as 2026-01-31T12:00:00Z", node);
            default:
                return kind is JsonValueKind.String ? Text(node, attribute, path) : throw WrongType(path, "a string", node);
        }
    }

    static JsonObject? ReadComplex(JsonNode node, AttributeDefinition attribute, ValuePlace path)
    {
        if (attribute == UserSchema.Roles)
            node = SerialisedRole.Open(node) ?? node;
        // Entra sends a manager, and Microsoft's test suite a member, as the bare id.
        if (node.GetValueKind() is JsonValueKind.String && attribute.Sub("value") is not null)
            node = new JsonObject { ["value"] = node.DeepClone() };
        if (node is not JsonObject sent)
            throw WrongType(path, "an object", node);

        var complex = new JsonObject();
        for (var i = 0; i < sent.Count; i++)
        {
            var (name, value) = sent.GetAt(i);
            if (attribute.Sub(name) is not { Mutability: not Mutability.ReadOnly } sub)
                continue;
            if (!sub.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && sent.KeyOf(sub.Name) is not null)
                continue; // "displayName" stands for "display", unless that is given too
            if (Read(value, sub, path.Of(sub.Name), wrap: false) is not { } read)
                continue;
            if (!complex.TryAdd(sub.Name, read))
                throw ScimException.InvalidSyntax($"'{path}.{sub.Name}' is given twice.");
        }
        return complex.Count == 0 ? null : complex;
    }

    /// <summary>A value of an unregistered extension: as it was sent, without what is unassigned.</summary>
    internal static JsonNode? ReadAny(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject complex:
                var (members, names) = (new JsonObject(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
                foreach (var (name, value) in complex)
                {
                    if (!names.Add(name))
                        throw ScimException.InvalidSyntax($"In '{path}', '{name}' is given twice, in different spellings.");
                    if (!IsUnassigned(value) && ReadAny(value, path) is { } read)
                        members.Add(name, read);
                }
                return members.Count == 0 ? null : members;
            case JsonArray { Count: > AttributeDefinition.MaxUntypedElements }:
                throw TooMany(path, AttributeDefinition.MaxUntypedElements);
            case JsonArray array:
                return
                    array.Where(e => !IsUnassigned(e)).Select(e => ReadAnyElement(e, path)).OfType<JsonNode>().ToArray()
                        is { Length: > 0 } kept
                    ? new JsonArray(kept)
                    : null;
            case { } when node.GetValueKind() is JsonValueKind.Number:
                return Number(node, path);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>
    /// <c>{"type":"work","value":""}</c> is no value, as in registered lists. <c>{"type":"work"}</c> stays as it was sent.
    /// </summary>
    static JsonNode? ReadAnyElement(JsonNode? element, string path) =>
        ReadAny(element, path) is { } read
        && !(read is JsonObject kept && kept.Count < ((JsonObject)element!).Count && kept.All(p => IsTypeOrPrimary(p.Key)))
            ? read
            : null;

    static bool IsTypeOrPrimary(string name) =>
        name.Equals("type", StringComparison.OrdinalIgnoreCase) || name.Equals("primary", StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 7643 §2.3.6: base64 in either alphabet of RFC 4648, with or without padding.</summary>
    static bool IsBase64(string text) => Base64Url.IsValid(text.Replace('+', '-').Replace('/', '_'));

    static JsonNode Text(JsonNode node, AttributeDefinition attribute, ValuePlace path)
    {
        if (attribute.MaxLength is { } most && node.GetValue<string>().Length is var length && length > most)
            throw ScimException.InvalidValue($"'{path}' has {length} characters; at most {most} are allowed.");
        return node.DeepClone(); // which does not decode it
    }

    /// <summary>
    /// The number in a string such as <c>"12"</c>: Entra sends the values of its expressions as text. <c>null</c> for other text.
    /// </summary>
    static JsonNode? NumberIn(JsonNode node) =>
        IsText(node)
        && decimal.TryParse(
            node.GetValue<string>(),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;

    /// <summary>Numbers are stored in decimal notation, because PostgreSQL rewrites or refuses others, such as 1e2.</summary>
    static decimal Number(JsonNode node, string path) =>
        decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ScimException.InvalidValue($"'{path}' holds a number that is out of range: at most 28 digits are kept.");

    static ScimException WrongType(ValuePlace path, string expected, JsonNode? node) =>
        ScimException.InvalidValue($"'{path}' must be {expected}, not {Describe(node)}.");

    static string Describe(JsonNode? node) =>
        node?.GetValueKind() switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            _ => "null",
        };
}

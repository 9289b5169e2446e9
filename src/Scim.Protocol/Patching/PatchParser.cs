using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Reads the body of a PATCH (RFC 7644 §3.5.2) into checked operations, each with a path. An object without a path, or the value of a
/// complex attribute, becomes one operation for each of its members: a partial object leaves the rest of the attribute as it is, and
/// <c>null</c> or <c>""</c> in it clears that member.
/// </summary>
public static class PatchParser
{
    /// <summary>The operations in the order of the request.</summary>
    /// <param name="body">An object with an array <c>Operations</c>; its names and <c>op</c> may have any letter case.</param>
    /// <param name="ignoreUnknown">Skip well-formed paths that name no attribute of the type, instead of refusing them.</param>
    /// <param name="work">What reading the operations may cost; <c>null</c>: as much as one request.</param>
    /// <exception cref="ScimException">
    /// 400 <c>invalidSyntax</c>, <c>invalidPath</c>, <c>invalidFilter</c>, <c>invalidValue</c>, <c>noTarget</c>, <c>mutability</c> or
    /// <c>tooMany</c>.
    /// </exception>
    public static IReadOnlyList<PatchOperation> Parse(
        JsonObject body,
        ResourceType type,
        bool ignoreUnknown = false,
        WorkLimit? work = null
    )
    {
        work ??= new WorkLimit();
        StorableText.Require(body);
        if (new JsonMembers(body, "").Find("Operations") is not JsonArray operations)
            throw ScimException.InvalidSyntax("A PATCH needs an array 'Operations' (RFC 7644 §3.5.2).");
        var parsed = new List<PatchOperation>();
        foreach (var operation in operations)
        {
            var before = parsed.Count;
            ParseOperation(
                operation as JsonObject ?? throw ScimException.InvalidSyntax("Each of 'Operations' must be an object."),
                type,
                ignoreUnknown,
                parsed
            );
            work.Spend(WorkLimit.ToReadOperation);
            for (var i = before; i < parsed.Count; i++)
                work.Spend((parsed[i].Path.Filter?.Comparisons ?? 0) * WorkLimit.ToReadComparison);
        }
        return parsed;
    }

    /// <summary>The operations on the attributes of an unregistered extension that an object with some of them stands for.</summary>
    /// <exception cref="ScimException">400 <c>invalidPath</c>, <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    internal static IReadOnlyList<PatchOperation> InExtension(PatchOp op, string uri, JsonObject members, ResourceType type)
    {
        var parsed = new List<PatchOperation>();
        foreach (var (name, member) in OneSpelling(members))
        {
            if (IsSchemas(name))
                continue;
            var path =
                name.Contains('[') ? FilterParser.ParsePath($"{uri}:{name}", type)
                : AttributePath.InUnregistered(uri, name) is { } found ? new(found.Schema, found.Attribute, null, found.Sub)
                : throw ScimException.InvalidPath($"{ScimException.Quote(name)} names no attribute of '{uri}'.");
            Add(op, path, member, parsed);
        }
        return parsed;
    }

    static void ParseOperation(JsonObject operation, ResourceType type, bool ignoreUnknown, List<PatchOperation> parsed)
    {
        var members = new JsonMembers(operation, "");
        var (op, value, pathNode) = (ParseOp(members.Find("op")), members.Find("value"), members.Find("path"));
        var path =
            (pathNode as JsonValue)?.TryGetValue(out string? text) is true ? text
            : pathNode is null ? ""
            : throw ScimException.InvalidPath("'path' must be a string.");
        // Only what stands before and after the brackets is a name: a filter may be longer.
        var (open, close) = (path.IndexOf('['), path.LastIndexOf(']'));
        var names = open < 0 ? path.Length : open + (close < open ? 0 : path.Length - close - 1);
        AttributePath.RequireLength(names, path, "The path", ScimException.InvalidPath);
        if (op is PatchOp.Remove)
        {
            if (path.Length == 0)
                throw ScimException.NoTarget("A remove operation needs a path (RFC 7644 §3.5.2.2).");
            var before = parsed.Count;
            if (Usual(path, type) is { } usual)
                AddRemove(usual, value, parsed);
            else if (UnregisteredPatch.MayBe(path, type))
                parsed.Add(UnregisteredPatch.Parse(op, path, value, isKey: false, type));
            else if (!(ignoreUnknown && IsUnknown(path, type)))
                AddRemove(RegisteredExtension(path, type) ?? FilterParser.ParsePath(path, type), value, parsed);
            // Entra's old code sent "value": null when it had lost what to remove. A remove of everything has no value at all.
            if (value is null && operation.KeyOf("value") is not null)
                parsed.RemoveRange(before, parsed.Count - before);
            return;
        }
        if (operation.KeyOf("value") is null)
            throw ScimException.InvalidValue($"The operation {op.ToString().ToLowerInvariant()} '{path}' has no value.");
        if (path.Length > 0)
        {
            AddSet(op, path, value, isKey: false, type, ignoreUnknown, parsed);
            return;
        }
        if (value is not JsonObject attributes)
            throw ScimException.InvalidValue("An operation without a path needs an object of attributes as its value.");
        foreach (var (name, member) in OneSpelling(attributes))
            if (!name.Equals("meta", StringComparison.OrdinalIgnoreCase))
                AddSet(op, name, member, isKey: true, type, ignoreUnknown, parsed);
    }

    static PatchOp ParseOp(JsonNode? node)
    {
        var word = node is JsonValue value && value.TryGetValue(out string? text) ? text : node?.ToJsonString() ?? "nothing";
        return word.ToUpperInvariant() switch
        {
            "ADD" => PatchOp.Add,
            "REPLACE" => PatchOp.Replace,
            "REMOVE" => PatchOp.Remove,
            _ => throw ScimException.InvalidSyntax($"'op' must be add, replace or remove, not {ScimException.Quote(word)}."),
        };
    }

    static void AddSet(
        PatchOp op,
        string text,
        JsonNode? value,
        bool isKey,
        ResourceType type,
        bool ignoreUnknown,
        List<PatchOperation> parsed
    )
    {
        if (Usual(text, type) is { } usual)
        {
            Add(op, usual, value, parsed);
            return;
        }
        if (UnregisteredPatch.MayBe(text, type))
        {
            parsed.Add(UnregisteredPatch.Parse(op, text, value, isKey, type));
            return;
        }
        var registered = RegisteredExtension(text, type);
        if (registered is not null && AttributeValue.IsUnassigned(value))
        {
            AddRemove(registered, null, parsed);
            return;
        }
        if (type.FindSchema(text) is null)
        {
            if (!(ignoreUnknown && IsUnknown(text, type)))
                Add(op, FilterParser.ParsePath(text, type), value, parsed);
            return;
        }
        foreach (var (name, member) in OneSpelling(value as JsonObject ?? throw ScimException.InvalidValue($"'{text}' must be an object.")))
        {
            if (IsSchemas(name))
                continue;
            if (name.Contains(':'))
                throw ScimException.InvalidPath($"{ScimException.Quote(name)} names no attribute of '{text}'.");
            if (!(ignoreUnknown && IsUnknown($"{text}:{name}", type)))
                Add(op, FilterParser.ParsePath($"{text}:{name}", type), member, parsed);
        }
    }

    static void Add(PatchOp op, PatchPath path, JsonNode? value, List<PatchOperation> parsed)
    {
        if (IsIgnored(path))
            return;
        if (path.Attribute.Mutability is Mutability.ReadOnly)
        {
            // A client may repeat the current value, which only the patcher knows.
            parsed.Add(new(op, path, value?.DeepClone()));
            return;
        }
        RequireWritable(path);
        if (path.Leaf.Type is AttributeType.Any)
        {
            AttributeValue.Read(value, path.Leaf, path.ToString()); // for its errors: what is stored tells how to read it
            parsed.Add(new(op, path, AttributeValue.IsUnassigned(value) ? null : value!.DeepClone()));
            return;
        }
        if (Members(path, value) is { } members)
        {
            AddMembers(op, path, members, parsed);
            return;
        }
        var read =
            path.Filter is null && path.Sub is null
                ? AttributeValue.ReadWhole(value, path.Attribute, path.Place, wrap: true)
                : AttributeValue.Read(value, path.Leaf, path.Place, wrap: true);
        if (path is { Filter: not null, Sub: null, Attribute.MultiValued: true } && read is JsonArray elements)
            read =
                elements.Count == 1
                    ? elements[0]!.DeepClone()
                    : throw ScimException.InvalidValue($"'{path}' selects values one by one: give one value, not {elements.Count}.");
        if (path is { Filter: not null, Sub: null, Attribute.IsComplex: true } && read is not (null or JsonObject))
            throw ScimException.InvalidValue($"'{path}' selects objects: its value must be one.");
        if (read is null && op is PatchOp.Add && path is { Attribute.MultiValued: true, Filter: null, Sub: null })
            return; // nothing to add
        parsed.Add(new(op, path, read));
    }

    /// <summary>The sub-attributes that the value sets one by one, or <c>null</c> for a value that is set as a whole.</summary>
    static JsonObject? Members(PatchPath path, JsonNode? value)
    {
        if (path.Attribute == UserSchema.Roles && path.Sub?.Name == "value")
            return SerialisedRole.Open(value);
        if (path is not { Attribute: { IsComplex: true, MultiValued: false }, Filter: null, Sub: null })
            return null;

        // Entra's old documentation shows the manager as an array of one element.
        var only = value is JsonArray and [var element] ? element : value;
        return
            only is JsonValue text
            && !AttributeValue.IsUnassigned(text)
            && AttributeValue.IsText(text)
            && path.Attribute.Sub("value") is not null
            ? new JsonObject { ["value"] = text.DeepClone() }
            : only as JsonObject;
    }

    /// <summary>
    /// One operation for each sub-attribute; those that are not named stay as they are. "value" comes first, because setting it removes a
    /// "$ref" that no longer fits, and the "$ref" of the request must stay.
    /// </summary>
    static void AddMembers(PatchOp op, PatchPath path, JsonObject members, List<PatchOperation> parsed)
    {
        foreach (var (name, member) in OneSpelling(members).OrderBy(p => !p.Key.Equals("value", StringComparison.OrdinalIgnoreCase)))
            if (path.Attribute.Sub(name) is { Mutability: not Mutability.ReadOnly } sub)
                Add(op, path with { Sub = sub }, member, parsed);
    }

    static void AddRemove(PatchPath path, JsonNode? value, List<PatchOperation> parsed)
    {
        if (path.Attribute == UserSchema.Password)
            return;
        if (path.Attribute.Mutability is Mutability.ReadOnly)
            throw ScimException.Mutability($"'{path}' is read-only.");
        RequireWritable(path);
        // Entra removes members by a list of values; an empty list removes nothing. For any other path the value is ignored.
        if (path.Attribute.Type is AttributeType.Any)
            parsed.Add(new(PatchOp.Remove, path, path is { Filter: null, Sub: null } ? value?.DeepClone() : null));
        else if (value is null || path is not { Attribute: { MultiValued: true }, Filter: null, Sub: null })
            parsed.Add(new(PatchOp.Remove, path, null));
        else if (AttributeValue.Read(value, path.Attribute, path.ToString(), wrap: true) is { } elements)
            parsed.Add(new(PatchOp.Remove, path, elements));
    }

    /// <summary>The server derives "schemas" from the content, and does not store passwords.</summary>
    static bool IsIgnored(PatchPath path) => path.Attribute == CommonAttributes.Schemas || path.Attribute == UserSchema.Password;

    static void RequireWritable(PatchPath path)
    {
        // Other immutable values may be set once, and only the document shows whether they are set. A member's parts always are.
        if (
            path.Sub?.Mutability is Mutability.ReadOnly
            || path.Attribute == GroupSchema.Members && path.Sub?.Mutability is Mutability.Immutable
        )
            throw ScimException.Mutability($"'{path}' cannot be changed: remove the value and add another.");
    }

    /// <summary>True for a well-formed path that names no attribute. A filter in brackets is not looked at.</summary>
    static bool IsUnknown(string text, ResourceType type)
    {
        var (open, close) = (text.IndexOf('['), text.LastIndexOf(']'));
        var path = (
            open < 0 ? text
            : close < open ? ""
            : text[..open] + text[(close + 1)..]
        ).Trim();
        return AttributePath.IsNotation(path) && AttributePath.Find(path, type) is null && type.FindSchema(path) is null;
    }

    /// <summary>The path to a registered attribute in its usual notation, which nearly all are; else <c>null</c>.</summary>
    static PatchPath? Usual(string text, ResourceType type) =>
        type.Paths.GetValueOrDefault(text) is { } path ? new(path.Schema, path.Attribute, null, path.Sub) : null;

    /// <summary>The path of a whole registered extension, or <c>null</c> when the text is not the URI of one.</summary>
    static PatchPath? RegisteredExtension(string text, ResourceType type) =>
        type.FindSchema(text) is { } schema && schema != type.Schema ? new(null, AttributeDefinition.Untyped(schema.Id), null, null) : null;

    static bool IsSchemas(string name) => name.Equals(CommonAttributes.Schemas.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Refuses names that differ only in letter case, because both would set the same attribute.</summary>
    static JsonObject OneSpelling(JsonObject attributes)
    {
        var names = new HashSet<string>(attributes.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, _) in attributes)
            if (!names.Add(name))
            {
                var first = attributes.First(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Key;
                throw ScimException.InvalidSyntax($"{ScimException.Quote(first)} is given twice, in different spellings.");
            }
        return attributes;
    }
}

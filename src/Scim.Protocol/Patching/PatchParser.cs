using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>
/// Reads the body of a PATCH (RFC 7644 §3.5.2) into checked operations, each with a path. Path-less objects and complex values become one
/// operation for each attribute, so that partial objects merge and <c>null</c> or <c>""</c> inside them clears.
/// </summary>
public static partial class PatchParser
{
    /// <param name="ignoreUnknown">Skip well-formed paths that name no attribute of the type, instead of refusing them.</param>
    /// <exception cref="ScimException">400 <c>invalidSyntax</c>, <c>invalidPath</c>, <c>invalidFilter</c>, <c>invalidValue</c>, <c>noTarget</c> or <c>mutability</c>.</exception>
    public static IReadOnlyList<PatchOperation> Parse(JsonObject body, ResourceType type, bool ignoreUnknown = false)
    {
        StorableText.Require(body);
        if (new JsonMembers(body, "").Find("Operations") is not JsonArray operations)
            throw ScimException.InvalidSyntax("A PATCH needs an array 'Operations' (RFC 7644 §3.5.2).");
        var parsed = new List<PatchOperation>();
        foreach (var operation in operations)
            ParseOperation(
                operation as JsonObject ?? throw ScimException.InvalidSyntax("Each of 'Operations' must be an object."),
                type,
                ignoreUnknown,
                parsed
            );
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
        if (op is PatchOp.Remove)
        {
            if (path.Length == 0)
                throw ScimException.NoTarget("A remove operation needs a path (RFC 7644 §3.5.2.2).");
            if (!(ignoreUnknown && IsUnknown(path, type)))
                AddRemove(RegisteredExtension(path, type) ?? FilterParser.ParsePath(path, type), value, parsed);
            return;
        }
        if (operation.KeyOf("value") is null)
            throw ScimException.InvalidValue($"The operation {op.ToString().ToLowerInvariant()} '{path}' has no value.");
        if (path.Length > 0)
        {
            AddSet(op, path, value, type, ignoreUnknown, parsed);
            return;
        }
        if (value is not JsonObject attributes)
            throw ScimException.InvalidValue("An operation without a path needs an object of attributes as its value.");
        foreach (var (name, member) in OneSpelling(attributes))
            if (!name.Equals("meta", StringComparison.OrdinalIgnoreCase))
                AddSet(op, name, member, type, ignoreUnknown, parsed);
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

    static void AddSet(PatchOp op, string text, JsonNode? value, ResourceType type, bool ignoreUnknown, List<PatchOperation> parsed)
    {
        var registered = RegisteredExtension(text, type);
        if (registered is not null && AttributeValue.IsUnassigned(value))
        {
            AddRemove(registered, null, parsed);
            return;
        }
        var wholeSchema =
            registered is not null || type.FindSchema(text) is not null || value is JsonObject && IsUnregisteredExtension(text, type);
        if (!wholeSchema)
        {
            if (!(ignoreUnknown && IsUnknown(text, type)))
                Add(op, FilterParser.ParsePath(text, type), value, parsed);
            return;
        }
        foreach (var (name, member) in OneSpelling(value as JsonObject ?? throw ScimException.InvalidValue($"'{text}' must be an object.")))
        {
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
            parsed.Add(new(op, path, value?.DeepClone())); // the patcher knows the current value, which may be repeated
            return;
        }
        RequireWritable(path);
        if (Members(path, value) is { } members)
        {
            AddMembers(op, path, members, parsed);
            return;
        }
        var read = AttributeValue.Read(value, path.Leaf, path.ToString(), wrap: true);
        if (path is { Filter: not null, Sub: null, Attribute.MultiValued: true } && read is JsonArray elements)
            read =
                elements.Count == 1
                    ? elements[0]!.DeepClone()
                    : throw ScimException.InvalidValue($"'{path}' selects values one by one: give one value, not {elements.Count}.");
        if (path is { Filter: not null, Sub: null } && read is not (null or JsonObject))
            throw ScimException.InvalidValue($"'{path}' selects objects: its value must be one.");
        if (read is null && op is PatchOp.Add && path is { Attribute.MultiValued: true, Filter: null, Sub: null })
            return; // nothing to add
        parsed.Add(new(op, path, read));
    }

    /// <summary>The sub-attributes that the value sets one by one, or <c>null</c> for a value that is taken whole.</summary>
    static JsonObject? Members(PatchPath path, JsonNode? value)
    {
        if (path.Attribute == UserSchema.Roles && path.Sub?.Name == "value")
            return SerialisedRole.Open(value);
        if (path is not { Attribute: { IsComplex: true, MultiValued: false }, Filter: null, Sub: null })
            return null;

        var only = value is JsonArray and [var element] ? element : value; // Entra's old documentation shows the manager as an array of one
        return
            only is JsonValue text
            && !AttributeValue.IsUnassigned(text)
            && AttributeValue.IsText(text)
            && path.Attribute.Sub("value") is not null
            ? new JsonObject { ["value"] = text.DeepClone() }
            : only as JsonObject;
    }

    /// <summary>A partial object merges; sub-attributes that are not named stay. "value" first: setting it forgets a stale "$ref".</summary>
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
        // Entra removes members by a list of values; an empty list removes nothing. Elsewhere a value beside a remove says nothing.
        if (value is null || path is not { Attribute: { MultiValued: true }, Filter: null, Sub: null })
            parsed.Add(new(PatchOp.Remove, path, null));
        else if (AttributeValue.Read(value, path.Attribute, path.ToString(), wrap: true) is { } elements)
            parsed.Add(new(PatchOp.Remove, path, elements));
    }

    /// <summary>"schemas" follows from the content, and passwords are dropped.</summary>
    static bool IsIgnored(PatchPath path) => path.Attribute == CommonAttributes.Schemas || path.Attribute == UserSchema.Password;

    static void RequireWritable(PatchPath path)
    {
        // Whether another immutable value may be set, the document tells; a membership has no part that could be unset.
        if (
            path.Sub?.Mutability is Mutability.ReadOnly
            || path.Attribute == GroupSchema.Members && path.Sub?.Mutability is Mutability.Immutable
        )
            throw ScimException.Mutability($"'{path}' cannot be changed: remove the value and add another.");
    }

    /// <summary>A path that is written as it should be and names nothing; what stands in its brackets is none of that.</summary>
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

    /// <summary>The URI of an extension by itself.</summary>
    static PatchPath? RegisteredExtension(string text, ResourceType type) =>
        type.FindSchema(text) is { } schema && schema != type.Schema ? new(null, AttributeDefinition.Untyped(schema.Id), null, null) : null;

    /// <summary>
    /// An object given to a URN that nobody registered is the extension itself, as in a POST, unless the URN goes on after a version
    /// and a resource type: <c>urn:…:CustomExtensionName:2.0:User:tag</c>.
    /// </summary>
    static bool IsUnregisteredExtension(string text, ResourceType type) =>
        type.MayHaveExtension(text) && !AttributeOfExtension().IsMatch(text);

    /// <summary>Names may not differ by letter case alone: each would be an operation on the same attribute.</summary>
    static JsonObject OneSpelling(JsonObject attributes) =>
        attributes.GroupBy(p => p.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(spellings => spellings.Count() > 1) is { } doubled
            ? throw ScimException.InvalidSyntax($"{ScimException.Quote(doubled.Key)} is given twice, in different spellings.")
            : attributes;

    [GeneratedRegex(@":\d+(\.\d+)*:[A-Za-z]+:")]
    private static partial Regex AttributeOfExtension();
}

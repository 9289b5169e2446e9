using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// PATCH of extensions that no schema describes. What the resource holds tells what a path names and which shape a value has; then they
/// change as registered ones do: lists grow, partial objects merge.
/// </summary>
static class UnregisteredPatch
{
    /// <summary>True for a URN that no schema knows: an extension or an attribute of one.</summary>
    public static bool MayBe(string text, ResourceType type) =>
        type.FindSchema(text) is null
        && type.MayHaveExtension(text)
        && AttributePath.Find(text, type) is null or { Leaf.Type: AttributeType.Any };

    /// <summary>The operation on such a URN.</summary>
    /// <exception cref="ScimException">400 <c>invalidPath</c>, <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    public static PatchOperation Parse(PatchOp op, string urn, JsonNode? value, bool isKey, ResourceType type)
    {
        if (type.HasDotAfterUri(urn))
            FilterParser.ParsePath(urn, type); // throws, and says why
        var path = AttributePath.Find(urn, type) is { } found
            ? new PatchPath(found.Schema, found.Attribute, null, found.Sub)
            : new PatchPath(null, AttributeDefinition.Untyped(urn), null, null);
        if (path.Schema is null && op is not PatchOp.Remove && value is not JsonObject && !AttributeValue.IsUnassigned(value))
            FilterParser.ParsePath(urn, type); // throws: an extension needs an object, and an attribute another name
        AttributeValue.Read(value, path.Leaf, urn); // for its errors
        return new(op, path, AttributeValue.IsUnassigned(value) && op is not PatchOp.Remove ? null : value?.DeepClone())
        {
            Urn = urn,
            IsKey = isKey,
        };
    }

    /// <summary>The operations that an operation stands for in this document.</summary>
    /// <exception cref="ScimException">400 <c>invalidPath</c>, <c>invalidSyntax</c> or <c>invalidValue</c>.</exception>
    public static IReadOnlyList<PatchOperation> Meant(PatchOperation operation, JsonObject document, ResourceType type, WorkLimit work)
    {
        if (operation.Urn is not { } urn)
            return [operation];
        work.Spend(document.Count);
        var path = operation.Path;
        var held = document.KeyOf(urn);
        var owner = path.Schema is not null && document.KeyOf(path.Schema) is { } key ? document[key] as JsonObject : null;
        if (owner is not null)
            work.Spend(owner.Count);
        if (!IsExtension(operation, held, owner, type))
        {
            if (
                path.Sub is not null
                && owner?.KeyOf(path.Attribute.Name) is null
                && document.KeyOf($"{path.Schema}:{path.Attribute}") is { } uri
            )
                throw ScimException.InvalidPath(
                    $"{ScimException.Quote(urn)} has a dot after '{uri}'. Put a colon between it and the attribute."
                );
            return [operation];
        }
        if (operation.Op is PatchOp.Remove || operation.Value is null)
            return held is null ? [] : [new(PatchOp.Remove, new(null, AttributeDefinition.Untyped(held), null, null), null)];
        return operation.Value is JsonObject members
            ? PatchParser.InExtension(operation.Op, held ?? urn, members, type)
            : throw ScimException.InvalidValue($"'{urn}' must be an object.");
    }

    /// <summary>True when the URN is that of an extension. What the resource holds decides first.</summary>
    static bool IsExtension(PatchOperation operation, string? held, JsonObject? owner, ResourceType type)
    {
        var path = operation.Path;
        if (path.Schema is null)
            return true;
        if (held is not null) // an attribute may have the same URN: only it can have a value that is no object
            return operation.Op is PatchOp.Remove || operation.Value is JsonObject or null || owner?.KeyOf(path.Attribute.Name) is null;
        return owner is null
            && operation is { Op: not PatchOp.Remove, Value: JsonObject, Path.Sub: null }
            && (operation.IsKey || !type.IsAttributeOfUnregistered(operation.Urn!));
    }

    /// <summary>Adds or replaces an attribute, or a sub-attribute of it.</summary>
    public static void Set(JsonObject scope, string name, PatchOperation operation, WorkLimit work)
    {
        var (path, sub, value) = (operation.Path.ToString(), operation.Path.Sub?.Name, operation.Value!);
        var isSimple = scope[name] is JsonValue || scope[name] is JsonArray list && !list.OfType<JsonObject>().Any();
        if (sub is null || isSimple && sub.Equals("value", StringComparison.OrdinalIgnoreCase))
            SetValue(scope, name, operation.Op, value, path, work);
        else if (scope[name] is JsonArray elements && operation.Op is PatchOp.Add)
            PatchElements.Append(
                scope,
                name,
                operation.Path.Attribute,
                Elements(new JsonObject { [sub] = value.DeepClone() }, elements, path),
                work
            );
        else
        {
            if (scope[name] is not (JsonArray or JsonObject))
                scope[name] = new JsonObject();
            var objects = PatchElements.Of(scope[name]).ToList();
            if (objects.Count == 0)
                throw ScimException.NoTarget($"'{path}' names a part of values that are no objects.");
            work.SpendOnText((long)value.ToJsonString().Length * objects.Count);
            foreach (var element in objects)
                SetValue(element, element.KeyOf(sub) ?? sub, operation.Op, value, path, work);
        }
    }

    /// <summary>Adds or replaces a value, in the shape of the one that is stored.</summary>
    /// <param name="value">As it was sent: a member that is unassigned clears that of a stored object.</param>
    public static void SetValue(JsonObject scope, string name, PatchOp op, JsonNode value, string path, WorkLimit work)
    {
        switch (scope[name])
        {
            case JsonArray list:
                var elements = Elements(value, list, path);
                if (op is PatchOp.Add)
                    PatchElements.Append(scope, name, AttributeDefinition.Untyped(name), elements, work);
                else
                    scope[name] = elements;
                return;
            case JsonObject stored when (value is JsonArray and [JsonObject only] ? only : value) is JsonObject partial:
                Merge(stored, partial, op, path, work);
                return;
            case JsonObject stored when value is JsonValue && stored.KeyOf("value") is { } key:
                stored[key] = value.DeepClone();
                return;
        }
        var read = value;
        if (scope[name] is JsonValue)
            WrappedValue.TryOpen(ref read, inList: false);
        if (!AttributeValue.IsUnassigned(read) && AttributeValue.ReadAny(read, path) is { } whole)
            scope[name] = whole;
        else
            scope.Remove(name);
    }

    /// <summary>
    /// The elements that a value stands for in a list: simple ones in a list of simple values, objects in a list of objects.
    /// </summary>
    public static JsonArray Elements(JsonNode value, JsonArray list, string path)
    {
        var (objects, named) = (list.OfType<JsonObject>().Any(), list.OfType<JsonObject>().Any(element => element.ContainsKey("value")));
        var elements = new JsonArray();
        foreach (var sent in value as IEnumerable<JsonNode?> ?? [value])
        {
            var element = sent;
            if (!objects)
                WrappedValue.TryOpen(ref element, inList: true);
            if (AttributeValue.IsUnassigned(element) || AttributeValue.ReadAny(element, path) is not { } read)
                continue;
            elements.Add(named && read is JsonValue ? new JsonObject { ["value"] = read } : read);
        }
        return elements;
    }

    static void Merge(JsonObject stored, JsonObject partial, PatchOp op, string path, WorkLimit work)
    {
        foreach (var (name, value) in partial)
        {
            work.Spend(stored.Count);
            var key = stored.KeyOf(name) ?? name;
            if (AttributeValue.IsUnassigned(value))
                stored.Remove(key);
            else
                SetValue(stored, key, op, value!, $"{path}.{name}", work);
        }
    }
}

using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Applies checked operations to a document (RFC 7644 §3.5.2): in order, on a copy, all or none.</summary>
public static class Patcher
{
    /// <summary>The document after the operations.</summary>
    /// <param name="document">
    /// The stored document; it is not changed. The caller may put read-only attributes into it, such as <c>id</c>: a client may send the
    /// value that it finds there, and no other.
    /// </param>
    /// <exception cref="ScimException">400 <c>noTarget</c>, <c>mutability</c> or <c>invalidValue</c>.</exception>
    public static JsonObject Apply(JsonObject document, IReadOnlyList<PatchOperation> operations, ResourceType type)
    {
        var copy = (JsonObject)document.DeepClone();
        var before = StoredNames.Respell(copy, type) ? (JsonObject)copy.DeepClone() : document;
        foreach (var operation in operations)
            Apply(copy, operation);

        ImmutableAttributes.Keep(copy, before, type, mayOmit: false);
        if (RequiredAttributes.FirstMissing(copy, type, before) is { } missing)
            throw Missing(missing, operations, type);
        return ResourceParser.Complete(copy, type, document);
    }

    /// <summary>
    /// RFC 7644 §3.5.2.2: removing a required attribute is a <c>mutability</c> error. Clearing it is an <c>invalidValue</c> error.
    /// </summary>
    static ScimException Missing(AttributePath missing, IReadOnlyList<PatchOperation> operations, ResourceType type) =>
        operations.LastOrDefault(o => o.Path.Attribute.Name == missing.Attribute.Name && o.Path.Schema == missing.Schema)
            is { Op: PatchOp.Remove }
            ? ScimException.Mutability($"'{missing}' is required and cannot be removed.")
            : ResourceParser.Missing(missing, type);

    static void Apply(JsonObject document, PatchOperation operation)
    {
        if (RemovesUnregisteredExtension(document, operation))
            return;
        var path = operation.Path;
        var extension = path.Schema is null ? null : SpellingIn(document, path.Schema);
        var scope = extension is null ? document : document[extension] as JsonObject ?? [];
        if (path.Attribute.Mutability is Mutability.ReadOnly)
        {
            RequireSame(scope, operation);
            return;
        }
        var name = path.Attribute.Type is AttributeType.Any ? SpellingIn(scope, path.Attribute.Name) : path.Attribute.Name;
        var primaries = PatchElements.Of(scope[name]).Where(AttributeValue.HasPrimary).ToHashSet(ReferenceEqualityComparer.Instance);

        Change(scope, name, operation);
        AttributeValue.RequireRoom((scope[name] as JsonArray)?.Count ?? 0, path.Attribute, path.ToString());
        if (path.Attribute.IsComplex)
            PatchElements.KeepOnePrimary(scope[name], primaries);
        RemoveEmpty(scope, name);
        if (extension is null)
            return;
        if (scope.Count == 0)
            document.Remove(extension);
        else if (scope.Parent is null)
            document[extension] = scope;
    }

    /// <summary>
    /// Adds (§3.5.2.1), removes (§3.5.2.2) or replaces (§3.5.2.3) what the path reaches: elements, a sub-attribute, or the attribute.
    /// </summary>
    static void Change(JsonObject scope, string name, PatchOperation operation)
    {
        var path = operation.Path;
        if (operation.Value is null || operation.Op is PatchOp.Remove)
            Remove(scope, name, operation);
        else if (path.Filter is not null)
            SetSelected(scope, name, operation);
        else if (path is { Sub: not null, Attribute.MultiValued: true } && operation.Op is PatchOp.Add)
            PatchElements.Append(scope, name, path.Attribute, [new JsonObject { [path.Sub.Name] = operation.Value.DeepClone() }]);
        else if (path.Sub is not null)
            SetSub(scope, name, operation);
        else if (operation.Op is PatchOp.Add && path.Attribute.MultiValued)
            PatchElements.Append(scope, name, path.Attribute, (JsonArray)operation.Value);
        else
            scope[name] = operation.Value.DeepClone();
    }

    static void RemoveEmpty(JsonObject scope, string name)
    {
        foreach (var empty in PatchElements.Of(scope[name]).Where(e => e.Count == 0 && e.Parent is JsonArray).ToArray())
            ((JsonArray)empty.Parent!).Remove(empty);
        if (scope[name] is JsonArray { Count: 0 } or JsonObject { Count: 0 })
            scope.Remove(name);
    }

    /// <summary>Removes an unregistered extension. Its path looks like that of an attribute: only the document shows which it is.</summary>
    /// <returns>False when the path does not name an extension of the document.</returns>
    static bool RemovesUnregisteredExtension(JsonObject document, PatchOperation operation)
    {
        var path = operation.Path;
        if (
            path is not { Schema: not null, Attribute.Type: AttributeType.Any, Filter: null, Sub: null }
            || operation is { Op: not PatchOp.Remove, Value: not null }
        )
            return false;
        return document.Remove(SpellingIn(document, $"{path.Schema}:{path.Attribute.Name}"));
    }

    /// <summary>A client may repeat the value of a read-only attribute: Okta sends the id with every rename.</summary>
    static void RequireSame(JsonObject scope, PatchOperation operation)
    {
        var current = scope[operation.Path.Attribute.Name];
        var unassigned = AttributeValue.IsUnassigned(operation.Value);
        if (
            operation.Path is not { Filter: null, Sub: null }
            || !(unassigned ? current is null : JsonNode.DeepEquals(current, operation.Value))
        )
            throw ScimException.Mutability($"'{operation.Path}' is read-only. Remove it from the mapping.");
    }

    static void Remove(JsonObject scope, string name, PatchOperation operation)
    {
        var (attribute, path) = (scope[name], operation.Path);
        if (path is { Filter: null, Sub: null } && operation.Value is not JsonArray)
        {
            scope.Remove(name);
            return;
        }
        foreach (var element in PatchElements.Of(attribute).ToArray())
        {
            if (path.Filter is not null && !FilterEvaluator.Matches(path.Filter, element))
                continue;
            if (operation.Value is JsonArray unwanted && !unwanted.Any(value => PatchElements.Describes(value, element, path.Attribute)))
                continue;
            if (path.Sub is not null)
                ImmutableAttributes.RequireUnset(element, path.Sub, null);
            if (path.Sub?.Name == "value")
                element.Remove("$ref");
            if (path.Sub is not null)
                element.Remove(path.Sub.Type is AttributeType.Any ? SpellingIn(element, path.Sub.Name) : path.Sub.Name);
            // An element that keeps only "type" or "primary" has no content: {"type":"work"} is removed.
            if (path.Sub is not null && (!path.Attribute.MultiValued || element.Any(p => p.Key is not ("type" or "primary"))))
                continue;
            if (attribute is JsonArray array)
                array.Remove(element);
            else
                scope.Remove(name);
        }
        if (operation.Value is JsonArray values && attribute is JsonArray simple)
            foreach (var value in simple.OfType<JsonValue>().Where(v => values.Any(unwanted => JsonNode.DeepEquals(v, unwanted))).ToArray())
                simple.Remove(value);
    }

    static void SetSelected(JsonObject scope, string name, PatchOperation operation)
    {
        var path = operation.Path;
        var selected = PatchElements.Of(scope[name]).Where(element => FilterEvaluator.Matches(path.Filter!, element)).ToList();
        if (selected.Count == 0)
        {
            // §3.5.2.3 asks for noTarget, but Entra updates values that do not exist yet.
            var created =
                PatchElements.DescribedBy(path.Filter!)
                ?? throw ScimException.NoTarget($"'{path}' selects no value. Only 'type eq' and 'primary eq' create one.");
            if (scope[name] is JsonArray array)
                array.Add(created);
            else if (scope[name] is null)
                scope[name] = path.Attribute.IsComplex && !path.Attribute.MultiValued ? created : new JsonArray(created);
            else
                throw ScimException.NoTarget($"'{path}' selects no value.");
            selected.Add(created);
        }
        foreach (var element in selected)
        {
            if (path.Sub is not null)
            {
                SetMember(element, operation);
                continue;
            }
            if (operation.Op is PatchOp.Replace)
                foreach (
                    var old in element
                        .Select(p => p.Key)
                        .Where(key => path.Attribute.Sub(key) is not { Mutability: Mutability.Immutable })
                        .ToArray()
                )
                    element.Remove(old);
            PatchElements.Merge(element, (operation.Value as JsonObject)!, path.Attribute);
            foreach (var (key, value) in PatchElements.DescribedBy(path.Filter!) ?? [])
                element.TryAdd(key, value?.DeepClone());
        }
    }

    static void SetSub(JsonObject scope, string name, PatchOperation operation)
    {
        var attribute = operation.Path.Attribute;
        var elements = PatchElements.Of(scope[name]).ToList();
        if (elements.Count == 0)
        {
            elements =
            [
                [],
            ];
            scope[name] = attribute.MultiValued ? new JsonArray(elements[0]) : elements[0];
        }
        foreach (var element in elements)
            SetMember(element, operation);
    }

    static void SetMember(JsonObject element, PatchOperation operation)
    {
        var (attribute, sub, value) = (operation.Path.Attribute, operation.Path.Sub!, operation.Value!);
        ImmutableAttributes.RequireUnset(element, sub, value);
        if (operation.Op is PatchOp.Add && value is JsonArray values && sub.MultiValued)
        {
            PatchElements.Append(element, sub.Name, sub, values);
            return;
        }
        // "$ref" is the URI of the resource that "value" names: with another value it is wrong.
        if (sub.Name == "value" && !JsonNode.DeepEquals(element["value"], value) && attribute.Sub("$ref") is not null)
            element.Remove("$ref");
        element[sub.Type is AttributeType.Any ? SpellingIn(element, sub.Name) : sub.Name] = value.DeepClone();
    }

    /// <summary>
    /// The document's spelling of a name, or the name as given. Unregistered extensions and their attributes have no other spelling.
    /// </summary>
    static string SpellingIn(JsonObject document, string name) => document.KeyOf(name) ?? name;
}

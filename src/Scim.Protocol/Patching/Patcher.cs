using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Applies checked operations to a document (RFC 7644 §3.5.2): in order, on a copy, all or none.</summary>
public static class Patcher
{
    /// <param name="document">The stored document, or one with <c>id</c> so that a client may repeat it; never changed.</param>
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

    /// <summary>RFC 7644 §3.5.2.2: removing what is required is a question of mutability; clearing it, of the value.</summary>
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
        var primaries = Elements(scope[name]).Where(AttributeValue.HasPrimary).ToHashSet(ReferenceEqualityComparer.Instance);

        // §3.5.2.2 remove; §3.5.2.3 replace and §3.5.2.1 add at selected values, at a sub-attribute, at the end of a list, in place.
        if (operation.Value is null || operation.Op is PatchOp.Remove)
            Remove(scope, name, operation);
        else if (path.Filter is not null)
            SetSelected(scope, name, operation);
        else if (path is { Sub: not null, Attribute.MultiValued: true } && operation.Op is PatchOp.Add)
            Append(scope, name, path.Attribute, [new JsonObject { [path.Sub.Name] = operation.Value.DeepClone() }]);
        else if (path.Sub is not null)
            SetSub(scope, name, operation);
        else if (operation.Op is PatchOp.Add && path.Attribute.MultiValued)
            Append(scope, name, path.Attribute, (JsonArray)operation.Value);
        else
            scope[name] = operation.Value.DeepClone();

        AttributeValue.RequireRoom((scope[name] as JsonArray)?.Count ?? 0, path.Attribute, path.ToString());
        if (path.Attribute.IsComplex)
            KeepOnePrimary(scope[name], primaries);
        foreach (var empty in Elements(scope[name]).Where(e => e.Count == 0 && e.Parent is JsonArray).ToArray())
            ((JsonArray)empty.Parent!).Remove(empty);
        if (scope[name] is JsonArray { Count: 0 } or JsonObject { Count: 0 })
            scope.Remove(name);
        if (extension is null)
            return;
        if (scope.Count == 0)
            document.Remove(extension);
        else if (scope.Parent is null)
            document[extension] = scope;
    }

    /// <summary>Only the document can tell an extension that nobody registered from an attribute of one.</summary>
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

    /// <summary>Read-only attributes may be repeated with the value they have: Okta sends the id with every rename.</summary>
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
        foreach (var element in Elements(attribute).ToArray())
        {
            if (path.Filter is not null && !FilterEvaluator.Matches(path.Filter, element))
                continue;
            if (operation.Value is JsonArray unwanted && !unwanted.Any(value => Describes(value, element, path.Attribute)))
                continue;
            if (path.Sub is not null)
                ImmutableAttributes.RequireUnset(element, path.Sub, null);
            if (path.Sub?.Name == "value")
                element.Remove("$ref");
            if (path.Sub is not null)
                element.Remove(path.Sub.Type is AttributeType.Any ? SpellingIn(element, path.Sub.Name) : path.Sub.Name);
            // What is left of a value without its content is no value: {"type":"work"} says nothing.
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
        var selected = Elements(scope[name]).Where(element => FilterEvaluator.Matches(path.Filter!, element)).ToList();
        if (selected.Count == 0)
        {
            // §3.5.2.3 asks for noTarget; Entra updates values that do not exist yet.
            var created =
                Seed(path.Filter!)
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
            Merge(element, (operation.Value as JsonObject)!, path.Attribute);
            foreach (var (key, value) in Seed(path.Filter!) ?? [])
                element.TryAdd(key, value?.DeepClone());
        }
    }

    static void SetSub(JsonObject scope, string name, PatchOperation operation)
    {
        var attribute = operation.Path.Attribute;
        var elements = Elements(scope[name]).ToList();
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
            Append(element, sub.Name, sub, values);
            return;
        }
        // A reference to somebody else makes the old URI stale.
        if (sub.Name == "value" && !JsonNode.DeepEquals(element["value"], value) && attribute.Sub("$ref") is not null)
            element.Remove("$ref");
        element[sub.Type is AttributeType.Any ? SpellingIn(element, sub.Name) : sub.Name] = value.DeepClone();
    }

    /// <summary>RFC 7644 §3.5.2.1: what is there already is not added again. Roles of the same value merge, as Entra repeats them in another shape.</summary>
    static void Append(JsonObject scope, string name, AttributeDefinition attribute, JsonArray values)
    {
        var array = scope[name] as JsonArray ?? [];
        if (array.Parent is null)
            scope[name] = array;
        foreach (var value in values)
        {
            if (
                value is JsonObject complex
                && array.OfType<JsonObject>().FirstOrDefault(element => IsSame(element, complex, attribute)) is { } same
            )
                Merge(same, complex, attribute);
            else if (!array.Any(element => JsonNode.DeepEquals(element, value)))
                array.Add(value!.DeepClone());
        }
    }

    static bool IsSame(JsonObject element, JsonObject other, AttributeDefinition attribute) =>
        element["value"] is not null
        && Equal(element["value"], other["value"], attribute.Sub("value"))
        && (element["type"] is null || other["type"] is null || Equal(element["type"], other["type"], attribute.Sub("type")));

    static bool Describes(JsonNode? value, JsonObject element, AttributeDefinition attribute) =>
        value is JsonObject description && description.All(p => Equal(element[p.Key], p.Value, attribute.Sub(p.Key)));

    static bool Equal(JsonNode? left, JsonNode? right, AttributeDefinition? attribute) =>
        attribute is not { CaseExact: true }
        && left is JsonValue l
        && right is JsonValue r
        && l.TryGetValue(out string? some)
        && r.TryGetValue(out string? other)
            ? CaseFolding.Fold(some) == CaseFolding.Fold(other)
            : JsonNode.DeepEquals(left, right);

    static void Merge(JsonObject element, JsonObject values, AttributeDefinition attribute)
    {
        foreach (var (key, value) in values)
        {
            if (attribute.Sub(key) is { } sub)
                ImmutableAttributes.RequireUnset(element, sub, value);
            element[key] = value?.DeepClone();
        }
    }

    /// <summary>The value that a filter of one <c>type eq …</c> or <c>primary eq …</c> describes: Entra updates values that do not exist yet.</summary>
    static JsonObject? Seed(FilterExpression filter) =>
        filter switch
        {
            FilterExpression.Compare({ Sub: null, Attribute.Name: "type" }, CompareOperator.Eq, string type) => new() { ["type"] = type },
            FilterExpression.Compare({ Sub: null, Attribute.Name: "primary" }, CompareOperator.Eq, bool primary) => new()
            {
                ["primary"] = primary,
            },
            FilterExpression.Not(
                FilterExpression.Compare
                ({ Sub: null, Attribute: { Name: "primary", Type: AttributeType.Boolean } }, CompareOperator.Eq, true)
            ) => new() { ["primary"] = false },
            _ => null,
        };

    /// <summary>RFC 7644 §3.5.2: a value that becomes primary takes the flag from the others.</summary>
    static void KeepOnePrimary(JsonNode? attribute, HashSet<object?> before)
    {
        var primaries = Elements(attribute).Where(AttributeValue.HasPrimary).ToArray();
        if (primaries.Length < 2)
            return;
        var newest = primaries.LastOrDefault(p => !before.Contains(p)) ?? primaries[^1];
        foreach (var other in primaries.Where(p => p != newest))
            other["primary"] = false;
    }

    static IEnumerable<JsonObject> Elements(JsonNode? attribute) =>
        attribute switch
        {
            JsonArray array => array.OfType<JsonObject>(),
            JsonObject single => [single],
            _ => [],
        };

    /// <summary>Names of unregistered extensions and of their attributes have no schema to take the spelling from: the document's wins.</summary>
    static string SpellingIn(JsonObject document, string name) => document.KeyOf(name) ?? name;
}

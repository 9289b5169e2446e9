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
    /// <param name="work">What the operations may cost; <c>null</c>: as much as one request.</param>
    /// <exception cref="ScimException">
    /// 400 <c>noTarget</c>, <c>mutability</c>, <c>invalidValue</c>, <c>invalidPath</c> or <c>tooMany</c>.
    /// </exception>
    public static JsonObject Apply(JsonObject document, IReadOnlyList<PatchOperation> operations, ResourceType type, WorkLimit? work = null)
    {
        work ??= new WorkLimit();
        var copy = (JsonObject)document.DeepClone();
        var before = StoredNames.Respell(copy, type) ? (JsonObject)copy.DeepClone() : document;
        var lists = new HashSet<AttributePath>();
        foreach (var operation in operations)
        foreach (var meant in UnregisteredPatch.Meant(operation, copy, type, work))
        {
            Apply(copy, meant, work);
            if (meant.Path.Attribute is { IsComplex: true, MultiValued: true, Mutability: not Mutability.ReadOnly })
                lists.Add(new(meant.Path.Schema, meant.Path.Attribute, null));
        }
        // Only now: Entra makes a value in several operations, and the first may set nothing but "type" and "primary".
        foreach (var list in lists)
            Tidy(copy, list);

        ImmutableAttributes.Keep(copy, before, type, mayOmit: false);
        if (RequiredAttributes.FirstMissing(copy, type, before) is { } missing)
            throw Missing(missing, operations, type);
        return ResourceParser.Complete(copy, type, document);
    }

    static void Tidy(JsonObject document, AttributePath path)
    {
        if (
            (path.Schema is null ? document : document[path.Schema]) is not JsonObject scope
            || scope[path.Attribute.Name] is not JsonArray list
        )
            return;
        AttributeValue.TidyList(list, path.Attribute);
        RemoveEmpty(scope, path.Attribute.Name);
        if (path.Schema is not null && scope.Count == 0)
            document.Remove(path.Schema);
    }

    /// <summary>
    /// RFC 7644 §3.5.2.2: removing a required attribute is a <c>mutability</c> error. Clearing it is an <c>invalidValue</c> error.
    /// </summary>
    static ScimException Missing(AttributePath missing, IReadOnlyList<PatchOperation> operations, ResourceType type) =>
        operations.LastOrDefault(o => o.Path.Attribute.Name == missing.Attribute.Name && o.Path.Schema == missing.Schema)
            is { Op: PatchOp.Remove }
            ? ScimException.Mutability($"'{missing}' is required and cannot be removed.")
            : ResourceParser.Missing(missing, type);

    static void Apply(JsonObject document, PatchOperation operation, WorkLimit work)
    {
        var path = operation.Path;
        var extension = path.Schema is null ? null : SpellingIn(document, path.Schema);
        var scope = extension is null ? document : document[extension] as JsonObject ?? [];
        if (path.Attribute.Mutability is Mutability.ReadOnly)
        {
            RequireSame(scope, operation);
            return;
        }
        var name = path.Attribute.Type is AttributeType.Any ? SpellingIn(scope, path.Attribute.Name) : path.Attribute.Name;
        var elements = (scope[name] as JsonArray)?.Count ?? 0;
        work.Spend(1 + elements / WorkLimit.ElementsInStep);
        var primaries = MayMakePrimary(path)
            ? PatchElements.Of(scope[name]).Where(AttributeValue.HasPrimary).ToHashSet(ReferenceEqualityComparer.Instance)
            : null;

        Change(scope, name, operation, work);
        // An older server stored longer lists: they may become shorter.
        if (scope[name] is JsonArray list && list.Count > elements)
            AttributeValue.RequireRoom(list.Count, path.Attribute, path.ToString());
        if (primaries is not null)
            PatchElements.KeepOnePrimary(scope[name], primaries);
        RemoveEmpty(scope, name);
        if (extension is null)
            return;
        if (scope.Count == 0)
            document.Remove(extension);
        else if (scope.Parent is null)
            document[extension] = scope;
    }

    /// <summary>False when no element can become primary, so that the list need not be looked through for those that are.</summary>
    static bool MayMakePrimary(PatchPath path) =>
        path.Attribute.IsComplex
        && (
            path.Sub is null or { Name: "primary" }
            || path.Filter is not null && PatchElements.DescribedBy(path.Filter)?.ContainsKey("primary") is true
        );

    /// <summary>
    /// Adds (§3.5.2.1), removes (§3.5.2.2) or replaces (§3.5.2.3) what the path reaches: elements, a sub-attribute, or the attribute.
    /// </summary>
    static void Change(JsonObject scope, string name, PatchOperation operation, WorkLimit work)
    {
        var path = operation.Path;
        if (operation.Value is null || operation.Op is PatchOp.Remove)
            Remove(scope, name, operation, work);
        else if (path.Filter is not null)
            SetSelected(scope, name, operation, work);
        else if (path.Attribute.Type is AttributeType.Any)
            UnregisteredPatch.Set(scope, name, operation, work);
        else if (path is { Sub: not null, Attribute.MultiValued: true } && operation.Op is PatchOp.Add)
            PatchElements.Append(scope, name, path.Attribute, [new JsonObject { [path.Sub.Name] = operation.Value.DeepClone() }], work);
        else if (path.Sub is not null)
            SetSub(scope, name, operation, work);
        else if (operation.Op is PatchOp.Add && path.Attribute.MultiValued)
            PatchElements.Append(scope, name, path.Attribute, (JsonArray)operation.Value, work);
        else
            scope[name] = operation.Value.DeepClone();
    }

    static void RemoveEmpty(JsonObject scope, string name)
    {
        if (scope[name] is JsonArray list)
            list.RemoveAll(element => element is JsonObject { Count: 0 });
        if (scope[name] is JsonArray { Count: 0 } or JsonObject { Count: 0 })
            scope.Remove(name);
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

    static void Remove(JsonObject scope, string name, PatchOperation operation, WorkLimit work)
    {
        var (attribute, path) = (scope[name], operation.Path);
        var unwanted = operation.Op is PatchOp.Remove ? PatchElements.Unwanted(operation, attribute) : null;
        if (path is { Filter: null, Sub: null } && unwanted is null)
        {
            scope.Remove(name);
            return;
        }
        work.Spend((long)PatchElements.All(attribute, path.Attribute).Count * (unwanted?.OfType<JsonObject>().Count() ?? 0));
        var simple = unwanted?.Where(value => value is JsonValue).Select(ElementIndex.KeyOf).ToHashSet();
        PatchElements.RemoveAll(scope, name, path.Attribute, element => IsRemoved(element));

        bool IsRemoved(JsonNode element)
        {
            work.Spend(1);
            if (path.Filter is not null && !FilterEvaluator.Matches(path.Filter, element, work))
                return false;
            if (element is not JsonObject complex)
            {
                if (simple is null)
                    return path.Sub is null or { Name: "value" };
                var key = ElementIndex.KeyOf(element);
                work.SpendOnText(key.Length);
                return simple.Contains(key);
            }
            if (unwanted is not null)
                return unwanted.Any(value => PatchElements.Describes(value, complex, path.Attribute, work));
            if (path.Sub is null)
                return true;
            ImmutableAttributes.RequireUnset(complex, path.Sub, null);
            if (path.Sub.Name == "value")
                complex.Remove("$ref");
            complex.Remove(path.Sub.Type is AttributeType.Any ? SpellingIn(complex, path.Sub.Name) : path.Sub.Name);
            // An element that keeps only "type" or "primary" has no content: {"type":"work"} is removed.
            return attribute is JsonArray && complex.All(p => p.Key is "type" or "primary");
        }
    }

    static void SetSelected(JsonObject scope, string name, PatchOperation operation, WorkLimit work)
    {
        var path = operation.Path;
        var selected = PatchElements
            .All(scope[name], path.Attribute)
            .Where(element => FilterEvaluator.Matches(path.Filter!, element, work))
            .ToList();
        if (selected.Count == 0)
            selected.Add(Created(scope, name, path));
        work.Spend(selected.Count);
        if (selected.Count > 1)
            work.SpendOnText((long)operation.Value!.ToJsonString().Length * selected.Count);
        foreach (var element in selected)
        {
            if (element is not JsonObject complex)
                SetSimple(element, operation);
            else if (path.Sub is not null)
                SetMember(complex, operation, work);
            else
                SetElement(complex, operation);
        }
    }

    /// <summary>§3.5.2.3 asks for <c>noTarget</c>, but Entra updates values that do not exist yet.</summary>
    static JsonObject Created(JsonObject scope, string name, PatchPath path)
    {
        var created =
            PatchElements.DescribedBy(path.Filter!)
            ?? throw ScimException.NoTarget($"'{path}' selects no value. Only 'type eq' and 'primary eq' create one.");
        if (
            created["type"] is { } kind
            && path.Attribute.Sub("type") is { CanonicalValues: { Count: > 0 } kinds }
            && !kinds.Contains((string)kind!, StringComparer.OrdinalIgnoreCase)
        )
            throw ScimException.NoTarget(
                $"'{path}' selects no value, and none is made of a type that '{path.Attribute}' does not have. "
                    + $"Its types are {string.Join(", ", kinds)}: correct the target attribute of the mapping."
            );
        if (scope[name] is JsonArray array)
            array.Add(created);
        else if (scope[name] is null)
            scope[name] = path.Attribute.IsComplex && !path.Attribute.MultiValued ? created : new JsonArray(created);
        else
            throw ScimException.NoTarget($"'{path}' selects no value.");
        return created;
    }

    /// <summary>Puts another value into the place of an element that is no object.</summary>
    static void SetSimple(JsonNode element, PatchOperation operation)
    {
        var value = operation.Value;
        WrappedValue.TryOpen(ref value, inList: false);
        if (operation.Path.Sub is { Name: not "value" } || value is not JsonValue)
            throw ScimException.InvalidValue($"'{operation.Path}' selects a simple value: give another one for it.");
        element.ReplaceWith(value.DeepClone());
    }

    static void SetElement(JsonObject element, PatchOperation operation)
    {
        var path = operation.Path;
        var only = operation.Value is JsonArray and [JsonObject one] ? one : operation.Value as JsonObject;
        if (AttributeValue.ReadAny(only, path.ToString()) is not JsonObject values)
            throw ScimException.InvalidValue($"'{path}' selects objects: its value must be one.");
        if (operation.Op is PatchOp.Replace)
            foreach (
                var old in element
                    .Select(p => p.Key)
                    .Where(key => path.Attribute.Sub(key) is not { Mutability: Mutability.Immutable })
                    .ToArray()
            )
                element.Remove(old);
        PatchElements.Merge(element, values, path.Attribute);
        foreach (var (key, value) in PatchElements.DescribedBy(path.Filter!) ?? [])
            element.TryAdd(key, value?.DeepClone());
    }

    static void SetSub(JsonObject scope, string name, PatchOperation operation, WorkLimit work)
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
        work.Spend(elements.Count);
        if (elements.Count > 1)
            work.SpendOnText((long)operation.Value!.ToJsonString().Length * elements.Count);
        foreach (var element in elements)
            SetMember(element, operation, work);
    }

    static void SetMember(JsonObject element, PatchOperation operation, WorkLimit work)
    {
        var (attribute, sub, value) = (operation.Path.Attribute, operation.Path.Sub!, operation.Value!);
        ImmutableAttributes.RequireUnset(element, sub, value);
        if (operation.Op is PatchOp.Add && value is JsonArray values && sub.MultiValued)
        {
            PatchElements.Append(element, sub.Name, sub, values, work);
            return;
        }
        // "$ref" is the URI of the resource that "value" names: with another value it is wrong.
        if (sub.Name == "value" && !JsonNode.DeepEquals(element["value"], value) && attribute.Sub("$ref") is not null)
            element.Remove("$ref");
        if (sub.Type is AttributeType.Any)
            UnregisteredPatch.SetValue(element, SpellingIn(element, sub.Name), operation.Op, value, operation.Path.ToString(), work);
        else
            element[sub.Name] = value.DeepClone();
    }

    /// <summary>
    /// The document's spelling of a name, or the name as given. Unregistered extensions and their attributes have no other spelling.
    /// </summary>
    static string SpellingIn(JsonObject document, string name) => document.KeyOf(name) ?? name;
}

using System.Text.Json.Nodes;

namespace Scim;

/// <summary>Which attributes a reply carries: <c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.9).</summary>
/// <remarks>Names that the schema does not know are ignored; brackets too: Microsoft's test suite asks for <c>attributes=emails[type eq "work"]</c>.</remarks>
public sealed class Projection
{
    /// <summary>Everything that is returned by default.</summary>
    public static readonly Projection Default = new(null, []);

    readonly IReadOnlyList<AttributePath>? _included;
    readonly IReadOnlyList<AttributePath> _excluded;

    Projection(IReadOnlyList<AttributePath>? included, IReadOnlyList<AttributePath> excluded) => (_included, _excluded) = (included, excluded);

    /// <summary>True when the whole document is returned.</summary>
    public bool IsDefault => _included is null && _excluded.Count == 0;

    /// <param name="attributes">Comma-separated attribute notations, or <c>null</c>. Wins over <paramref name="excludedAttributes"/>.</param>
    /// <param name="excludedAttributes">Comma-separated attribute notations, or <c>null</c>.</param>
    public static Projection Parse(string? attributes, string? excludedAttributes, ResourceType type)
    {
        if (!string.IsNullOrWhiteSpace(attributes)) return new(Paths(attributes, type), []);
        return string.IsNullOrWhiteSpace(excludedAttributes)
            ? Default
            : new(null, [.. Paths(excludedAttributes, type).Where(path => path.Attribute.Returned is not Returned.Always)]);
    }

    /// <summary>Whether any part of that core attribute is returned; if not, the store need not load it.</summary>
    public bool Includes(AttributeDefinition attribute) =>
        attribute.Returned is Returned.Always || (_included?.Any(path => path.Attribute == attribute) ?? !_excluded.Any(path => path.Attribute == attribute && path.Sub is null));

    /// <summary>Removes from a whole resource what is not asked for.</summary>
    public JsonObject Apply(JsonObject resource)
    {
        if (_included is not null) return Include(resource, _included);
        foreach (var path in _excluded) Exclude(resource, path);
        if (_excluded.Count > 0) RemoveEmpty(resource);
        return resource;
    }

    static JsonObject Include(JsonObject resource, IReadOnlyList<AttributePath> paths)
    {
        var projected = new JsonObject();
        foreach (var always in CommonAttributes.All.Where(a => a.Returned is Returned.Always))
            if (resource[always.Name] is { } value) projected[always.Name] = value.DeepClone();
        foreach (var path in paths)
        {
            var (scope, target) = (resource, projected);
            if (UnregisteredExtension(resource, path) is { } whole)
            {
                projected[whole] = resource[whole]?.DeepClone();
                continue;
            }
            if (path.Schema is not null)
            {
                if (resource.KeyOf(path.Schema) is not { } uri || resource[uri] is not JsonObject extension) continue;
                scope = extension;
                projected[uri] = target = projected[uri] as JsonObject ?? [];
            }
            if (scope.KeyOf(path.Attribute.Name) is not { } name) continue;
            if (path.Sub is null) target[name] = scope[name]?.DeepClone();
            else target[name] = OnlySub(scope[name], target[name], path.Sub.Name);
        }
        RemoveEmpty(projected);
        return projected;
    }

    /// <summary>What is left of an object without its members is nothing; a list that was empty before stays.</summary>
    static void RemoveEmpty(JsonObject document)
    {
        foreach (var (name, value) in document.ToArray())
        {
            if (value is JsonObject complex) RemoveEmpty(complex);
            var empty = value is JsonArray array && array.Count > 0 && array.RemoveAll(element => element is JsonObject { Count: 0 }) > 0 && array.Count == 0;
            if (empty || value is null or JsonObject { Count: 0 }) document.Remove(name);
        }
    }

    /// <summary>Only the resource can tell an extension that nobody registered from an attribute of one.</summary>
    static string? UnregisteredExtension(JsonObject resource, AttributePath path) =>
        path is { Schema: not null, Attribute.Type: AttributeType.Any, Sub: null } ? resource.KeyOf($"{path.Schema}:{path.Attribute.Name}") : null;

    /// <summary>The sub-attribute of each element, beside those that other paths have asked for.</summary>
    static JsonNode? OnlySub(JsonNode? source, JsonNode? projected, string sub)
    {
        if (source is JsonArray array)
        {
            var elements = projected as JsonArray ?? new JsonArray([.. array.Select(_ => new JsonObject())]);
            for (var i = 0; i < array.Count; i++) OnlySub(array[i], elements[i], sub);
            return elements.Parent is null ? elements : elements.DeepClone();
        }
        var complex = projected as JsonObject ?? [];
        if (source is JsonObject from && from.KeyOf(sub) is { } name) complex[name] = from[name]?.DeepClone();
        return complex.Parent is null ? complex : complex.DeepClone();
    }

    static void Exclude(JsonObject resource, AttributePath path)
    {
        if (UnregisteredExtension(resource, path) is { } whole)
        {
            resource.Remove(whole);
            return;
        }
        var scope = path.Schema is null ? resource : resource.KeyOf(path.Schema) is { } uri ? resource[uri] as JsonObject : null;
        if (scope is null || scope.KeyOf(path.Attribute.Name) is not { } name) return;
        if (path.Sub is null) scope.Remove(name);
        else foreach (var element in scope[name] is JsonArray array ? array.OfType<JsonObject>() : scope[name] is JsonObject single ? [single] : [])
            if (element.KeyOf(path.Sub.Name) is { } sub) element.Remove(sub);
    }

    static IReadOnlyList<AttributePath> Paths(string list, ResourceType type) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => Find(name, type)).OfType<AttributePath>()];

    static AttributePath? Find(string notation, ResourceType type)
    {
        var name = notation.IndexOf('[') is > 0 and var bracket ? notation[..bracket] : notation;
        return type.FindSchema(name) is { } schema && schema != type.Schema
            ? new(null, AttributeDefinition.Untyped(schema.Id), null)   // a whole extension
            : AttributePath.Find(name, type);
    }
}

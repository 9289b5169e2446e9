using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Where to read in a resource, written like the path of a PATCH: <c>name.givenName</c>, <c>emails[type eq "work"].value</c>,
/// <c>urn:…:User:department</c>. It leads to simple values: <c>emails</c> is read as <c>emails.value</c>.
/// </summary>
public sealed class ResourcePath
{
    readonly PatchPath _path;
    readonly AttributePath _elements;
    readonly AttributePath? _inElement;

    ResourcePath(PatchPath path)
    {
        _path = path;
        _elements = new(path.Schema, path.Attribute, path.Filter is null ? path.Sub : null);
        _inElement = path is { Filter: not null, Sub: { } sub } ? new(null, sub, null) : null;
    }

    /// <summary>URI of the extension; <c>null</c> for the core schema and the common attributes.</summary>
    public string? Schema => _path.Schema;

    /// <summary>The attribute that the path starts with.</summary>
    public AttributeDefinition Attribute => _path.Attribute;

    /// <summary>Parses a path.</summary>
    /// <exception cref="ScimException">
    /// 400 <c>invalidPath</c>, also for an attribute that is never returned and for a complex one without <c>value</c>;
    /// <c>invalidFilter</c> for the filter in the brackets.
    /// </exception>
    public static ResourcePath Parse(string text, ResourceType type)
    {
        AttributePath.RequireLength(text.Length, text, "The path", ScimException.InvalidPath);
        var path = FilterParser.ParsePath(text, type);
        if (!new AttributePath(path.Schema, path.Attribute, path.Sub).IsReadable)
            throw ScimException.InvalidPath($"'{path}' cannot be read: it is never returned.");
        if (!path.Leaf.IsComplex)
            return new(path);
        return path.Sub is null && path.Attribute.Sub("value") is { } value
            ? new(path with { Sub = value })
            : throw ScimException.InvalidPath(
                $"'{path}' is complex: name one of its sub-attributes ({string.Join(", ", path.Leaf.SubAttributes)})."
            );
    }

    /// <summary>Every value that the path reaches, in the order of the document; of a list, its elements.</summary>
    public IEnumerable<JsonNode> Values(JsonObject document)
    {
        var found = FilterEvaluator.Values(_elements, document);
        if (_path.Filter is not { } filter)
            return found;
        var fitting = found.Where(element => FilterEvaluator.CanHold(Attribute, element) && FilterEvaluator.Matches(filter, element));
        return _inElement is null ? fitting : fitting.SelectMany(element => FilterEvaluator.Values(_inElement, element));
    }

    public override string ToString() => _path.ToString();
}

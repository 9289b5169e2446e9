using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// Which attributes a reply contains: by the parameters <c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.9), and by "returned"
/// in the schema (RFC 7643 §7).
/// </summary>
/// <remarks>
/// Names that the schema does not have are ignored, and so are brackets: Microsoft's test suite asks for
/// <c>attributes=emails[type eq "work"]</c>.
/// </remarks>
public sealed class AttributeProjection
{
    readonly ResourceType _type;
    readonly HashSet<string>? _included; // as "name", "name.sub", "urn:…", "urn:…:name" or "urn:…:name.sub"; null: the default set
    readonly HashSet<string> _excluded;
    readonly bool _onlyIdentity;

    AttributeProjection(ResourceType type, HashSet<string>? included, HashSet<string> excluded, bool onlyIdentity = false)
    {
        (_type, _included, _excluded, _onlyIdentity) = (type, included, excluded, onlyIdentity);
        IsDefault = included is null && excluded.Count == 0 && type.IsReturnedWhole;
    }

    /// <summary>True when the whole document is returned as it is stored.</summary>
    public bool IsDefault { get; }

    /// <summary>Reads the two parameters.</summary>
    /// <param name="attributes">
    /// Comma-separated attribute notations, or <c>null</c>. When it is given, <paramref name="excludedAttributes"/> is ignored.
    /// </param>
    /// <param name="excludedAttributes">Comma-separated attribute notations, or <c>null</c>.</param>
    /// <exception cref="ScimException">
    /// 400 <c>invalidValue</c> for a dot between the URI of a schema and an attribute, or for a name that is too long.
    /// </exception>
    public static AttributeProjection Parse(string? attributes, string? excludedAttributes, ResourceType type)
    {
        if (!string.IsNullOrWhiteSpace(attributes))
            return new(type, Notations(Paths(attributes, type)), []);
        return new(type, null, Notations(Paths(excludedAttributes ?? "", type).Where(path => path.Leaf.Returned is not Returned.Always)));
    }

    /// <summary>
    /// Only what the server gives every resource: <c>id</c>, <c>schemas</c> and <c>meta</c>, and no attribute that a client has ever sent.
    /// </summary>
    public static AttributeProjection OfIdentity(ResourceType type) => new(type, [], [], onlyIdentity: true);

    /// <summary>True when any part of that core attribute is returned. If not, a server need not load it.</summary>
    public bool Includes(AttributeDefinition attribute) =>
        attribute.Returned is Returned.Always && !_onlyIdentity
        || (
            _included?.Any(notation => notation == attribute.Name || notation.StartsWith(attribute.Name + ".", StringComparison.Ordinal))
            ?? !_excluded.Contains(attribute.Name)
        );

    /// <summary>A copy of the resource with the attributes that are returned.</summary>
    public JsonObject Apply(JsonObject resource)
    {
        var projected = new JsonObject();
        if (_onlyIdentity)
        {
            foreach (var name in (string[])["schemas", "id", "meta"])
                projected[name] = resource[name]?.DeepClone();
            return projected;
        }
        foreach (var (name, value) in resource)
            if (
                Select(
                    value,
                    name,
                    name.Contains(':') ? null : _type.FindCore(name),
                    _included is null,
                    name.Contains(':') ? MemberOf(name) : null
                ) is
                { } selected
            )
                projected[name] = selected;
        return projected;
    }

    /// <summary>Finds attributes of an extension by name. An unregistered extension has no definitions.</summary>
    Func<string, AttributeDefinition?> MemberOf(string uri) => _type.FindSchema(uri) is { } schema ? schema.Find : _ => null;

    /// <summary>The part of a value that is returned, or <c>null</c>.</summary>
    /// <param name="notation">The value's attribute notation.</param>
    /// <param name="given">True when the object that holds the value is returned.</param>
    /// <param name="members">For an extension, finds its attributes by name.</param>
    JsonNode? Select(
        JsonNode? value,
        string notation,
        AttributeDefinition? attribute,
        bool given,
        Func<string, AttributeDefinition?>? members = null
    )
    {
        if (attribute?.Returned is Returned.Never)
            return null;
        var whole =
            attribute?.Returned is Returned.Always
            || _included?.Contains(notation) is true
            || given && attribute?.Returned is not Returned.Request && !_excluded.Contains(notation);
        switch (value)
        {
            case JsonObject complex:
                return SelectMembers(complex, notation, whole, members ?? (name => attribute?.Sub(name)), members is null ? '.' : ':');
            case JsonArray array:
                var elements = array
                    .Select(element =>
                        element is JsonObject complex ? SelectMembers(complex, notation, whole, name => attribute?.Sub(name), '.')
                        : whole ? element?.DeepClone()
                        : null
                    )
                    .OfType<JsonNode>()
                    .ToArray();
                return elements.Length > 0 || array.Count == 0 && (whole || IncludesPartOf(notation)) ? new JsonArray(elements) : null;
            default:
                return whole ? value?.DeepClone() : null;
        }
    }

    /// <summary>The members of an object that are returned, or <c>null</c> when there are none.</summary>
    JsonObject? SelectMembers(JsonObject complex, string notation, bool given, Func<string, AttributeDefinition?> find, char separator)
    {
        var selected = new JsonObject();
        foreach (var (name, value) in complex)
            if (Select(value, $"{notation}{separator}{name}", find(name), given) is { } member)
                selected[name] = member;
        return selected.Count == 0 ? null : selected;
    }

    bool IncludesPartOf(string notation) =>
        _included?.Any(asked => asked.StartsWith(notation + ".", StringComparison.OrdinalIgnoreCase)) is true;

    static HashSet<string> Notations(IEnumerable<AttributePath> paths) =>
        paths.Select(path => path.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);

    static IEnumerable<AttributePath> Paths(string list, ResourceType type) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => Find(name, type))
            .OfType<AttributePath>();

    static AttributePath? Find(string notation, ResourceType type)
    {
        var name = notation.IndexOf('[') is > 0 and var bracket ? notation[..bracket] : notation;
        AttributePath.RequireLength(name.Length, name, "The attribute", ScimException.InvalidValue);
        if (type.HasDotAfterUri(name))
            throw ScimException.InvalidValue(
                $"{ScimException.Quote(name)} has a dot between the URI of a schema and an attribute. Put a colon there."
            );
        if (type.FindSchema(name) is { } schema && schema != type.Schema)
            return new(null, AttributeDefinition.Untyped(schema.Id), null); // a whole extension
        return AttributePath.Find(name, type) ?? (type.MayHaveExtension(name) ? new(null, AttributeDefinition.Untyped(name), null) : null);
    }
}

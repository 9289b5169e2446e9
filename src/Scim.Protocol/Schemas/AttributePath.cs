using System.Text.RegularExpressions;

namespace Scim;

/// <summary>
/// A resolved attribute notation (RFC 7644 §3.10): <c>[URI ":"] name ["." sub]</c>. Inside a value path it is relative to the
/// element, so <see cref="Attribute"/> is then a sub-attribute of the filtered attribute.
/// </summary>
/// <param name="Schema">URI of the extension; <c>null</c> for the core schema and the common attributes.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Sub">Its sub-attribute, if named.</param>
public sealed partial record AttributePath(string? Schema, AttributeDefinition Attribute, AttributeDefinition? Sub)
{
    /// <summary>What a value reached by this path is.</summary>
    public AttributeDefinition Leaf => Sub ?? Attribute;

    /// <summary>False for what is never returned, and so neither filtered nor sorted by.</summary>
    public bool IsReadable => Attribute.Returned is not Returned.Never && Leaf.Returned is not Returned.Never;

    /// <summary>The path that the text names, or <c>null</c> when it is malformed or names nothing of that type.</summary>
    public static AttributePath? Find(string text, ResourceType type)
    {
        if (type.FindSchema(text) is not null)
            return null; // a schema, not an attribute of one
        // URIs contain "2.0": the last colon separates, never a dot before it.
        var colon = text.LastIndexOf(':');
        var match = Notation().Match(text, colon + 1, text.Length - colon - 1);
        if (!match.Success)
            return null;

        var path = colon < 0 ? type.FindAttribute(match.Groups["name"].Value) : InSchema(text[..colon], match.Groups["name"].Value, type);
        return path is not null && match.Groups["sub"] is { Success: true } sub ? path.WithSub(sub.Value) : path;
    }

    /// <summary>True for what could be a path of some type, whether or not this one has the attribute.</summary>
    internal static bool IsNotation(string text) => Notation().IsMatch(text, text.LastIndexOf(':') + 1);

    /// <summary>RFC 7643 §2.1: ATTRNAME = ALPHA *(nameChar); "$ref" is named by RFC 7643 §2.4.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>This path extended by a sub-attribute, or <c>null</c> when there is none of that name.</summary>
    public AttributePath? WithSub(string name) => Sub is null && Attribute.Sub(name) is { } sub ? this with { Sub = sub } : null;

    static AttributePath? InSchema(string uri, string name, ResourceType type)
    {
        if (type.FindSchema(uri) is { } schema)
            return schema.Find(name) is { } attribute ? new(schema == type.Schema ? null : schema.Id, attribute, null)
                : schema == type.Schema && type.FindAttribute(name) is { Schema: null } common ? common
                : null;

        return type.MayHaveExtension(uri) ? new(uri, AttributeDefinition.Untyped(name), null) : null;
    }

    /// <summary>Equal when they name the same thing; untyped attributes are made anew for every path.</summary>
    public bool Equals(AttributePath? other) =>
        other is not null && string.Equals(ToString(), other.ToString(), StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(ToString());

    public override string ToString() => (Schema is null ? "" : Schema + ":") + Attribute.Name + (Sub is null ? "" : "." + Sub.Name);

    [GeneratedRegex(@"\G(?<name>\$?[A-Za-z][-$\w]*)(\.(?<sub>\$?[A-Za-z][-$\w]*))?\z", RegexOptions.ECMAScript)]
    private static partial Regex Notation();

    [GeneratedRegex(@"^\$?[A-Za-z][-$\w]*\z", RegexOptions.ECMAScript)]
    private static partial Regex Name();
}

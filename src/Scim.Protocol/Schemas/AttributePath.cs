using System.Text.RegularExpressions;

namespace Scim;

/// <summary>
/// An attribute notation (RFC 7644 §3.10) resolved against a schema: <c>[URI ":"] name ["." sub]</c>. In the brackets of a value path it
/// starts at the element, so that <see cref="Attribute"/> is a sub-attribute of the filtered attribute.
/// </summary>
/// <param name="Schema">URI of the extension; <c>null</c> for the core schema and the common attributes.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="Sub">The sub-attribute; <c>null</c> when none is named.</param>
public sealed partial record AttributePath(string? Schema, AttributeDefinition Attribute, AttributeDefinition? Sub)
{
    /// <summary>
    /// Longest name or notation that is accepted, without brackets. Names are copied, compared and stored many times, so that one of
    /// megabytes would cost much; real ones have up to about a hundred characters.
    /// </summary>
    public const int MaxLength = 1_000;

    /// <summary>The attribute or sub-attribute that the path leads to.</summary>
    public AttributeDefinition Leaf => Sub ?? Attribute;

    /// <summary>False for an attribute that is never returned. A client must not filter or sort by it, which would reveal it.</summary>
    public bool IsReadable => Attribute.Returned is not Returned.Never && Leaf.Returned is not Returned.Never;

    /// <summary>The path that the text names, or <c>null</c> when it is malformed or names no attribute of that type.</summary>
    public static AttributePath? Find(string text, ResourceType type) => type.Paths.GetValueOrDefault(text) ?? Resolve(text, type);

    /// <summary>The same without the table of the type, which is made by this.</summary>
    internal static AttributePath? Resolve(string text, ResourceType type)
    {
        if (type.FindSchema(text) is not null || type.HasDotAfterUri(text))
            return null; // a schema, not an attribute of one
        // URIs contain dots, as in "2.0": the name starts after the last colon.
        var colon = text.LastIndexOf(':');
        var match = Notation().Match(text, colon + 1, text.Length - colon - 1);
        if (!match.Success)
            return null;

        var path = colon < 0 ? type.FindAttribute(match.Groups["name"].Value) : InSchema(text[..colon], match.Groups["name"].Value, type);
        return path is not null && match.Groups["sub"] is { Success: true } sub ? path.WithSub(sub.Value) : path;
    }

    /// <summary>
    /// The attribute of an unregistered extension, or <c>null</c> when the name, with or without a sub-attribute, is malformed.
    /// </summary>
    internal static AttributePath? InUnregistered(string uri, string name)
    {
        if (Notation().Match(name) is not { Success: true } match)
            return null;
        var path = new AttributePath(uri, AttributeDefinition.Untyped(match.Groups["name"].Value), null);
        return match.Groups["sub"] is { Success: true } sub ? path.WithSub(sub.Value) : path;
    }

    /// <summary>Refuses what is too long for a name or notation. Call it before reading it.</summary>
    /// <param name="what">What the text is, as the subject of the detail.</param>
    /// <exception cref="ScimException">The error that <paramref name="error"/> makes.</exception>
    internal static void RequireLength(int length, string text, string what, Func<string, ScimException> error)
    {
        if (length > MaxLength)
            throw error($"{what} {ScimException.Quote(text)} has {length} characters; at most {MaxLength} are allowed.");
    }

    /// <summary>True for a well-formed notation, whether or not a type has the attribute.</summary>
    internal static bool IsNotation(string text) => Notation().IsMatch(text, text.LastIndexOf(':') + 1);

    /// <summary>
    /// True for an attribute name: <c>ALPHA *(nameChar)</c> (RFC 7643 §2.1), or with a <c>$</c> before it like <c>$ref</c> (§2.4).
    /// </summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    /// <summary>This path with a sub-attribute added, or <c>null</c> when there is none of that name.</summary>
    public AttributePath? WithSub(string name) => Sub is null && Attribute.Sub(name) is { } sub ? this with { Sub = sub } : null;

    static AttributePath? InSchema(string uri, string name, ResourceType type)
    {
        if (type.FindSchema(uri) is { } schema)
            return schema.Find(name) is { } attribute ? new(schema == type.Schema ? null : schema.Id, attribute, null)
                : schema == type.Schema && type.FindAttribute(name) is { Schema: null } common ? common
                : null;

        return type.MayHaveExtension(uri) ? new(uri, AttributeDefinition.Untyped(name), null) : null;
    }

    /// <summary>Compares names, because each path to an untyped attribute has an <see cref="AttributeDefinition"/> of its own.</summary>
    public bool Equals(AttributePath? other) =>
        other is not null && string.Equals(ToString(), other.ToString(), StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(ToString());

    public override string ToString() => (Schema is null ? "" : Schema + ":") + Attribute.Name + (Sub is null ? "" : "." + Sub.Name);

    [GeneratedRegex(@"\G(?<name>\$?[A-Za-z][-$\w]*)(\.(?<sub>\$?[A-Za-z][-$\w]*))?\z", RegexOptions.ECMAScript)]
    private static partial Regex Notation();

    [GeneratedRegex(@"^\$?[A-Za-z][-$\w]*\z", RegexOptions.ECMAScript)]
    private static partial Regex Name();
}

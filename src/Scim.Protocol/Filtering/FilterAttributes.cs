namespace Scim;

/// <summary>Finds the attributes that a filter names, and says which of them a filter may use.</summary>
/// <param name="type">The resource type that the filter is parsed for.</param>
/// <param name="types">All types of the same search.</param>
sealed class FilterAttributes(ResourceType type, IReadOnlyList<ResourceType> types)
{
    /// <summary>While parsing the brackets of a value path: the attribute before them, whose sub-attributes the filter names.</summary>
    public AttributePath? Container { get; set; }

    /// <summary>The attribute of that name, or <c>null</c>.</summary>
    /// <exception cref="ScimException">400 <c>invalidFilter</c> for a name that is too long.</exception>
    public AttributePath? Find(string text)
    {
        AttributePath.RequireLength(text.Length, text, "The attribute", ScimException.InvalidFilter);
        return Find(text, type);
    }

    /// <summary>The attribute of that name in the first type that has one, or <c>null</c>.</summary>
    public AttributePath? FindInAnyType(string text) => types.Select(other => Find(text, other)).FirstOrDefault(found => found is not null);

    /// <summary>The error for a name that no type has: 400 <c>invalidFilter</c>.</summary>
    public ScimException Unknown(FilterLexer name)
    {
        if (name.IsWord("not"))
            return ScimException.InvalidFilter($"'not' at position {name.Position} needs parentheses around what it negates: not (…).");
        var owner = Container?.Attribute.Name ?? string.Join(" or ", types);
        return ScimException.InvalidFilter(
            $"{ScimException.Quote(name.Text)} at position {name.Position} is not an attribute of {owner}. "
                + "Correct the matching attribute of the mapping."
        );
    }

    /// <summary>The path whose values are compared: of a complex attribute, its <c>value</c> (RFC 7644 §3.4.2.2: "emails co").</summary>
    /// <exception cref="ScimException">400 <c>invalidFilter</c> for a complex attribute without <c>value</c>.</exception>
    public static AttributePath ValueOf(AttributePath path)
    {
        if (!path.Leaf.IsComplex)
            return path;
        return path.WithSub("value") ?? throw NotComparable(path);
    }

    /// <summary>Refuses attributes that are never returned: a client could guess their values letter by letter.</summary>
    /// <exception cref="ScimException">400 <c>invalidFilter</c>.</exception>
    public static void RequireReadable(AttributePath path)
    {
        if (!path.IsReadable)
            throw ScimException.InvalidFilter($"'{path}' cannot be used in a filter.");
    }

    public static ScimException NotComparable(AttributePath path) =>
        ScimException.InvalidFilter(
            $"'{path}' is complex: compare one of its sub-attributes ({string.Join(", ", path.Leaf.SubAttributes)})."
        );

    AttributePath? Find(string text, ResourceType searched)
    {
        if (Container is null)
            return AttributePath.Find(text, searched);
        var container = searched == type ? Container : AttributePath.Find(Container.ToString(), searched);
        return container?.Attribute.InElement(text) is { } sub ? new(null, sub, null) : null;
    }
}

namespace Scim.Directory;

/// <summary>What values an attribute has.</summary>
public enum AttributeKind
{
    String,
    Number,
    Boolean,

    /// <summary><c>2026-01-31</c>, or a time in RFC 3339, UTC.</summary>
    Date,

    /// <summary>A list of strings.</summary>
    Strings,
}

/// <summary>An attribute that the app knows: <c>{name, type, required, description, defaultPaths}</c>.</summary>
/// <param name="Required">
/// A person without a value is held back, in every connection whose mapping sets the attribute. The app cannot clear it.
/// </param>
/// <param name="DefaultPaths">Where a connection without a mapping of its own reads it; none leaves it to the app.</param>
public sealed record CatalogueAttribute(
    string Name,
    AttributeKind Type,
    bool Required,
    string? Description,
    IReadOnlyList<string> DefaultPaths
);

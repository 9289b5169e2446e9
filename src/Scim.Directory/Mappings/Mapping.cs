using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>What is done to a text before it is used.</summary>
public enum Transform
{
    None,
    Trim,
    Lower,
    Upper,
}

/// <summary>What a value that is missing means.</summary>
public enum WhenMissing
{
    Ignore,

    /// <summary>A problem that is shown, and holds nobody back.</summary>
    Warn,

    /// <summary>The person is held back, as for a required attribute.</summary>
    Hold,
}

/// <summary>Which values a uid may have.</summary>
public enum UidFormat
{
    Any,

    /// <summary>Only a value that looks like a GUID; a path with another one is passed over.</summary>
    Guid,
}

/// <summary>Where an attribute is read: <c>{name, paths, transform, default, whenMissing}</c>.</summary>
/// <param name="Name">An attribute of the catalogue.</param>
/// <param name="Paths">The first that has a value is taken.</param>
/// <param name="Default">The value when none of the paths has one.</param>
public sealed record AttributeMapping(
    string Name,
    IReadOnlyList<string> Paths,
    Transform Transform = Transform.None,
    JsonNode? Default = null,
    WhenMissing WhenMissing = WhenMissing.Ignore
);

/// <summary>How a connection's users become people: <c>{uid, uidFormat, attributes}</c>.</summary>
/// <param name="Uid">The first path that has a value says who a user is.</param>
public sealed record Mapping(IReadOnlyList<string> Uid, IReadOnlyList<AttributeMapping> Attributes, UidFormat UidFormat = UidFormat.Any)
{
    /// <summary>
    /// The catalogue's default paths. The uid is <c>externalId</c> if it looks like a GUID, else the SCIM id, which is one: Entra's default
    /// mapping sends <c>mailNickname</c> as externalId, which is given to somebody else later.
    /// </summary>
    public static Mapping DefaultFor(Catalogue catalogue) =>
        new(
            ["externalId", "id"],
            [
                .. catalogue
                    .Attributes.Where(attribute => attribute.DefaultPaths.Count > 0)
                    .Select(attribute => new AttributeMapping(attribute.Name, attribute.DefaultPaths)),
            ],
            UidFormat.Guid
        );

    /// <summary>Whether it is meant to take Entra's object ids, and the SCIM id of whoever has none, as the default mapping does.</summary>
    public static bool TakesObjectIds(IReadOnlyList<string> uid, UidFormat format) =>
        format is UidFormat.Guid && uid is ["externalId", "id"];

    /// <summary>Whether it looks like Entra's own id of a user. Another value may be given to somebody else later.</summary>
    public static bool IsGuid(string? uid) => System.Guid.TryParseExact(uid, "D", out _);
}

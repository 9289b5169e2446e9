using System.Collections.Frozen;

namespace Scim;

/// <summary>A schema: its URI and its attributes (RFC 7643 §7).</summary>
public sealed class SchemaDefinition(string id, string name, string description, IReadOnlyList<AttributeDefinition> attributes)
{
    readonly FrozenDictionary<string, AttributeDefinition> _byName = attributes.ToFrozenDictionary(
        attribute => attribute.Name,
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The URI.</summary>
    public string Id { get; } = id;

    public string Name { get; } = name;

    public string Description { get; } = description;

    public IReadOnlyList<AttributeDefinition> Attributes { get; } = attributes;

    /// <summary>Those that a client must send, or of which it must send a part.</summary>
    internal IReadOnlyList<AttributeDefinition> AttributesWithRequired =>
        field ??= [
            .. Attributes.Where(attribute =>
                RequiredAttributes.MustBeSent(attribute) || attribute.SubAttributes.Any(RequiredAttributes.MustBeSent)
            ),
        ];

    /// <summary>Those of which a new resource has a value, also when the client gives none.</summary>
    internal IReadOnlyList<AttributeDefinition> AttributesWithDefault =>
        field ??= [.. Attributes.Where(attribute => attribute.Default is not null)];

    /// <summary>Those that are immutable, or that are single and have a part that is.</summary>
    internal IReadOnlyList<AttributeDefinition> AttributesWithImmutable => field ??= [.. Attributes.Where(ImmutableAttributes.IsKept)];

    /// <summary>The attribute of that name in any letter case, or <c>null</c>.</summary>
    public AttributeDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// True for URIs that differ only in letter case or colons: Microsoft's tutorial prints <c>…enterprise:2.0User</c>.
    /// </summary>
    public static bool SameId(string left, string right) =>
        WithoutColons(left).Equals(WithoutColons(right), StringComparison.OrdinalIgnoreCase);

    internal static string WithoutColons(string id) => id.Replace(":", "", StringComparison.Ordinal);

    public override string ToString() => Id;
}

using System.Collections.Frozen;

namespace Scim;

/// <summary>Data types of attributes, RFC 7643 §2.3.</summary>
public enum AttributeType
{
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Reference,
    Binary,
    Complex,

    /// <summary>Not in the RFC: an attribute of an extension that nobody registered. Any JSON is kept; filters compare its text.</summary>
    Any,
}

/// <summary>RFC 7643 §7, "mutability".</summary>
public enum Mutability
{
    ReadWrite,
    ReadOnly,
    Immutable,
    WriteOnly,
}

/// <summary>RFC 7643 §7, "returned".</summary>
public enum Returned
{
    Default,
    Always,
    Never,
    Request,
}

/// <summary>RFC 7643 §7, "uniqueness".</summary>
public enum Uniqueness
{
    None,
    Server,
    Global,
}

/// <summary>One attribute or sub-attribute with its characteristics (RFC 7643 §7). Compared by reference: schemas are built once.</summary>
public sealed class AttributeDefinition(string name, AttributeType type, string description)
{
    /// <summary>The schema's spelling; clients may use any letter case.</summary>
    public string Name { get; } = name;

    public AttributeType Type { get; } = type;

    public string Description { get; } = description;

    public bool MultiValued { get; init; }

    public bool Required { get; init; }

    public bool CaseExact { get; init; }

    public Mutability Mutability { get; init; }

    public Returned Returned { get; init; }

    public Uniqueness Uniqueness { get; init; }

    public IReadOnlyList<string> CanonicalValues { get; init; } = [];

    public IReadOnlyList<string> ReferenceTypes { get; init; } = [];

    public IReadOnlyList<AttributeDefinition> SubAttributes { get; init; } = [];

    /// <summary>Assigned on create when the client says nothing; afterwards the attribute always has a value, and clearing it keeps the one it has. <c>null</c>: none.</summary>
    public bool? Default { get; init; }

    /// <summary>Longest accepted string in UTF-16 code units; <c>null</c>: bounded by the request body only.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Most elements of a multi-valued attribute.</summary>
    public int MaxElements { get; init; } = 1_000;

    /// <summary>True when elements or values are objects with sub-attributes.</summary>
    public bool IsComplex => Type is AttributeType.Complex;

    FrozenDictionary<string, AttributeDefinition> ByName =>
        field ??= SubAttributes.ToFrozenDictionary(sub => sub.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The sub-attribute of that name in any letter case, or <c>null</c>. An <see cref="AttributeType.Any"/> attribute has every sub-attribute.</summary>
    /// <remarks>Entra's role mapping says <c>displayName</c> where the schema says <c>display</c>.</remarks>
    public AttributeDefinition? Sub(string name) =>
        Type is AttributeType.Any
            ? AttributePath.IsName(name)
                ? Untyped(name)
                : null
            : ByName.GetValueOrDefault(name)
                ?? (name.Equals("displayName", StringComparison.OrdinalIgnoreCase) ? ByName.GetValueOrDefault("display") : null);

    /// <summary>An attribute of an unregistered extension.</summary>
    public static AttributeDefinition Untyped(string name) => new(name, AttributeType.Any, "") { MaxElements = int.MaxValue };

    public override string ToString() => Name;
}

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

    /// <summary>Not in the RFC: an attribute of an unregistered extension. It may hold any JSON; filters compare its text.</summary>
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

/// <summary>
/// An attribute or sub-attribute and its characteristics (RFC 7643 §2.2, §7). Compared by reference, because schemas are built once.
/// </summary>
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

    /// <summary>
    /// The value of a new resource for which the client gives none. An attribute with a default always has a value: clearing it keeps the
    /// value it has. <c>null</c> for no default.
    /// </summary>
    public bool? Default { get; init; }

    /// <summary>Longest string in UTF-16 code units; <c>null</c> when only the size of the request limits it.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Most elements of a multi-valued attribute.</summary>
    public int MaxElements { get; init; } = 1_000;

    /// <summary>The same for every list in an unregistered extension.</summary>
    internal const int MaxUntypedElements = 10_000;

    /// <summary>True when the value, or each element, is an object with sub-attributes.</summary>
    public bool IsComplex => Type is AttributeType.Complex;

    FrozenDictionary<string, AttributeDefinition> ByName =>
        field ??= SubAttributes.ToFrozenDictionary(sub => sub.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The sub-attribute of that name in any letter case, or <c>null</c>. An <see cref="AttributeType.Any"/> attribute has a sub-attribute
    /// of every name.
    /// </summary>
    /// <remarks>Entra's mapping of roles says <c>displayName</c> where the schema says <c>display</c>.</remarks>
    public AttributeDefinition? Sub(string name) =>
        Type is AttributeType.Any
            ? AttributePath.IsName(name)
                ? Untyped(name)
                : null
            : ByName.GetValueOrDefault(name)
                ?? (name.Equals("displayName", StringComparison.OrdinalIgnoreCase) ? ByName.GetValueOrDefault("display") : null);

    /// <summary>
    /// What the brackets of a value path may name in an element of this attribute: a sub-attribute, or in a list of simple values
    /// <c>value</c>, which is the element itself. <c>null</c> when there is none of that name.
    /// </summary>
    public AttributeDefinition? InElement(string name)
    {
        if (!IsSimpleList)
            return Sub(name);
        return name.Equals("value", StringComparison.OrdinalIgnoreCase) ? ElementValue : null;
    }

    /// <summary>True for a list whose elements are no objects.</summary>
    public bool IsSimpleList => MultiValued && Type is not (AttributeType.Complex or AttributeType.Any);

    AttributeDefinition ElementValue => field ??= new("value", Type, Description) { CaseExact = CaseExact };

    /// <summary>An attribute of an unregistered extension. Its lists may be long: nothing says that they should not.</summary>
    public static AttributeDefinition Untyped(string name) => new(name, AttributeType.Any, "") { MaxElements = MaxUntypedElements };

    public override string ToString() => Name;
}

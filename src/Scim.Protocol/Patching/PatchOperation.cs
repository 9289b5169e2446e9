using System.Text.Json.Nodes;

namespace Scim;

/// <summary>What a PATCH operation does (RFC 7644 §3.5.2).</summary>
public enum PatchOp
{
    Add,
    Replace,
    Remove,
}

/// <summary>
/// Where a PATCH operation acts: <c>attr</c>, <c>attr.sub</c>, <c>attr[filter]</c> or <c>attr[filter].sub</c> (RFC 7644 §3.5.2, Figure 7).
/// </summary>
/// <param name="Schema">URI of the extension; <c>null</c> for the core schema.</param>
/// <param name="Attribute">The attribute. For a whole extension, an untyped attribute that is named by the extension's URI.</param>
/// <param name="Filter">Selects elements of the attribute; <c>null</c> for all of them.</param>
/// <param name="Sub">The sub-attribute; <c>null</c> when the operation acts on the attribute itself.</param>
public sealed record PatchPath(string? Schema, AttributeDefinition Attribute, FilterExpression? Filter, AttributeDefinition? Sub)
{
    /// <summary>The attribute or sub-attribute whose value the operation carries.</summary>
    public AttributeDefinition Leaf => Sub ?? Attribute;

    /// <summary>The path, for an error.</summary>
    internal ValuePlace Place => Filter is null ? new ValuePlace(Schema, Attribute.Name, Sub?.Name) : ToString();

    public override string ToString() =>
        (Schema is null ? "" : Schema + ":") + Attribute.Name + (Filter is null ? "" : $"[{Filter}]") + (Sub is null ? "" : "." + Sub.Name);
}

/// <summary>One operation of a PATCH, checked against the schema.</summary>
/// <param name="Value">
/// The value in the schema's spelling and types. <c>null</c> in an add or replace clears what the path reaches; in a remove it removes
/// all of that. A remove with an array removes the elements that equal one of these values in every sub-attribute that the value has.
/// For an attribute of an unregistered extension, the value as it was sent.
/// </param>
public sealed record PatchOperation(PatchOp Op, PatchPath Path, JsonNode? Value)
{
    /// <summary>
    /// The path, when it is a URN that no schema knows. It may be the URI of an extension or that of an attribute, which the resource
    /// decides; <see cref="Path"/> reads it as an attribute where it can be one.
    /// </summary>
    internal string? Urn { get; init; }

    /// <summary>True for a key of a value without a path, where an object is an extension, as in a POST.</summary>
    internal bool IsKey { get; init; }
}

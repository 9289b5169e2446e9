using System.Text.Json.Nodes;

namespace Scim;

/// <summary>RFC 7644 §3.5.2.</summary>
public enum PatchOp
{
    Add,
    Replace,
    Remove,
}

/// <summary>Where a PATCH operation acts: <c>attr</c>, <c>attr.sub</c>, <c>attr[filter]</c> or <c>attr[filter].sub</c> (RFC 7644 §3.5.2, Figure 7).</summary>
/// <param name="Schema">URI of the extension; <c>null</c> for the core schema.</param>
/// <param name="Attribute">The attribute; for a whole extension an untyped attribute named by the extension's URI.</param>
/// <param name="Filter">Selects elements of the attribute.</param>
/// <param name="Sub">The sub-attribute.</param>
public sealed record PatchPath(string? Schema, AttributeDefinition Attribute, FilterExpression? Filter, AttributeDefinition? Sub)
{
    /// <summary>What the operation's value is.</summary>
    public AttributeDefinition Leaf => Sub ?? Attribute;

    public override string ToString() =>
        (Schema is null ? "" : Schema + ":") + Attribute.Name + (Filter is null ? "" : $"[{Filter}]") + (Sub is null ? "" : "." + Sub.Name);
}

/// <summary>One checked operation.</summary>
/// <param name="Value">
/// The value in the schema's spelling and types. <c>null</c>: clear (add, replace), or remove all that the path reaches (remove).
/// A remove with an array removes the elements that equal one of these in every sub-attribute given.
/// </param>
public sealed record PatchOperation(PatchOp Op, PatchPath Path, JsonNode? Value);

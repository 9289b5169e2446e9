using System.Globalization;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Storage.Resources;

/// <summary>One row of the directory, its JSON still as bytes: most answers pass it through.</summary>
/// <param name="Attributes">The document, as JSON.</param>
/// <param name="Related">A group's first <c>members</c> or a user's <c>groups</c>; <c>null</c> when not loaded or empty.</param>
sealed record StoredResource(
    ResourceType Type,
    Guid Id,
    long Version,
    DateTimeOffset Created,
    DateTimeOffset LastModified,
    ReadOnlyMemory<byte> Attributes,
    RelatedPart? Related
)
{
    /// <summary>The document, read anew at each call.</summary>
    public JsonObject ReadDocument() => (JsonObject)JsonNode.Parse(Attributes.Span)!;

    /// <summary>Weak entity tag (RFC 7644 §3.14), also <c>meta.version</c>.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");
}

/// <summary>Some of the resources related to one.</summary>
/// <param name="Json">JSON array.</param>
/// <param name="Last">Id of the last one, when more may follow it.</param>
sealed record RelatedPart(ReadOnlyMemory<byte> Json, Guid? Last);

using System.Globalization;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Storage;

/// <summary>One row of the directory, its JSON still as text: most answers pass it through.</summary>
/// <param name="Attributes">The document, as JSON.</param>
/// <param name="Related">JSON array of a group's <c>members</c> or a user's <c>groups</c>; <c>null</c> when not loaded or empty.</param>
sealed record StoredResource(ResourceType Type, Guid Id, long Version, DateTimeOffset Created, DateTimeOffset LastModified, string Attributes, string? Related)
{
    /// <summary>The document, read anew at each call.</summary>
    public JsonObject ReadDocument() => (JsonObject)JsonNode.Parse(Attributes)!;

    /// <summary>Weak entity tag (RFC 7644 §3.14), also <c>meta.version</c>.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");
}

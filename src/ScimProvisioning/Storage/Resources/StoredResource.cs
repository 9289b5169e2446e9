using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Storage.Resources;

/// <summary>One row of the directory, its JSON still as bytes: most responses copy them unchanged.</summary>
/// <param name="Attributes">The document: all attributes but the computed ones, as a JSON object.</param>
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
    JsonObject? _document;

    public ReadOnlyMemory<byte> Attributes
    {
        get;
        init => (field, _document) = (value, null);
    } = Attributes;

    /// <summary>What the operation that returns it has done.</summary>
    public RequestOutcome Outcome { get; init; } = RequestOutcome.Matched;

    /// <summary>What a change of the document has done. Who is not said to be inactive is active (RFC 7643 §4.1.1).</summary>
    public static RequestOutcome OutcomeOf(JsonObject before, JsonObject after) =>
        (IsActive(before), IsActive(after)) switch
        {
            (true, false) => RequestOutcome.Deactivated,
            (false, true) => RequestOutcome.Reactivated,
            _ => RequestOutcome.Updated,
        };

    /// <summary>The document. It is parsed once, and is not to be changed: what a change makes is another one.</summary>
    public JsonObject ParseDocument() => _document ??= (JsonObject)JsonNode.Parse(Attributes.Span)!;

    /// <summary>Weak entity tag (RFC 7644 §3.14), also <c>meta.version</c>.</summary>
    public string ETag => string.Create(CultureInfo.InvariantCulture, $"W/\"{Version}\"");

    static bool IsActive(JsonObject document) => (bool?)document[UserSchema.Active.Name] ?? true;
}

/// <summary>The <c>members</c> of a group, perhaps only some of them, or the <c>groups</c> of a user.</summary>
/// <param name="Elements">Each is a JSON object.</param>
/// <param name="Last">Id of the last one, when more may follow it.</param>
sealed record RelatedPart(IReadOnlyList<ReadOnlyMemory<byte>> Elements, Guid? Last)
{
    /// <summary>JSON array, made at each call anew.</summary>
    public ReadOnlyMemory<byte> Json
    {
        get
        {
            var json = new ArrayBufferWriter<byte>();
            json.Write("["u8);
            WriteElements(json);
            json.Write("]"u8);
            return json.WrittenMemory;
        }
    }

    /// <summary>Writes what stands between the brackets of the array.</summary>
    public void WriteElements(IBufferWriter<byte> to)
    {
        for (var i = 0; i < Elements.Count; i++)
        {
            if (i > 0)
                to.Write(","u8);
            to.Write(Elements[i].Span);
        }
    }
}

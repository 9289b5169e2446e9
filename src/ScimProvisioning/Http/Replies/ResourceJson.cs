using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Scim;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Replies;

/// <summary>
/// The JSON of a resource: the stored bytes as they are, with <c>id</c>, <c>meta</c> and computed attributes around them.
/// </summary>
static class ResourceJson
{
    /// <summary>Writes a resource. The members of a huge group are written in parts, as the store reads them.</summary>
    public static async ValueTask WriteAsync(
        ReplyBody to,
        StoredResource resource,
        AttributeProjection projection,
        Caller caller,
        ResourceStore store,
        CancellationToken ct
    )
    {
        WriteOwn(to, resource, projection, caller);
        var part =
            resource.Related
            ?? (resource.Type.IsGroup && RelatedResources.AreShown(resource.Type, projection) ? RelatedResources.None : null);
        if (part is not null && Projected(part, resource.Type, projection) is { } shown)
        {
            to.Write(resource.Type.IsGroup ? ",\"members\":["u8 : ",\"groups\":["u8);
            shown.WriteElements(to);
            for (var written = shown.Elements.Count > 0; part.Last is { } last; written |= shown.Elements.Count > 0)
            {
                await to.SendIfLargeAsync(ct);
                part = await store.GetMembersAsync(caller, resource.Id, last, ct);
                shown = Projected(part, resource.Type, projection) ?? RelatedResources.None;
                if (written && shown.Elements.Count > 0)
                    to.Write(","u8);
                shown.WriteElements(to);
            }
            to.Write("]"u8);
        }
        to.Write("}"u8);
        await to.SendIfLargeAsync(ct);
    }

    public static string Location(StoredResource resource, Caller caller) => $"{caller.BaseUrl}/{resource.Type.Collection}/{resource.Id}";

    /// <summary>Writes a resource without computed attributes and without the closing brace.</summary>
    public static void WriteOwn(IBufferWriter<byte> to, StoredResource resource, AttributeProjection projection, Caller caller)
    {
        if (projection.IsDefault)
        {
            WriteWhole(to, resource, caller);
            return;
        }
        var whole = new ArrayBufferWriter<byte>(2 * resource.Attributes.Length);
        WriteWhole(whole, resource, caller);
        whole.Write("}"u8);
        to.Write(ScimJson.Utf8(projection.Apply((JsonObject)JsonNode.Parse(whole.WrittenSpan)!)).AsSpan()[..^1]);
    }

    static void WriteWhole(IBufferWriter<byte> to, StoredResource resource, Caller caller)
    {
        var (type, location) = (Escaped(resource.Type.Name), Escaped(Location(resource, caller)));
        var room = 300 + 3 * (type.Length + location.Length);
        Utf8.TryWrite(to.GetSpan(room), CultureInfo.InvariantCulture, $"{{\"id\":\"{resource.Id}\",", out var length);
        to.Advance(length);
        to.Write(resource.Attributes.Span[1..^1]);
        var (created, modified, version) = (resource.Created.UtcDateTime, resource.LastModified.UtcDateTime, resource.Version);
        // "s" has a fast path, a format of one's own has none.
        var written = Utf8.TryWrite(
            to.GetSpan(room),
            CultureInfo.InvariantCulture,
            $",\"meta\":{{\"resourceType\":\"{type}\",\"created\":\"{created:s}.{created.Millisecond:D3}Z\"",
            out length
        );
        to.Advance(length);
        written &= Utf8.TryWrite(
            to.GetSpan(room),
            CultureInfo.InvariantCulture,
            $$""","lastModified":"{{modified:s}}.{{modified.Millisecond:D3}}Z","location":"{{location}}","version":"W/\"{{version}}\""}""",
            out length
        );
        if (!written)
            throw new InvalidOperationException("There was no room for meta.");
        to.Advance(length);
    }

    /// <summary>The values to return; <c>null</c>: the attribute is left out.</summary>
    static RelatedPart? Projected(RelatedPart part, ResourceType type, AttributeProjection projection)
    {
        if (projection.IsDefault)
            return part;
        var name = type.IsGroup ? GroupSchema.Members.Name : UserSchema.Groups.Name;
        var projected = (JsonArray?)projection.Apply(new JsonObject { [name] = JsonNode.Parse(part.Json.Span) })[name];
        return projected is null ? null : part with { Elements = [.. projected.Select(value => ScimJson.Utf8(value!).AsMemory())] };
    }

    static string Escaped(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}

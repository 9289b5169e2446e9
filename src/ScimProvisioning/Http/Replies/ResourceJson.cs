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
        if (part is not null && Elements(part, resource.Type, projection) is { } elements)
        {
            to.Write(resource.Type.IsGroup ? ",\"members\":["u8 : ",\"groups\":["u8);
            to.Write(elements.Span);
            for (var written = elements.Length > 0; part.Last is { } last; written |= elements.Length > 0)
            {
                await to.SendIfLargeAsync(ct);
                part = await store.GetMembersAsync(caller, resource.Id, last, ct);
                elements = Elements(part, resource.Type, projection) ?? default;
                if (written && elements.Length > 0)
                    to.Write(","u8);
                to.Write(elements.Span);
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
        var written = Utf8.TryWrite(
            to.GetSpan(room),
            CultureInfo.InvariantCulture,
            $",\"meta\":{{\"resourceType\":\"{type}\",\"created\":\"{created:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\"",
            out length
        );
        to.Advance(length);
        written &= Utf8.TryWrite(
            to.GetSpan(room),
            CultureInfo.InvariantCulture,
            $$""","lastModified":"{{modified:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","location":"{{location}}","version":"W/\"{{version}}\""}""",
            out length
        );
        if (!written)
            throw new InvalidOperationException("There was no room for meta.");
        to.Advance(length);
    }

    /// <summary>The values to return, without the brackets of the array; <c>null</c>: the attribute is left out.</summary>
    static ReadOnlyMemory<byte>? Elements(RelatedPart part, ResourceType type, AttributeProjection projection)
    {
        if (projection.IsDefault)
            return part.Json[1..^1];
        var name = type.IsGroup ? GroupSchema.Members.Name : UserSchema.Groups.Name;
        return projection.Apply(new JsonObject { [name] = JsonNode.Parse(part.Json.Span) })[name] is { } projected
            ? ScimJson.Utf8(projected).AsMemory()[1..^1]
            : (ReadOnlyMemory<byte>?)null; // without the cast it would be an empty memory, made of a null array
    }

    static string Escaped(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}

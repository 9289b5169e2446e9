using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Scim;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Http.Replies;

/// <summary>The JSON of a resource: the stored bytes as they are, with <c>id</c>, <c>meta</c> and what is computed put around them.</summary>
static class ResourceJson
{
    /// <summary>Writes a resource; the members of a huge group as the store yields them.</summary>
    public static async ValueTask WriteAsync(
        ReplyBody to,
        StoredResource resource,
        Projection projection,
        Caller caller,
        ResourceStore store,
        CancellationToken ct
    )
    {
        WriteOwn(to, resource, projection, caller);
        var part = resource.Related ?? (resource.Type.IsGroup && NeedsRelated(resource.Type, projection) ? RelatedResources.None : null);
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

    /// <summary>Whether the store must read the computed attribute of that type for this reply.</summary>
    public static bool NeedsRelated(ResourceType type, Projection projection) =>
        projection.Includes(type.IsGroup ? GroupSchema.Members : UserSchema.Groups);

    /// <summary>All but what is computed, and the closing brace.</summary>
    public static void WriteOwn(IBufferWriter<byte> to, StoredResource resource, Projection projection, Caller caller)
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
        var written = Utf8.TryWrite(
            to.GetSpan(room),
            CultureInfo.InvariantCulture,
            $$""","meta":{"resourceType":"{{type}}","created":"{{resource.Created.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","lastModified":"{{resource.LastModified.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}","location":"{{location}}","version":"W/\"{{resource.Version}}\""}""",
            out length
        );
        if (!written)
            throw new InvalidOperationException("There was no room for meta.");
        to.Advance(length);
    }

    /// <summary>The values without the array's brackets, as far as they are returned; <c>null</c>: not even an empty array is.</summary>
    static ReadOnlyMemory<byte>? Elements(RelatedPart part, ResourceType type, Projection projection)
    {
        if (projection.IsDefault)
            return part.Json[1..^1];
        var name = type.IsGroup ? GroupSchema.Members.Name : UserSchema.Groups.Name;
        return projection.Apply(new JsonObject { [name] = JsonNode.Parse(part.Json.Span) })[name] is { } projected
            ? ScimJson.Utf8(projected).AsMemory()[1..^1]
            : null;
    }

    static string Escaped(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Http;

/// <summary>The JSON of a resource: the stored text as it is, with <c>id</c>, <c>meta</c> and what is computed put around it.</summary>
static class ResourceJson
{
    public static string Write(StoredResource resource, Projection projection, Caller caller)
    {
        var json = Whole(resource, projection, caller);
        return projection.IsDefault ? json : ScimJson.Text(projection.Apply((JsonObject)JsonNode.Parse(json)!));
    }

    public static string Location(StoredResource resource, Caller caller) => $"{caller.BaseUrl}/{resource.Type.Collection}/{resource.Id}";

    /// <summary>Whether the store must read the computed attribute of that type for this reply.</summary>
    public static bool NeedsRelated(ResourceType type, Projection projection) =>
        projection.Includes(type.IsGroup ? GroupSchema.Members : UserSchema.Groups);

    static string Whole(StoredResource resource, Projection projection, Caller caller)
    {
        // A group always shows its members, also when there are none; a user shows groups only when there are some.
        var related = resource.Type.IsGroup
            ? NeedsRelated(resource.Type, projection) ? $",\"members\":{resource.Related ?? "[]"}" : ""
            : resource.Related is null ? "" : $",\"groups\":{resource.Related}";
        var meta = new JsonObject
        {
            ["resourceType"] = resource.Type.Name,
            ["created"] = Time(resource.Created),
            ["lastModified"] = Time(resource.LastModified),
            ["location"] = Location(resource, caller),
            ["version"] = resource.ETag,
        };
        return $"{{\"id\":\"{resource.Id}\",{resource.Attributes.AsSpan(1, resource.Attributes.Length - 2)}{related},\"meta\":{ScimJson.Text(meta)}}}";
    }

    static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

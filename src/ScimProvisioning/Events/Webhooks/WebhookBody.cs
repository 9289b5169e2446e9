using System.Text;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>What is sent of an event.</summary>
static class WebhookBody
{
    static readonly string[] Kept = ["id", "position", "type", "timestamp", "organizationId", "connectionId", "initialLoad", "snapshotId"];

    /// <summary>
    /// <c>full</c>: the very bytes that are stored. <c>thin</c>: the same envelope with <c>data: {id, version}</c> of the object, for an
    /// app that reads the rest itself, so that no personal data travels.
    /// </summary>
    /// <param name="body">The event as it is stored.</param>
    public static byte[] Of(string payload, string body, Guid objectId, long version)
    {
        if (payload == WebhookEndpoint.Full)
            return Encoding.UTF8.GetBytes(body);
        var stored = JsonNode.Parse(body)!;
        var thin = new JsonObject(Kept.Select(name => KeyValuePair.Create(name, stored[name]?.DeepClone())));
        thin["data"] = new JsonObject { ["id"] = objectId, ["version"] = version };
        return ScimJson.Utf8(thin);
    }
}

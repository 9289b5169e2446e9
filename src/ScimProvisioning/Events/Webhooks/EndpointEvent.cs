using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>Events about an endpoint itself. They belong to no connection.</summary>
static class EndpointEvent
{
    /// <param name="reason">Why it happened, if the type has that.</param>
    public static NewEvent Of(EventType type, WebhookEndpoint endpoint, EventCause cause, DateTimeOffset now, string? reason = null)
    {
        var data = new JsonObject
        {
            ["endpoint"] = new JsonObject
            {
                ["id"] = endpoint.Id,
                ["url"] = endpoint.Url,
                ["description"] = endpoint.Description,
            },
        };
        if (reason is not null)
            data["reason"] = reason;
        return new(Guid.CreateVersion7(now), type.Name, endpoint.Id, 0, now, cause, InitialLoad: false, ScimJson.Text(data));
    }

    /// <summary>The statements, to be run last.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Append(WebhookEndpoint endpoint, NewEvent told) =>
        EventLog.Append(null, endpoint.Reach.OrganizationId, [told]);
}

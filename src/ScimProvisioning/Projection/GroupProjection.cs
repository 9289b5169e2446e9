using System.Text.Json.Nodes;
using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>What the application sees of a group: all groups are released, whatever the scope.</summary>
static class GroupProjection
{
    /// <summary>Compares the group with what was released, and writes and tells what differs.</summary>
    public static void Write(ProjectionBatch batch, PushedGroup pushed, EventCause cause)
    {
        var (received, isDeleted) = pushed;
        var released = batch.Groups.GetValueOrDefault(received.Id);
        if (isDeleted ? released is not { DeletedAt: null } : Equal(received, released))
            return;
        var next =
            released is null ? new(received.Id, received.ExternalId, received.Name, 0, 1, batch.Now, batch.Now, null)
            : isDeleted ? released with { MemberCount = 0, Version = released.Version + 1, UpdatedAt = batch.Now, DeletedAt = batch.Now }
            : released with
            {
                ExternalId = received.ExternalId,
                Name = received.Name,
                Version = released.Version + 1,
                UpdatedAt = batch.Now,
                DeletedAt = null,
            };
        batch.Groups[next.Id] = next;
        batch.Add(ReleasedGroups.Save(batch.Connection.Id, batch.Connection.OrganizationId, next));
        var type =
            released is null or { DeletedAt: not null } ? EventType.GroupCreated
            : isDeleted ? EventType.GroupDeleted
            : EventType.GroupUpdated;
        var before = type == EventType.GroupUpdated ? released : null;
        batch.Tell(type.Name, next.Id, next.Version, cause, Data(next, before, batch));
    }

    /// <summary>The group as the API and the events show it.</summary>
    public static JsonObject Json(ReleasedGroup group, ProjectedConnection connection) =>
        new()
        {
            ["id"] = group.Id,
            ["connectionId"] = connection.Id,
            ["organizationId"] = connection.OrganizationId,
            ["externalId"] = group.ExternalId,
            ["name"] = group.Name,
            ["memberCount"] = group.MemberCount,
            ["version"] = group.Version,
            ["createdAt"] = PersonJson.Time(group.CreatedAt),
            ["updatedAt"] = PersonJson.Time(group.UpdatedAt),
        };

    /// <summary>The <c>data</c> of an event about who has joined and left.</summary>
    public static JsonObject MembersChanged(ReleasedGroup group, ProjectedConnection connection, Guid[] added, Guid[] removed)
    {
        return new()
        {
            ["group"] = Json(group, connection),
            ["added"] = Ids(added),
            ["removed"] = Ids(removed),
        };

        static JsonArray Ids(Guid[] ids) => [.. ids.Select(id => (JsonNode?)id.ToString())];
    }

    static bool Equal(ReceivedGroup received, ReleasedGroup? released) =>
        released is { DeletedAt: null } && (received.Name, received.ExternalId) == (released.Name, released.ExternalId);

    static JsonObject Data(ReleasedGroup next, ReleasedGroup? before, ProjectionBatch batch)
    {
        var data = new JsonObject { ["group"] = Json(next, batch.Connection) };
        if (before is null)
            return data;
        var previous = new JsonObject();
        if (before.Name != next.Name)
            previous["name"] = before.Name;
        if (before.ExternalId != next.ExternalId)
            previous["externalId"] = before.ExternalId;
        data["changes"] = new JsonArray([.. previous.Select(member => (JsonNode?)member.Key)]);
        data["previous"] = previous;
        return data;
    }
}

using System.Text.Json.Nodes;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.History;

/// <summary>Makes entries of a history from the change log and from events.</summary>
static class HistoryEntries
{
    const int MostIds = 100;

    /// <summary>Members of a person that are no attributes of his.</summary>
    static readonly string[] NoFields =
    [
        "id",
        "connectionId",
        "organizationId",
        "managedAttributes",
        "groups",
        "source",
        "version",
        "createdAt",
        "updatedAt",
    ];

    /// <param name="run">The run in which it was made, if an identity provider has made it.</param>
    public static HistoryEntry Of(ResourceChange change, Guid? run)
    {
        var isReceived = ChangeAuthor.IsIdentityProvider(change.Actor);
        return new(
            change.At.UtcDateTime,
            isReceived ? "received" : "admin",
            change.Type,
            change.Details is { } details
                ? [.. details.Select(detail => Of((JsonObject)detail!))]
                : [new("members", Added: change.Added, Removed: change.Removed)],
            change.RequestId,
            isReceived ? run : null,
            change.Actor,
            null
        );
    }

    public static HistoryEntry Of(ToldEvent told) =>
        new(
            told.At.UtcDateTime,
            told.Cause is EventCause.Admin or EventCause.App && told.Data?["user"] is not null ? told.Cause : "released",
            told.Type,
            [.. Changes(told)],
            told.RequestId,
            null,
            null,
            (Guid)told.Body["id"]!
        );

    /// <summary>For each attribute that the application sees, the last event that told of it.</summary>
    /// <param name="events">The newest first.</param>
    public static Dictionary<string, FieldChange> LastOfEach(IEnumerable<ToldEvent> events)
    {
        var last = new Dictionary<string, FieldChange>();
        foreach (var told in events)
        foreach (var name in told.Changes.DefaultIfEmpty().SelectMany(name => name is null ? Fields(told) : [name]))
            last.TryAdd(name, new(told.At.UtcDateTime, told.RequestId, told.Cause));
        return last;
    }

    static HistoryChange Of(JsonObject detail) =>
        detail["added"] is JsonArray added && detail["removed"] is JsonArray removed
            ? Members(added, removed)
            : new((string)detail["path"]!, detail["old"], detail["new"]);

    static HistoryChange Members(JsonArray? added, JsonArray? removed) =>
        new(
            "members",
            Added: added?.Count ?? 0,
            Removed: removed?.Count ?? 0,
            AddedIds: [.. (added ?? []).Take(MostIds).Select(id => (Guid)id!)],
            RemovedIds: [.. (removed ?? []).Take(MostIds).Select(id => (Guid)id!)]
        );

    static IEnumerable<HistoryChange> Changes(ToldEvent told)
    {
        if (told.Data is not { } data)
            return [];
        if (told.Type == EventType.MembersChanged.Name)
            return [Members(data["added"] as JsonArray, data["removed"] as JsonArray)];
        var after = data["user"] ?? data["group"];
        return told.Changes.Select(name => new HistoryChange(name, data["previous"]?[name], Find(after, name)));
    }

    /// <summary><c>attributes.costCenter</c> is within <c>attributes</c>.</summary>
    static JsonNode? Find(JsonNode? shown, string name) =>
        name.IndexOf('.') is > 0 and var dot ? shown?[name[..dot]]?[name[(dot + 1)..]] : shown?[name];

    /// <summary>Of a new person or group everything has changed.</summary>
    static IEnumerable<string> Fields(ToldEvent told) =>
        ((told.Data?["user"] ?? told.Data?["group"]) as JsonObject ?? [])
            .Where(member => member.Value is not null and not JsonObject and not JsonArray { Count: 0 })
            .Select(member => member.Key)
            .Except(NoFields);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ScimProvisioning.Client;

/// <summary>
/// What the app is told, by the feed, by a webhook or by a first load. It holds the whole object as it is after the event, so an app that
/// keeps only states need not look at the type: it takes what has a higher version than its own.
/// </summary>
public sealed record DirectoryEvent
{
    /// <summary>Stays the same whenever the event is sent again.</summary>
    public Guid Id { get; init; }

    /// <summary>Its place in the feed; <c>null</c> in a first load, whose events are not from the feed.</summary>
    public string? Position { get; init; }

    /// <summary>One of <see cref="DirectoryEventType"/>. A newer server may send others: leave those alone.</summary>
    public string Type { get; init; } = "";

    /// <summary>When it happened.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The organization of the connection; <c>null</c> for events of the server itself.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>The connection; <c>null</c> for events of the server itself.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>Part of a first load: send no welcome mails.</summary>
    public bool InitialLoad { get; init; }

    /// <summary>Part of a snapshot: told again, nothing has happened.</summary>
    public Guid? SnapshotId { get; init; }

    /// <summary>What made it.</summary>
    public DirectoryEventCause Cause
    {
        get;
        init => field = value ?? new("", null, null);
    } = new("", null, null);

    /// <summary>What it is about, as its type says.</summary>
    public DirectoryEventData Data
    {
        get;
        init => field = value ?? new();
    } = new();

    /// <summary>The person as he is after it, if it is about a person.</summary>
    [JsonIgnore]
    public DirectoryUser? User => Data.User;

    /// <summary>The group as it is after it, if it is about a group.</summary>
    [JsonIgnore]
    public DirectoryGroup? Group => Data.Group;

    /// <summary>
    /// Somebody may not use the app any more, or something is gone: <c>deactivated</c>, <c>deleted</c>, <c>purged</c>, and anything that is
    /// told of somebody who is deleted. An app that does not know it has nothing to do: a removal never creates.
    /// </summary>
    [JsonIgnore]
    public bool IsRemoval =>
        Type
            is DirectoryEventType.UserDeactivated
                or DirectoryEventType.UserDeleted
                or DirectoryEventType.UserPurged
                or DirectoryEventType.GroupDeleted
        || User?.Status == DirectoryUser.Deleted;

    /// <summary>
    /// Made by a follower that reads the whole directory, because there is no position yet or it has expired. Who or what is not told
    /// between <see cref="DirectoryEventType.SnapshotStarted"/> and <see cref="DirectoryEventType.SnapshotFinished"/> is gone.
    /// </summary>
    [JsonIgnore]
    public bool IsFirstLoad => Position is null && SnapshotId is not null;

    /// <summary>Reads an event from the body of a webhook.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static DirectoryEvent Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<DirectoryEvent>(json, DirectoryClient.Json) is { Type.Length: > 0 } e
            ? e
            : throw new JsonException("The JSON is not an event of the directory.");
}

/// <summary>What made an event.</summary>
/// <param name="Kind">
/// <c>scim</c>, <c>admin</c>, <c>app</c>, <c>rebuild</c>, <c>snapshot</c>, <c>reconciliation</c>, <c>retention</c> or <c>server</c>. A
/// newer server may send others.
/// </param>
/// <param name="RequestId">The request.</param>
/// <param name="RunId">The run of the identity provider.</param>
public sealed record DirectoryEventCause(string Kind, string? RequestId, string? RunId);

/// <summary>What an event is about. Which members it has depends on its type.</summary>
public sealed record DirectoryEventData
{
    /// <summary>Of <c>directory.user.*</c>.</summary>
    public DirectoryUser? User { get; init; }

    /// <summary>Of <c>directory.group.*</c>.</summary>
    public DirectoryGroup? Group { get; init; }

    /// <summary>Of <see cref="DirectoryEventType.MembersChanged"/>: ids of people who came into the group.</summary>
    public IReadOnlyList<Guid> Added
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Of <see cref="DirectoryEventType.MembersChanged"/>: ids of people who left the group.</summary>
    public IReadOnlyList<Guid> Removed
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>
    /// Of a changed person or group: the names of what changed. Of a connection: path, old and new of each.
    /// </summary>
    public JsonArray Changes
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Of a changed person or group: the values before, by the names in <see cref="Changes"/>.</summary>
    public JsonObject Previous { get; init; } = [];

    /// <summary>Everything else that the type has, such as <c>connection</c>.</summary>
    [JsonExtensionData]
    public JsonObject Others { get; init; } = [];
}

/// <summary>The types of events about people and groups. Those about connections begin with <c>connection.</c>.</summary>
public static class DirectoryEventType
{
    /// <summary>The person is new to the app.</summary>
    public const string UserCreated = "directory.user.created";

    /// <summary>Something of the person changed.</summary>
    public const string UserUpdated = "directory.user.updated";

    /// <summary>The person was active and is not any more.</summary>
    public const string UserDeactivated = "directory.user.deactivated";

    /// <summary>The person is active again.</summary>
    public const string UserReactivated = "directory.user.reactivated";

    /// <summary>The person is deleted; he may come back.</summary>
    public const string UserDeleted = "directory.user.deleted";

    /// <summary>The person is erased for good.</summary>
    public const string UserPurged = "directory.user.purged";

    /// <summary>The group is new to the app, or is back.</summary>
    public const string GroupCreated = "directory.group.created";

    /// <summary>The group has another name or externalId.</summary>
    public const string GroupUpdated = "directory.group.updated";

    /// <summary>The group is gone, and with it its memberships.</summary>
    public const string GroupDeleted = "directory.group.deleted";

    /// <summary>People came into the group or left it, up to 500 in one event.</summary>
    public const string MembersChanged = "directory.group.members_changed";

    /// <summary>From here on everything is told again.</summary>
    public const string SnapshotStarted = "directory.snapshot.started";

    /// <summary>Everything was told again.</summary>
    public const string SnapshotFinished = "directory.snapshot.finished";

    /// <summary>The identity provider has gone through users and groups; <c>run</c> among the other data has the numbers.</summary>
    public const string RunCompleted = "sync.run.completed";

    /// <summary>So many people would leave at once that the guard holds them; <c>guard</c> among the other data has the numbers.</summary>
    public const string GuardTriggered = "connection.guard_triggered";

    /// <summary>Somebody tries a webhook endpoint out.</summary>
    public const string WebhookTest = "webhook.test";
}

/// <summary>A page of the feed.</summary>
/// <param name="Data">The events in order.</param>
/// <param name="Next">The position to go on from; keep it even when there are no events.</param>
/// <param name="CaughtUp">There was nothing behind it when it was read. False: go on at once.</param>
/// <param name="DrainedTo">No event up to this position is still to come.</param>
public sealed record DirectoryEventPage(IReadOnlyList<DirectoryEvent> Data, string Next, bool CaughtUp, string DrainedTo);

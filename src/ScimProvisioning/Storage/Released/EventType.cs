using Scim.Directory;
using ScimProvisioning.Storage.Changes;

namespace ScimProvisioning.Storage.Released;

/// <summary>
/// What the application is told. The list is closed: only this file makes one. A new type is one line here and the schema of its
/// <c>data</c> in <c>Events/event-schemas.json</c>; <c>docs/events.md</c> lists it too, which a test checks.
/// </summary>
sealed class EventType
{
    static readonly List<EventType> Listed = [];

    public static readonly EventType UserCreated = New(PersonEvent.Created, "UserData", "The person is new to your app.");
    public static readonly EventType UserUpdated = New(PersonEvent.Updated, Change, "Something of the person that your app sees changed.");
    public static readonly EventType UserDeactivated = New(
        PersonEvent.Deactivated,
        Change,
        "The person was `active` and is `inactive` now."
    );
    public static readonly EventType UserReactivated = New(
        PersonEvent.Reactivated,
        Change,
        "The person is `active` again, with the id that he had."
    );
    public static readonly EventType UserDeleted = New(PersonEvent.Deleted, Change, "The person is `deleted`; he may come back.");
    public static readonly EventType UserPurged = New(
        "directory.user.purged",
        "PurgedUserData",
        "The person is erased for good: erase him, too. The earlier events of the person are told as this one."
    );

    public static readonly EventType GroupCreated = New(
        "directory.group.created",
        "GroupData",
        "The group is new to your app, or is back."
    );
    public static readonly EventType GroupUpdated = New("directory.group.updated", "GroupChangeData", "The name or externalId changed.");
    public static readonly EventType GroupDeleted = New(
        "directory.group.deleted",
        "GroupData",
        "The group is gone, and with it its memberships, of which nothing else is told."
    );
    public static readonly EventType MembersChanged = New(
        "directory.group.members_changed",
        "GroupMembersData",
        "People came into the group or left it, up to 500 each; more are told by several events."
    );

    public static readonly EventType SnapshotStarted = New(
        "directory.snapshot.started",
        "SnapshotData",
        "From here on, everything of the connection is told again."
    );
    public static readonly EventType SnapshotFinished = New(
        "directory.snapshot.finished",
        "SnapshotData",
        "Everything of the connection was told again."
    );

    public static readonly EventType RunCompleted = New(
        "sync.run.completed",
        "RunData",
        "A run is over: the identity provider sends nothing any more. Told for every kind of run, also for Test Connection."
    );

    /// <summary>What happens to a connection is told as its change log has it.</summary>
    public static readonly IReadOnlyList<EventType> OfConnections =
    [
        .. ChangeType.OfConnections.Select(type => New(type.Name, "ConnectionData", type.Description)),
    ];

    public static readonly EventType GuardTriggered = New(
        "connection.guard_triggered",
        "GuardData",
        "So many people would leave at once that the guard holds them: for your app they stay active. Told again each day."
    );

    public static readonly EventType WebhookTest = New("webhook.test", "WebhookTestData", "Somebody tries the endpoint out.");
    public static readonly EventType WebhookDisabled = New(
        "webhook.disabled",
        "WebhookDisabledData",
        "An endpoint was disabled, because it failed for too long or answered 410."
    );

    const string Change = "UserChangeData";

    EventType(string name, string dataSchema, string description) => (Name, DataSchema, Description) = (name, dataSchema, description);

    public static IReadOnlyList<EventType> All => Listed;

    /// <summary>As it is stored and sent.</summary>
    public string Name { get; }

    /// <summary>The name of the schema of <c>data</c>.</summary>
    public string DataSchema { get; }

    /// <summary>One sentence for the documentation.</summary>
    public string Description { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    static EventType New(string name, string dataSchema, string description)
    {
        var type = new EventType(name, dataSchema, description);
        Listed.Add(type);
        return type;
    }
}

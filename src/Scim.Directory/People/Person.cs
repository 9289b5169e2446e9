using System.Text.Json.Nodes;

namespace Scim.Directory;

public enum PersonStatus
{
    Active,
    Inactive,
    Deleted,
}

/// <summary>Why a person is not active. An imported person may be inactive without a reason.</summary>
public enum StatusReason
{
    IdentityProvider,
    OutOfScope,
    DeletedByIdentityProvider,
    ConnectionDeleted,
}

/// <summary>A role of a person.</summary>
/// <param name="Via">The groups that it is from, in the order of their ids; none for a default or a value of SCIM's <c>roles</c>.</param>
public sealed record PersonRole(string Key, IReadOnlyList<Guid> Via);

/// <summary>A person as the app was told. Its JSON is never changed: a change makes another person.</summary>
public sealed record Person
{
    public required Guid Id { get; init; }

    /// <summary>The SCIM resource, also after its deletion; <c>null</c> for a person that was imported and never received.</summary>
    public Guid? ResourceId { get; init; }

    /// <summary>True while the SCIM resource is there.</summary>
    public bool IsLinked { get; init; }

    public string? ExternalId { get; init; }

    public string? Uid { get; init; }

    /// <summary>What is compared of <see cref="Uid"/>. It is not shown.</summary>
    public string? UidKey { get; init; }

    public string? AppUserId { get; init; }

    public PersonStatus Status { get; init; }

    public StatusReason? Reason { get; init; }

    /// <summary>By catalogue name: what the mapping reads.</summary>
    public JsonObject Values { get; init; } = [];

    /// <summary>
    /// By catalogue name: what the app set of attributes that are not managed. A <c>null</c> hides a value that the identity provider left.
    /// </summary>
    public JsonObject Own { get; init; } = [];

    /// <summary>The app's own data, of any names.</summary>
    public JsonObject Local { get; init; } = [];

    /// <summary>Names of the attributes that the app cannot change, in the order of the catalogue.</summary>
    public IReadOnlyList<string> Managed { get; init; } = [];

    /// <summary>The SCIM resource of the manager, whether the app knows him or not. It is not shown.</summary>
    public Guid? ManagerResourceId { get; init; }

    /// <summary>The person who is the manager.</summary>
    public Guid? ManagerId { get; init; }

    public IReadOnlyList<PersonRole> Roles { get; init; } = [];

    /// <summary>1 for a new person; each event has one more.</summary>
    public long Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The value of a catalogue attribute as it is shown: the app's own, unless the identity provider manages it.</summary>
    public JsonNode? Value(string name) =>
        Own.TryGetPropertyValue(name, out var own) && !Managed.Contains(name) ? own
        : name == Catalogue.ManagerId ? (ManagerId is { } manager ? JsonValue.Create(manager.ToString()) : null)
        : Values[name];

    /// <summary>True for the person of this live SCIM resource.</summary>
    public bool IsOf(Guid resourceId) => IsLinked && ResourceId == resourceId;
}

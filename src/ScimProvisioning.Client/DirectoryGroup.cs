namespace ScimProvisioning.Client;

/// <summary>A group as the app sees it.</summary>
public sealed record DirectoryGroup
{
    /// <summary>The group's id.</summary>
    public Guid Id { get; init; }

    /// <summary>The connection that it comes from.</summary>
    public Guid ConnectionId { get; init; }

    /// <summary>The organization of that connection.</summary>
    public Guid OrganizationId { get; init; }

    /// <summary>What the identity provider has sent as externalId.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What people call it.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many people of it the app sees.</summary>
    public long MemberCount { get; init; }

    /// <summary>For a group without members: what that may come from. Events do not have it.</summary>
    public string? Hint { get; init; }

    /// <summary>Counts the group's changes, of its members too.</summary>
    public long Version { get; init; }

    /// <summary>When the app was told of it first.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A member of a group: a person, or a group within it, which is shown as it was received and never expanded.</summary>
/// <param name="User">The person.</param>
/// <param name="Group">The group: id, name and externalId.</param>
public sealed record DirectoryMember(DirectoryUser? User, DirectoryGroup? Group);

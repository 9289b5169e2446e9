using System.Text.Json.Serialization;

namespace ScimCompliance.Simulate;

/// <summary>A person in Entra ID, with the attribute names that Entra's mappings use as sources.</summary>
sealed record TenantUser
{
    public required string ObjectId { get; init; }

    /// <summary>For a guest: <c>alias_theirdomain#EXT#@ourdomain</c>.</summary>
    public required string UserPrincipalName { get; init; }

    public required string DisplayName { get; init; }

    public string? GivenName { get; init; }

    public string? Surname { get; init; }

    /// <summary>Null for a person without a mailbox.</summary>
    public string? Mail { get; init; }

    public string? MailNickname { get; init; }

    public string? EmployeeId { get; init; }

    public string? Department { get; init; }

    public string? JobTitle { get; init; }

    public string? PhysicalDeliveryOfficeName { get; init; }

    public string? TelephoneNumber { get; init; }

    public string? Mobile { get; init; }

    public string? FacsimileTelephoneNumber { get; init; }

    public string? StreetAddress { get; init; }

    public string? PostalCode { get; init; }

    public string? City { get; init; }

    public string? State { get; init; }

    public string? Country { get; init; }

    public string? PreferredLanguage { get; init; }

    public bool AccountEnabled { get; init; } = true;

    /// <summary>objectId of the manager.</summary>
    public string? Manager { get; init; }

    /// <summary>Days from the beginning of the simulation to the soft delete; null when not soft-deleted.</summary>
    public double? SoftDeletedOnDay { get; init; }

    /// <summary>
    /// As the default mapping of <c>active</c> defines it: deleted but not yet purged, or sign-in is blocked (entra-docs,
    /// how-provisioning-works.md).
    /// </summary>
    [JsonIgnore]
    public bool IsSoftDeleted => SoftDeletedOnDay is not null || !AccountEnabled;

    [JsonIgnore]
    public bool IsGuest => UserPrincipalName.Contains(AttributeMapping.Guest, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A security group; members are objectIds of users or of other groups.</summary>
sealed record TenantGroup
{
    public required string ObjectId { get; init; }

    public required string DisplayName { get; init; }

    public SortedSet<string> Members { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>The users and groups of a tenant of Entra ID that are assigned to the application, by objectId.</summary>
sealed class Tenant
{
    /// <summary>
    /// Part of every userPrincipalName and every group's displayName, so that other resources on the server are not taken for ours.
    /// </summary>
    public required string Mark { get; init; }

    public SortedDictionary<string, TenantUser> Users { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, TenantGroup> Groups { get; } = new(StringComparer.Ordinal);

    public int Memberships => Groups.Values.Sum(group => group.Members.Count);

    public void Add(TenantUser user) => Users[user.ObjectId] = user;

    public void Add(TenantGroup group) => Groups[group.ObjectId] = group;

    /// <summary>Removes it from Entra for good, and so from every group.</summary>
    public void Purge(TenantUser user)
    {
        Users.Remove(user.ObjectId);
        Leave(user.ObjectId);
    }

    /// <inheritdoc cref="Purge(TenantUser)"/>
    public void Purge(TenantGroup group)
    {
        Groups.Remove(group.ObjectId);
        Leave(group.ObjectId);
    }

    void Leave(string objectId)
    {
        foreach (var group in Groups.Values)
            group.Members.Remove(objectId);
    }
}

namespace ScimProvisioning.Client;

/// <summary>Which people a list has. What is <c>null</c> excludes nobody.</summary>
public sealed record UserQuery
{
    /// <summary>The connection that they come from.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>The organization that the connection belongs to.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary><c>active</c>, <c>inactive</c> or <c>deleted</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The uid, as the mapping reads it.</summary>
    public string? Uid { get; init; }

    /// <summary>The address, in any letter case.</summary>
    public string? Email { get; init; }

    /// <summary>The userName, in any letter case.</summary>
    public string? UserName { get; init; }

    /// <summary>What the identity provider has sent as externalId.</summary>
    public string? ExternalId { get; init; }

    /// <summary>The app's own id.</summary>
    public string? AppUserId { get; init; }

    /// <summary>The key of a role.</summary>
    public string? Role { get; init; }

    /// <summary>A group that they are in.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>What userName, email, displayName or uid begins with, in any letter case.</summary>
    public string? Q { get; init; }

    internal IEnumerable<KeyValuePair<string, string?>> Parameters =>
        [
            new("connectionId", ConnectionId?.ToString()),
            new("organizationId", OrganizationId?.ToString()),
            new("status", Status),
            new("uid", Uid),
            new("email", Email),
            new("userName", UserName),
            new("externalId", ExternalId),
            new("appUserId", AppUserId),
            new("role", Role),
            new("groupId", GroupId?.ToString()),
            new("q", Q),
        ];
}

/// <summary>Which groups a list has. What is <c>null</c> excludes none.</summary>
public sealed record GroupQuery
{
    /// <summary>The connection that they come from.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>The organization that the connection belongs to.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>The name, in any letter case.</summary>
    public string? Name { get; init; }

    /// <summary>What the identity provider has sent as externalId.</summary>
    public string? ExternalId { get; init; }

    internal IEnumerable<KeyValuePair<string, string?>> Parameters =>
        [
            new("connectionId", ConnectionId?.ToString()),
            new("organizationId", OrganizationId?.ToString()),
            new("name", Name),
            new("externalId", ExternalId),
        ];
}

/// <summary>Which part of the feed is read. What is <c>null</c> excludes nothing.</summary>
public sealed record EventQuery
{
    /// <summary>The position after which it begins; <c>null</c>: the oldest event that is kept.</summary>
    public string? After { get; init; }

    /// <summary>Most events of the page.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Types of events.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>The connection.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>The organization.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>How many seconds, up to 20, the server waits for an event when there is none.</summary>
    public int Wait { get; init; }

    internal IEnumerable<KeyValuePair<string, string?>> Parameters =>
        [
            new("after", After),
            new("limit", Limit.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("types", Types is null ? null : string.Join(',', Types)),
            new("connectionId", ConnectionId?.ToString()),
            new("organizationId", OrganizationId?.ToString()),
            new("wait", Wait.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ];
}

/// <summary>A page of a list.</summary>
/// <param name="Data">The entries.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; <c>null</c> on the last one.</param>
/// <param name="EventsPosition">
/// On the first page of people: the position of the last event before it was read. Whoever reads all pages and then follows the events from
/// here misses nothing.
/// </param>
public sealed record DirectoryPage<T>(IReadOnlyList<T> Data, string? Next, string? EventsPosition = null);

/// <summary>Who signs in. <b>Let in nobody when there is a reason.</b></summary>
/// <param name="User">The person; beside a reason he is shown, but may not come in.</param>
/// <param name="Reason">
/// <c>unknown</c>, <c>inactive</c>, <c>deleted</c>, <c>out_of_scope</c>, <c>held</c>, <c>ambiguous</c> or <c>connection_closed</c>.
/// </param>
/// <param name="Candidates">People with the e-mail address that was asked for: only a suggestion, for a person to decide.</param>
public sealed record Resolved(DirectoryUser? User, string? Reason, IReadOnlyList<DirectoryUser>? Candidates)
{
    /// <summary>The person who may come in, or nobody.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public DirectoryUser? MayComeIn => Reason is null ? User : null;
}

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>One identity provider pushing one directory into us: the tenant that every row of the directory carries.</summary>
sealed class Connection
{
    public required Guid Id { get; init; }
    public required Guid OrganizationId { get; init; }

    /// <summary>What stands in the Tenant URL.</summary>
    public required string Key { get; init; }
    public required string Name { get; set; }
    public required string Provider { get; set; }
    public required string State { get; set; }

    /// <summary>What it goes back to from <c>paused</c>: <c>pending</c> or <c>active</c>.</summary>
    public string StateBefore { get; set; } = ConnectionState.Pending;
    public string? StateReason { get; set; }
    public DateTimeOffset? StateChangedAt { get; set; }

    /// <summary>Counts its changes, as the change log does.</summary>
    public long Version { get; set; } = 1;
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The Entra tenant whose own tokens open the connection, if its settings say so.</summary>
    public Guid? EntraTenantId { get; set; }

    /// <summary>When <see cref="EntraTenantId"/> was set; <c>null</c>: as long as the connection exists.</summary>
    public DateTimeOffset? EntraTenantSince { get; set; }

    /// <summary>The enterprise application in Entra, for links.</summary>
    public Guid? EntraAppObjectId { get; set; }

    /// <summary>CIDR blocks from which SCIM is accepted; none: from anywhere.</summary>
    public string[] AllowedAddresses { get; set; } = [];
    public ConnectionSettings Settings { get; set; } = ConnectionSettings.Default;

    /// <summary>
    /// The registered schemas and resource types; <c>null</c> when there are none, or when the query has not asked for them.
    /// </summary>
    public ConnectionDocuments? Documents { get; set; }

    /// <summary>Goes into a state, and keeps in mind which one it may go back to.</summary>
    public void Enter(string state, string? reason, DateTimeOffset at)
    {
        if (State is ConnectionState.Pending or ConnectionState.Active)
            StateBefore = State;
        (State, StateReason, StateChangedAt) = (state, reason, at);
    }
}

/// <summary>The life of a connection, stored as text.</summary>
static class ConnectionState
{
    /// <summary>SCIM is accepted and stored, nothing is released to the application.</summary>
    public const string Pending = "pending";
    public const string Active = "active";

    /// <summary>SCIM is answered 503, so that clients come again.</summary>
    public const string Paused = "paused";

    /// <summary>No login is accepted; tokens stay as they are.</summary>
    public const string Disabled = "disabled";

    /// <summary>Tokens are revoked; the directory stays.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>A tombstone: not in the admin API any more.</summary>
    public const string Deleted = "deleted";

    /// <summary>Those in which its credentials are looked at; a paused one knows its callers.</summary>
    public static readonly string[] Live = [Pending, Active, Paused];

    public static bool AcceptsLogins(string state) => Live.Contains(state);
}

/// <summary>Queries on connections.</summary>
static class ConnectionQueries
{
    /// <summary>All but the deleted ones, which are tombstones.</summary>
    public static IQueryable<Connection> Existing(this IQueryable<Connection> connections) =>
        connections.Where(c => c.State != ConnectionState.Deleted);
}

/// <summary>What becomes of the users and groups of a deleted connection, as its entry in the change log says.</summary>
static class UsersOfDeleted
{
    public const string Keep = "keep";
    public const string Deactivate = "deactivate";
    public const string Remove = "remove";
}

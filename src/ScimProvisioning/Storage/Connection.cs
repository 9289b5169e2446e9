namespace ScimProvisioning.Storage;

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
    public required DateTimeOffset CreatedAt { get; init; }
    public ConnectionSettings Settings { get; set; } = ConnectionSettings.Default;

    /// <summary>JSON array of the registered schemas (RFC 7643 §7), beside the built-in ones.</summary>
    public string Schemas { get; set; } = "[]";

    /// <summary>JSON array of the registered resource types (RFC 7643 §6); those named User and Group add to the built-in ones.</summary>
    public string ResourceTypes { get; set; } = "[]";
}

/// <summary>The life of a connection, stored as text.</summary>
static class ConnectionState
{
    public const string Pending = "pending";
    public const string Active = "active";
    public const string Paused = "paused";
    public const string Disconnected = "disconnected";
    public const string Deleted = "deleted";

    /// <summary>Whether SCIM requests are served: from the first one, that of a pending connection, until it is paused.</summary>
    public static bool AcceptsScim(string state) => state is Pending or Active;
}

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>
/// The schemas and resource types that a connection has registered beside the built-in ones. A connection that never registered any has no
/// such row. They may be large, and most readers of a connection do not need them.
/// </summary>
sealed class ConnectionDocuments : IBelongsToConnection
{
    public required Guid ConnectionId { get; init; }
    public Connection? Connection { get; init; }

    /// <summary>JSON array of schemas (RFC 7643 §7).</summary>
    public string Schemas { get; set; } = "[]";

    /// <summary>JSON array of resource types (RFC 7643 §6). Those named User and Group add extensions to the built-in ones.</summary>
    public string ResourceTypes { get; set; } = "[]";
}

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>A row that belongs to a connection. A session sees it if it sees the connection.</summary>
interface IBelongsToConnection
{
    Guid ConnectionId { get; }
    Connection? Connection { get; }
}

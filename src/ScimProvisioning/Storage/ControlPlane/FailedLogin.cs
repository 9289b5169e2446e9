namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>A login that a connection refused, and why: what the caller is not told.</summary>
sealed class FailedLogin : IBelongsToConnection
{
    public required Guid ConnectionId { get; init; }
    public Connection? Connection { get; init; }
    public required Guid Id { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }
    public required string Reason { get; init; }

    /// <summary>The token, when it is one of this connection.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>The OAuth client, when it is one of this connection.</summary>
    public Guid? OAuthClientId { get; init; }
    public string? Address { get; init; }
    public string? UserAgent { get; init; }
    public required string RequestId { get; init; }
}

namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>The answer to a POST that was sent with an <c>Idempotency-Key</c>.</summary>
sealed class IdempotencyKey
{
    public required Guid AdminKeyId { get; init; }
    public required byte[] KeyHash { get; init; }

    /// <summary>That of the admin key.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>When the answer may hold what is known of people: the connection that they are of.</summary>
    public Guid? ConnectionId { get; init; }
    public required byte[] RequestHash { get; init; }

    /// <summary>Encrypted: it may hold a secret that is shown once.</summary>
    public required byte[] Answer { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

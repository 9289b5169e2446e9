namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>
/// One change by an admin: who, when, what. <see cref="Before"/> and <see cref="After"/> are JSON objects without secrets.
/// </summary>
sealed class AuditEntry
{
    public required Guid Id { get; init; }
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Such as <c>admin-key:{id}</c>, <c>cli:{user}</c> or <c>server</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Such as <c>connection.paused</c>.</summary>
    public required string Action { get; init; }
    public Guid? OrganizationId { get; init; }
    public Guid? ConnectionId { get; init; }
    public required string TargetType { get; init; }
    public required Guid TargetId { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }
    public required string RequestId { get; init; }
    public string? Address { get; init; }
}

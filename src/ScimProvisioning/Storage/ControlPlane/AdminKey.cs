namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>A key to the admin API, as its SHA-256.</summary>
sealed class AdminKey
{
    public const string Full = "full";
    public const string Read = "read";
    public const string App = "app";

    public required Guid Id { get; init; }
    public required byte[] Hash { get; init; }
    public string? Label { get; init; }

    /// <summary>The first and last characters, for people to tell keys apart.</summary>
    public required string Hint { get; init; }

    /// <summary>
    /// <c>full</c>; <c>read</c> for a key that changes nothing; <c>app</c> for an application, which reads the directory and writes its own
    /// data there.
    /// </summary>
    public string Scope { get; init; } = Full;

    /// <summary>The only organization it is good for; <c>null</c>: all.</summary>
    public Guid? OrganizationId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}

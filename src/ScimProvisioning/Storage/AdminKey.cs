namespace ScimProvisioning.Storage;

/// <summary>A key to the admin API, as its SHA-256.</summary>
sealed class AdminKey
{
    public required Guid Id { get; init; }
    public required byte[] Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

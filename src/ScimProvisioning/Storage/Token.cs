namespace ScimProvisioning.Storage;

/// <summary>A secret token that was given out. Only the hash of its <c>jti</c> is here: nobody can make the token from it.</summary>
sealed class Token
{
    public required Guid Id { get; init; }
    public required Guid ConnectionId { get; init; }
    public Connection? Connection { get; init; }
    public string? Label { get; init; }

    /// <summary>SHA-256 of the <c>jti</c> claim.</summary>
    public required byte[] JtiHash { get; init; }

    /// <summary>The last characters, for people to tell tokens apart.</summary>
    public required string Hint { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Within a minute of the truth.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

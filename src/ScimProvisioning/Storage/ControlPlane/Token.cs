namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>
/// A secret token that was given out, or an access token of an OAuth client. Only the hash of its <c>jti</c> is here: nobody can make the
/// token from it.
/// </summary>
sealed class Token : IOfConnection
{
    public const string Read = "read";
    public const string Write = "write";

    /// <summary>What a credential has unless it was made for less.</summary>
    public static readonly IReadOnlyList<string> AllScopes = [Read, Write];

    public required Guid Id { get; init; }
    public required Guid ConnectionId { get; init; }
    public Connection? Connection { get; init; }

    /// <summary>Set: an access token of that client, which lives for an hour.</summary>
    public Guid? OAuthClientId { get; init; }
    public string? Label { get; init; }

    /// <summary>SHA-256 of the <c>jti</c> claim.</summary>
    public required byte[] JtiHash { get; init; }

    /// <summary>The last characters, for people to tell tokens apart.</summary>
    public required string Hint { get; init; }

    /// <summary><c>read</c>, <c>write</c> or both.</summary>
    public string[] Scopes { get; init; } = [.. AllScopes];
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The actor who made it, such as <c>admin-key:{id}</c>.</summary>
    public required string CreatedBy { get; init; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Within a minute of the truth.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
    public string? LastUsedAddress { get; init; }
    public string? LastUsedAgent { get; init; }

    /// <summary>Days before the expiry of which the last warning told.</summary>
    public int? WarnedDays { get; set; }
}

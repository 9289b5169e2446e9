namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>
/// A secret token that was given out, or an access token of an OAuth client. Only the hash of its <c>jti</c> is here, from which the
/// token cannot be made.
/// </summary>
sealed class Token : IBelongsToConnection
{
    public const string ReadScope = "read";
    public const string WriteScope = "write";

    /// <summary>The scopes of a new credential, unless the admin asks for fewer.</summary>
    public static readonly IReadOnlyList<string> AllScopes = [ReadScope, WriteScope];

    public required Guid Id { get; init; }
    public required Guid ConnectionId { get; init; }
    public Connection? Connection { get; init; }

    /// <summary>The OAuth client that this access token (one hour) was issued to; <c>null</c> for a secret token.</summary>
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

    /// <summary>When another one was made in its place; it stays good until it expires.</summary>
    public DateTimeOffset? ReplacedAt { get; set; }

    /// <summary>Updated at most once a minute, so it may be a minute old.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
    public string? LastUsedAddress { get; init; }
    public string? LastUsedAgent { get; init; }

    /// <summary>The server has made it to test itself. Only a login sees it: no list has it, nobody is warned of its end.</summary>
    public bool IsSelfTest { get; init; }

    /// <summary>Threshold of the last warning, in days before the expiry (0: expired); <c>null</c>: none yet.</summary>
    public int? WarnedDays { get; set; }
}

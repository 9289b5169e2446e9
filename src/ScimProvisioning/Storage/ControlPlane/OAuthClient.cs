namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>
/// An OAuth 2.0 client of a connection: it fetches access tokens with a secret, or with a token of another issuer (RFC 7523).
/// </summary>
sealed class OAuthClient : IBelongsToConnection
{
    public required Guid Id { get; init; }
    public required Guid ConnectionId { get; init; }
    public Connection? Connection { get; init; }
    public required string ClientId { get; init; }
    public string? Label { get; init; }
    public string[] Scopes { get; init; } = [.. Token.AllScopes];

    /// <summary>Set with subject and audience: the claims of its assertions, which take the place of secrets.</summary>
    public string? AssertionIssuer { get; init; }
    public string? AssertionSubject { get; init; }
    public string? AssertionAudience { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset? RevokedAt { get; set; }
    public List<OAuthClientSecret> Secrets { get; init; } = [];
}

/// <summary>A secret of an OAuth client, as its SHA-256.</summary>
sealed class OAuthClientSecret : IBelongsToConnection
{
    public required Guid Id { get; init; }
    public required Guid ConnectionId { get; init; }
    public Connection? Connection { get; init; }
    public required Guid OAuthClientId { get; init; }
    public required byte[] Hash { get; init; }
    public required string Hint { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Threshold of the last warning, in days before the expiry (0: expired); <c>null</c>: none yet.</summary>
    public int? WarnedDays { get; set; }
}

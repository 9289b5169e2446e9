namespace ScimProvisioning.Auth.Connections;

/// <summary>What the database says about a token.</summary>
sealed record KnownToken(
    Guid Id,
    Guid? OAuthClientId,
    KnownConnection Connection,
    IReadOnlyList<string> Scopes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt
)
{
    int _taken;

    /// <summary>Written to the events of its changes.</summary>
    public string Actor { get; } = OAuthClientId is { } client ? $"oauth-client:{client}" : $"token:{Id}";

    /// <summary>True once: many requests share what one look-up has found, and one of them is enough to note its use.</summary>
    public bool TakeUse() => Interlocked.Exchange(ref _taken, 1) == 0;
}

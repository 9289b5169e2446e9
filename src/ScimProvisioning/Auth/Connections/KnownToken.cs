using ScimProvisioning.Storage.Changes;

namespace ScimProvisioning.Auth.Connections;

/// <summary>A token as it was last read.</summary>
sealed record KnownToken(
    Guid Id,
    Guid? OAuthClientId,
    KnownConnection Connection,
    IReadOnlyList<string> Scopes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    bool IsSelfTest
)
{
    int _used;

    /// <summary>Written to the change log.</summary>
    public string Actor { get; } =
        OAuthClientId is { } client ? $"oauth-client:{client}"
        : IsSelfTest ? $"{ChangeLog.SelfTestActor}{Id}"
        : $"token:{Id}";

    /// <summary>True at the first call only: many requests share this object, and one of them is enough to note the token's use.</summary>
    public bool TryMarkUsed() => Interlocked.Exchange(ref _used, 1) == 0;
}

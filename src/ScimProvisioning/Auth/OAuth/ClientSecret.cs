using System.Security.Cryptography;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>A new secret of an OAuth client, and how the stored ones are found and judged.</summary>
/// <param name="Value">The secret: shown once and never stored.</param>
/// <param name="Row">The row to store: it holds only the hash.</param>
sealed record ClientSecret(string Value, OAuthClientSecret Row)
{
    /// <summary>How many secrets of a client can be active at a time: the one in use, and the one that replaces it.</summary>
    public const int MaximumActive = 2;

    const string Prefix = "cs_";

    public static ClientSecret Create(OAuthClient client, int? expiresInDays, string createdBy, DateTimeOffset now)
    {
        var value = RandomSecret.Create(Prefix);
        return new(
            value,
            new()
            {
                Id = Guid.CreateVersion7(now),
                ConnectionId = client.ConnectionId,
                OAuthClientId = client.Id,
                Hash = RandomSecret.HashOf(value),
                Hint = $"{value[..5]}…{value[^4..]}",
                CreatedAt = now,
                CreatedBy = createdBy,
                ExpiresAt = expiresInDays is { } days ? now.AddDays(days) : null,
            }
        );
    }

    /// <summary>The client's secret with this value, active or not; <c>null</c> when there is none.</summary>
    public static OAuthClientSecret? Find(OAuthClient client, string value)
    {
        var hash = RandomSecret.HashOf(value);
        OAuthClientSecret? found = null;
        // The loop does not end early, so that the time it takes does not tell which secret matched.
        foreach (var secret in client.Secrets)
            if (CryptographicOperations.FixedTimeEquals(secret.Hash, hash))
                found = secret;
        return found;
    }

    public static bool IsActive(OAuthClientSecret secret, DateTimeOffset now) =>
        secret.RevokedAt is null && (secret.ExpiresAt is null || secret.ExpiresAt > now);
}

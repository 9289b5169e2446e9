using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>A new secret token. This answer is the only one that carries <paramref name="Token"/>.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Token">The secret itself.</param>
/// <param name="Hint">Its last characters.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider, beside the token.</param>
/// <param name="Scopes">What it is good for: read, write or both.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working; null is never.</param>
sealed record CreatedTokenResponse(
    Guid Id,
    string? Label,
    string Token,
    string Hint,
    string TenantUrl,
    IReadOnlyList<string> Scopes,
    DateTime CreatedAt,
    DateTime? ExpiresAt
);

/// <summary>A secret token without its secret.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Hint">Its last characters.</param>
/// <param name="Status">active, expired or revoked.</param>
/// <param name="Scopes">What it is good for: read, write or both.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it, such as admin-key:{id}.</param>
/// <param name="ExpiresAt">When it stops working; null is never.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="LastUsedAt">When it was last used, within a minute.</param>
/// <param name="LastUsedAddress">From which address.</param>
/// <param name="LastUsedAgent">By which user agent, at most 200 characters of it.</param>
sealed record TokenResponse(
    Guid Id,
    string? Label,
    string Hint,
    string Status,
    IReadOnlyList<string> Scopes,
    DateTime CreatedAt,
    string CreatedBy,
    DateTime? ExpiresAt,
    DateTime? RevokedAt,
    DateTime? LastUsedAt,
    string? LastUsedAddress,
    string? LastUsedAgent
)
{
    public const string Active = "active";

    public static TokenResponse Of(Token row, DateTimeOffset now) =>
        new(
            row.Id,
            row.Label,
            row.Hint,
            row.RevokedAt is not null ? "revoked"
                : row.ExpiresAt <= now ? "expired"
                : Active,
            row.Scopes,
            row.CreatedAt.UtcDateTime,
            row.CreatedBy,
            row.ExpiresAt?.UtcDateTime,
            row.RevokedAt?.UtcDateTime,
            row.LastUsedAt?.UtcDateTime,
            row.LastUsedAddress,
            row.LastUsedAgent
        );
}

using ScimProvisioning.Auth;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>A new OAuth client. This answer is the only one that carries <paramref name="ClientSecret"/>.</summary>
/// <param name="Id">The id, for this API.</param>
/// <param name="ClientId">What the client calls itself.</param>
/// <param name="ClientSecret">The secret itself; null for a client that proves itself by tokens of another issuer.</param>
/// <param name="SecretId">The id of the secret, to revoke it by.</param>
/// <param name="TokenUrl">Where the client gets access tokens.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Scopes">What its access tokens are good for.</param>
/// <param name="Federation">The tokens that take the place of a secret.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When the secret stops working; null is never.</param>
sealed record CreatedOAuthClientResponse(
    Guid Id,
    string ClientId,
    string? ClientSecret,
    Guid? SecretId,
    string TokenUrl,
    string TenantUrl,
    string? Label,
    IReadOnlyList<string> Scopes,
    FederationResponse? Federation,
    DateTime CreatedAt,
    DateTime? ExpiresAt
);

/// <summary>An OAuth client without its secrets.</summary>
/// <param name="Id">The id, for this API.</param>
/// <param name="ClientId">What the client calls itself.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Status">active or revoked.</param>
/// <param name="Scopes">What its access tokens are good for.</param>
/// <param name="Federation">The tokens that take the place of a secret.</param>
/// <param name="Secrets">Its secrets, oldest first; two of them at most are active.</param>
/// <param name="TokenUrl">Where the client gets access tokens.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="RevokedAt">When it was revoked.</param>
sealed record OAuthClientResponse(
    Guid Id,
    string ClientId,
    string? Label,
    string Status,
    IReadOnlyList<string> Scopes,
    FederationResponse? Federation,
    IReadOnlyList<ClientSecretResponse> Secrets,
    string TokenUrl,
    string TenantUrl,
    DateTime CreatedAt,
    string CreatedBy,
    DateTime? RevokedAt
)
{
    public static OAuthClientResponse Of(OAuthClient row, string connectionKey, PublicUrl url, DateTimeOffset now) =>
        new(
            row.Id,
            row.ClientId,
            row.Label,
            row.RevokedAt is null ? "active" : "revoked",
            row.Scopes,
            FederationResponse.Of(row),
            [
                .. row
                    .Secrets.OrderBy(secret => secret.Id)
                    .Select(secret => ClientSecretResponse.Of(secret, secret.RevokedAt ?? row.RevokedAt, now)),
            ],
            url.OfTokens,
            url.Of(connectionKey),
            row.CreatedAt.UtcDateTime,
            row.CreatedBy,
            row.RevokedAt?.UtcDateTime
        );
}

/// <summary>The claims that an assertion must have.</summary>
/// <param name="Issuer">Its iss.</param>
/// <param name="Subject">Its sub.</param>
/// <param name="Audience">Its aud.</param>
sealed record FederationResponse(string Issuer, string Subject, string Audience)
{
    public static FederationResponse? Of(OAuthClient row) =>
        row.AssertionIssuer is null ? null : new(row.AssertionIssuer, row.AssertionSubject!, row.AssertionAudience!);
}

/// <summary>A new secret. This answer is the only one that carries <paramref name="ClientSecret"/>.</summary>
/// <param name="SecretId">The id, to revoke it by.</param>
/// <param name="ClientId">The client that it is for.</param>
/// <param name="ClientSecret">The secret itself.</param>
/// <param name="Hint">Its first and last characters.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working; null is never.</param>
sealed record CreatedClientSecretResponse(
    Guid SecretId,
    string ClientId,
    string ClientSecret,
    string Hint,
    DateTime CreatedAt,
    DateTime? ExpiresAt
);

/// <summary>A secret of a client, without itself.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Hint">Its first and last characters.</param>
/// <param name="Status">active, expired or revoked.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="ExpiresAt">When it stops working; null is never.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="LastUsedAt">When an access token was last fetched with it.</param>
sealed record ClientSecretResponse(
    Guid Id,
    string Hint,
    string Status,
    DateTime CreatedAt,
    string CreatedBy,
    DateTime? ExpiresAt,
    DateTime? RevokedAt,
    DateTime? LastUsedAt
)
{
    /// <param name="revokedAt">When it or its client was: no secret outlives its client.</param>
    public static ClientSecretResponse Of(OAuthClientSecret row, DateTimeOffset? revokedAt, DateTimeOffset now) =>
        new(
            row.Id,
            row.Hint,
            revokedAt is not null ? "revoked"
                : ClientSecret.IsLive(row, now) ? "active"
                : "expired",
            row.CreatedAt.UtcDateTime,
            row.CreatedBy,
            row.ExpiresAt?.UtcDateTime,
            revokedAt?.UtcDateTime,
            row.LastUsedAt?.UtcDateTime
        );
}

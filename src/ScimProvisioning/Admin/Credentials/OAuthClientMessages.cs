using System.Text.Json.Serialization;
using FluentValidation;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Entra;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>A secret of an OAuth client to be made.</summary>
record CreateClientSecretRequest
{
    public const int MaximumDays = 1095;

    bool _namesDays;

    /// <summary>1 to 1095; 365 when absent. An explicit null makes a secret that never expires.</summary>
    // The JSON reader calls the setter only for a member that is there, so an absent one keeps the default and null replaces it.
    public int? ExpiresInDays
    {
        get;
        init => (field, _namesDays) = (value, true);
    } = 365;

    /// <summary>Whether the caller has given expiresInDays.</summary>
    [JsonIgnore]
    public bool NamesExpiry => _namesDays;
}

/// <summary>An OAuth client to be made: with a secret, or with a federation instead.</summary>
sealed record CreateOAuthClientRequest : CreateClientSecretRequest
{
    /// <summary>What people call it, up to 200 characters.</summary>
    public string? Label { get; init; }

    /// <summary>What its access tokens may do: read, write or both, which is the default.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Tokens of another issuer that take the place of a secret.</summary>
    public FederationRequest? Federation { get; init; }
}

/// <summary>
/// The tokens of another issuer by which a client proves itself (RFC 7523): the exact values that their claims must have.
/// </summary>
/// <param name="Subject">The claim sub.</param>
/// <param name="Audience">The claim aud. Entra writes the bare application id, also where its pages show api://….</param>
/// <param name="Issuer">The claim iss, an https URL; when absent, that of the connection's Entra tenant.</param>
sealed record FederationRequest(string? Subject, string? Audience, string? Issuer);

/// <inheritdoc/>
sealed class CreateClientSecretValidator : AbstractValidator<CreateClientSecretRequest>
{
    public CreateClientSecretValidator() =>
        RuleFor(request => request.ExpiresInDays)
            .InclusiveBetween(1, CreateClientSecretRequest.MaximumDays)
            .WithMessage($"Must be between 1 and {CreateClientSecretRequest.MaximumDays} days, or null for a secret that never expires.");
}

/// <inheritdoc/>
sealed class CreateOAuthClientValidator : AbstractValidator<CreateOAuthClientRequest>
{
    public CreateOAuthClientValidator(EntraOptions entra)
    {
        Include(new CreateClientSecretValidator());
        RuleFor(request => request.Label).IsShortText();
        RuleFor(request => request.Scopes).AreScopes();
        RuleFor(request => request.ExpiresInDays)
            .Must((request, _) => request.Federation is null || !request.NamesExpiry)
            .WithMessage("A client with a federation has no secret that could expire: leave this out.");
        RuleFor(request => request.Federation).SetValidator(new FederationValidator(entra)!);
    }
}

/// <inheritdoc/>
sealed class FederationValidator : AbstractValidator<FederationRequest>
{
    public FederationValidator(EntraOptions entra)
    {
        RuleFor(federation => federation.Subject).NotEmpty().WithMessage("Must not be empty.").IsShortText();
        RuleFor(federation => federation.Audience).NotEmpty().WithMessage("Must not be empty.").IsShortText();
        RuleFor(federation => federation.Issuer)
            .IsShortText()
            .Must(issuer => issuer is null || entra.MayFederate(issuer))
            .WithMessage("Must be an https URL without a query.");
    }
}

/// <summary>A new OAuth client. This answer is the only one that carries <paramref name="ClientSecret"/>.</summary>
/// <param name="Id">The id, for this API.</param>
/// <param name="ClientId">The client_id, by which the client names itself when it asks for an access token.</param>
/// <param name="ClientSecret">The secret itself; null for a client that authenticates with assertions of another issuer.</param>
/// <param name="SecretId">The id of the secret, to revoke it by.</param>
/// <param name="TokenUrl">Where the client gets access tokens.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Scopes">What its access tokens may do.</param>
/// <param name="Federation">The tokens that take the place of a secret.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When the secret expires; null: never.</param>
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
)
{
    public static CreatedOAuthClientResponse Of(OAuthClient row, ClientSecret? secret, string connectionKey, PublicUrl url) =>
        new(
            row.Id,
            row.ClientId,
            secret?.Value,
            secret?.Row.Id,
            url.OfTokens,
            url.Of(connectionKey),
            row.Label,
            row.Scopes,
            FederationResponse.Of(row),
            row.CreatedAt.UtcDateTime,
            secret?.Row.ExpiresAt?.UtcDateTime
        );
}

/// <summary>An OAuth client without its secrets.</summary>
/// <param name="Id">The id, for this API.</param>
/// <param name="ClientId">The client_id, by which the client names itself when it asks for an access token.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Status">active or revoked.</param>
/// <param name="Scopes">What its access tokens may do.</param>
/// <param name="Federation">The tokens that take the place of a secret.</param>
/// <param name="Secrets">Its secrets, oldest first; two of them at most are active.</param>
/// <param name="TokenUrl">Where the client gets access tokens.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The actor that made it, such as admin-key:{id}.</param>
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

/// <summary>The exact values that the claims of an assertion must have.</summary>
/// <param name="Issuer">The claim iss.</param>
/// <param name="Subject">The claim sub.</param>
/// <param name="Audience">The claim aud.</param>
sealed record FederationResponse(string Issuer, string Subject, string Audience)
{
    public static FederationResponse? Of(OAuthClient row) =>
        row.AssertionIssuer is null ? null : new(row.AssertionIssuer, row.AssertionSubject!, row.AssertionAudience!);
}

/// <summary>A new secret. This answer is the only one that carries <paramref name="ClientSecret"/>.</summary>
/// <param name="SecretId">The id, to revoke it by.</param>
/// <param name="ClientId">The client that it is for.</param>
/// <param name="ClientSecret">The secret itself.</param>
/// <param name="Hint">The first and last characters of the secret.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it expires; null: never.</param>
sealed record CreatedClientSecretResponse(
    Guid SecretId,
    string ClientId,
    string ClientSecret,
    string Hint,
    DateTime CreatedAt,
    DateTime? ExpiresAt
)
{
    public static CreatedClientSecretResponse Of(OAuthClient client, ClientSecret secret) =>
        new(
            secret.Row.Id,
            client.ClientId,
            secret.Value,
            secret.Row.Hint,
            secret.Row.CreatedAt.UtcDateTime,
            secret.Row.ExpiresAt?.UtcDateTime
        );
}

/// <summary>A secret of a client, without its value.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Hint">The first and last characters of the secret.</param>
/// <param name="Status">active, expired or revoked.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The actor that made it, such as admin-key:{id}.</param>
/// <param name="ExpiresAt">When it expires; null: never.</param>
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
    /// <param name="revokedAt">When the secret or its client was revoked: a secret is not valid longer than its client.</param>
    public static ClientSecretResponse Of(OAuthClientSecret row, DateTimeOffset? revokedAt, DateTimeOffset now) =>
        new(
            row.Id,
            row.Hint,
            revokedAt is not null ? "revoked"
                : ClientSecret.IsActive(row, now) ? "active"
                : "expired",
            row.CreatedAt.UtcDateTime,
            row.CreatedBy,
            row.ExpiresAt?.UtcDateTime,
            revokedAt?.UtcDateTime,
            row.LastUsedAt?.UtcDateTime
        );
}

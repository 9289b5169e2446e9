using System.Text.Json.Serialization;
using FluentValidation;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>A secret token to be made.</summary>
record CreateTokenRequest
{
    public const int MaximumDays = 3650;

    bool _namesDays;

    /// <summary>What people call it, up to 200 characters.</summary>
    public string? Label { get; init; }

    /// <summary>1 to 3650; 365 when neither this nor expiresAt is there. An explicit null makes a token that never expires.</summary>
    // The JSON reader calls the setter only for a member that is there, so an absent one keeps the default and null replaces it.
    public int? ExpiresInDays
    {
        get;
        init => (field, _namesDays) = (value, true);
    } = 365;

    /// <summary>The moment at which it expires (RFC 3339), instead of expiresInDays: in the future, at most 3650 days away.</summary>
    [JsonConverter(typeof(MomentConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What it may do: read, write or both, which is the default.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whether the caller has given expiresInDays or expiresAt, but not both.</summary>
    [JsonIgnore]
    public bool NamesOneExpiry => ExpiresAt is null || !_namesDays;

    public DateTimeOffset? ExpiryFrom(DateTimeOffset now) =>
        ExpiresAt is { } moment ? StoredTime.Cut(moment)
        : ExpiresInDays is { } days ? now.AddDays(days)
        : null;
}

/// <summary>A secret token to be made in place of another. It takes over label and scopes unless they are given here.</summary>
sealed record RotateTokenRequest : CreateTokenRequest
{
    public const int MaximumOverlap = 720;

    /// <summary>
    /// How many hours the old token stays valid beside the new one, unless it expires before: 0 to 720, 24 when absent; 0 revokes it.
    /// </summary>
    public int OverlapHours { get; init; } = 24;
}

/// <inheritdoc/>
sealed class CreateTokenValidator : AbstractValidator<CreateTokenRequest>
{
    public CreateTokenValidator(TimeProvider clock)
    {
        RuleFor(request => request.Label).IsShortText();
        RuleFor(request => request.ExpiresInDays)
            .InclusiveBetween(1, CreateTokenRequest.MaximumDays)
            .WithMessage($"Must be between 1 and {CreateTokenRequest.MaximumDays} days, or null for a token that never expires.");
        RuleFor(request => request.ExpiresAt)
            .Must((request, _) => request.NamesOneExpiry)
            .WithMessage("Send either expiresInDays or expiresAt, not both.");
        RuleFor(request => request.ExpiresAt)
            .Must(moment =>
                moment is null || (moment > clock.GetUtcNow() && moment <= clock.GetUtcNow().AddDays(CreateTokenRequest.MaximumDays))
            )
            .WithMessage($"Must be in the future, and at most {CreateTokenRequest.MaximumDays} days away.");
        RuleFor(request => request.Scopes).AreScopes();
    }
}

/// <inheritdoc/>
sealed class RotateTokenValidator : AbstractValidator<RotateTokenRequest>
{
    public RotateTokenValidator(TimeProvider clock)
    {
        Include(new CreateTokenValidator(clock));
        RuleFor(request => request.OverlapHours)
            .InclusiveBetween(0, RotateTokenRequest.MaximumOverlap)
            .WithMessage($"Must be between 0 and {RotateTokenRequest.MaximumOverlap} hours.");
    }
}

/// <summary>A new secret token. This answer is the only one that carries <paramref name="Token"/>.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Token">The secret itself.</param>
/// <param name="Hint">The last characters of the secret.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider, beside the token.</param>
/// <param name="Scopes">What it may do: read, write or both.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it expires; null: never.</param>
sealed record CreatedTokenResponse(
    Guid Id,
    string? Label,
    string Token,
    string Hint,
    string TenantUrl,
    IReadOnlyList<string> Scopes,
    DateTime CreatedAt,
    DateTime? ExpiresAt
)
{
    public static CreatedTokenResponse Of(Token row, string secret, string tenantUrl) =>
        new(row.Id, row.Label, secret, row.Hint, tenantUrl, row.Scopes, row.CreatedAt.UtcDateTime, row.ExpiresAt?.UtcDateTime);
}

/// <summary>A secret token without its secret.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Hint">The last characters of the secret.</param>
/// <param name="Status">active, expired or revoked.</param>
/// <param name="Scopes">What it may do: read, write or both.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The actor that made it, such as admin-key:{id}.</param>
/// <param name="ExpiresAt">When it expires; null: never.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="ReplacedAt">When it was rotated: it stays good until it expires; null: it was not.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
/// <param name="LastUsedAddress">The address that used it last.</param>
/// <param name="LastUsedAgent">The user agent that used it last, cut to 200 characters.</param>
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
    DateTime? ReplacedAt,
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
            row.ReplacedAt?.UtcDateTime,
            row.LastUsedAt?.UtcDateTime,
            row.LastUsedAddress,
            row.LastUsedAgent
        );
}

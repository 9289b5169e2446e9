using FluentValidation;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Admin;

/// <summary>A secret token to be made.</summary>
sealed record CreateTokenRequest
{
    /// <summary>What people call it, up to 200 characters.</summary>
    public string? Label { get; init; }

    /// <summary>1 to 3650; 365 when absent. An explicit null makes a token that never expires.</summary>
    // Absent and null differ: only a member that is there replaces the default.
    public int? ExpiresInDays { get; init; } = 365;
}

/// <inheritdoc/>
sealed class CreateTokenValidator : AbstractValidator<CreateTokenRequest>
{
    public CreateTokenValidator()
    {
        RuleFor(request => request.Label).IsPlainText();
        RuleFor(request => request.ExpiresInDays).InclusiveBetween(1, 3650)
            .WithMessage("Must be between 1 and 3650 days, or null for a token that never expires.");
    }
}

/// <summary>A new secret token. This answer is the only one that carries <paramref name="Token"/>.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Token">The secret itself.</param>
/// <param name="Hint">Its last characters.</param>
/// <param name="TenantUrl">The URL to be entered at the identity provider, beside the token.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working; null is never.</param>
sealed record CreatedTokenResponse(
    Guid Id,
    string? Label,
    string Token,
    string Hint,
    string TenantUrl,
    DateTime CreatedAt,
    DateTime? ExpiresAt);

/// <summary>A secret token without its secret.</summary>
/// <param name="Id">The id, to revoke it by.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Hint">Its last characters.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working; null is never.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="LastUsedAt">When it was last used, within a minute.</param>
sealed record TokenResponse(
    Guid Id,
    string? Label,
    string Hint,
    DateTime CreatedAt,
    DateTime? ExpiresAt,
    DateTime? RevokedAt,
    DateTime? LastUsedAt)
{
    public static TokenResponse Of(Token row) => new(
        row.Id,
        row.Label,
        row.Hint,
        row.CreatedAt.UtcDateTime,
        row.ExpiresAt?.UtcDateTime,
        row.RevokedAt?.UtcDateTime,
        row.LastUsedAt?.UtcDateTime);
}

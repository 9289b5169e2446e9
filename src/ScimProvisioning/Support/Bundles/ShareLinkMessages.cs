using FluentValidation;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Support.Bundles;

/// <summary>What a support bundle is to be.</summary>
/// <param name="Redact">true: names, mail addresses and ids of others are replaced by pseudonyms; default: false.</param>
sealed record SupportBundleRequest(bool? Redact);

/// <summary>A link that needs no login.</summary>
/// <param name="What">What it leads to: support-bundle.</param>
/// <param name="Redact">Whether names, mail addresses and ids of others are replaced by pseudonyms; default: true.</param>
/// <param name="Hours">How long it leads there, up to 168; default: 24.</param>
sealed record CreateShareLinkRequest(string? What, bool? Redact, int? Hours);

/// <inheritdoc/>
sealed class CreateShareLinkRequestValidator : AbstractValidator<CreateShareLinkRequest>
{
    const int MostHours = 168;

    public CreateShareLinkRequestValidator()
    {
        RuleFor(request => request.What).Must(what => what == ShareLink.SupportBundle).WithMessage($"Must be {ShareLink.SupportBundle}.");
        RuleFor(request => request.Hours).InclusiveBetween(1, MostHours).WithMessage($"Must be between 1 and {MostHours}.");
    }
}

/// <summary>A link that needs no login, without its secret.</summary>
/// <param name="Id">The id, by which it is revoked.</param>
/// <param name="What">What it leads to.</param>
/// <param name="Redact">Whether names, mail addresses and ids of others are replaced.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The actor who made it.</param>
/// <param name="ExpiresAt">From then on it is answered 404.</param>
/// <param name="Uses">How often it was used.</param>
/// <param name="LastUsedAt">When it was used last; null: never.</param>
sealed record ShareLinkResponse(
    Guid Id,
    string What,
    bool Redact,
    DateTime CreatedAt,
    string CreatedBy,
    DateTime ExpiresAt,
    long Uses,
    DateTime? LastUsedAt
)
{
    public static ShareLinkResponse Of(ShareLink link) =>
        new(
            link.Id,
            link.What,
            link.Redact,
            link.CreatedAt.UtcDateTime,
            link.CreatedBy,
            link.ExpiresAt.UtcDateTime,
            link.Uses,
            link.LastUsedAt?.UtcDateTime
        );
}

/// <summary>A new link. This answer is the only one that carries its address.</summary>
/// <param name="Url">The address: whoever has it may read, so send it to one person.</param>
/// <param name="Link">The link.</param>
sealed record CreatedShareLinkResponse(string Url, ShareLinkResponse Link);

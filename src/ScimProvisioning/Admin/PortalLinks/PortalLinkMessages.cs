using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Admin.PortalLinks;

/// <summary>A link to the portal.</summary>
/// <param name="OrganizationId">The organization whose connections it shows; absent: that of the connection, or of the admin key.</param>
/// <param name="ConnectionId">The only connection that it shows; absent: all of the organization.</param>
/// <param name="ExpiresInMinutes">How long it can be opened: 1 to 43,200, default 4,320; with uses many at most 10,080.</param>
/// <param name="ReturnUrl">Where the portal leads back to: an address of an origin in Portal__ReturnOrigins.</param>
/// <param name="ReadOnly">true: nothing can be changed by it; default: false.</param>
/// <param name="Uses">once (the default) or many.</param>
sealed record CreatePortalLinkRequest(
    Guid? OrganizationId,
    Guid? ConnectionId = null,
    int? ExpiresInMinutes = null,
    string? ReturnUrl = null,
    bool? ReadOnly = null,
    string? Uses = null
)
{
    public const string Once = "once";
    public const string Many = "many";
    public const int StandardMinutes = 3 * 24 * 60;
}

/// <inheritdoc/>
sealed class CreatePortalLinkValidator : AbstractValidator<CreatePortalLinkRequest>
{
    const int MostMinutes = 30 * 24 * 60;
    const int MostMinutesOfMany = 7 * 24 * 60;

    public CreatePortalLinkValidator(PortalOptions options)
    {
        RuleFor(request => request.ExpiresInMinutes)
            .InclusiveBetween(1, MostMinutes)
            .WithMessage($"Must be between 1 and {MostMinutes}.")
            .LessThanOrEqualTo(MostMinutesOfMany)
            .When(request => request.Uses == CreatePortalLinkRequest.Many, ApplyConditionTo.CurrentValidator)
            .WithMessage($"Must be at most {MostMinutesOfMany} (7 days) for a link that can be used more than once.");
        RuleFor(request => request.ReturnUrl)
            .Must(url => url is null || (url.Length <= 2000 && !url.Any(char.IsControl) && options.MayReturnTo(url)))
            .WithMessage("Must be an address of an origin that the operator has listed in Portal__ReturnOrigins.");
        RuleFor(request => request.Uses)
            .Must(uses => uses is null or CreatePortalLinkRequest.Once or CreatePortalLinkRequest.Many)
            .WithMessage("Must be once or many.");
    }
}

/// <summary>Which links to list.</summary>
sealed record PortalLinkQuery
{
    /// <summary>Only those of this organization.</summary>
    [FromQuery(Name = "organizationId")]
    public Guid? OrganizationId { get; init; }
}

/// <summary>A link to the portal, without its secret.</summary>
/// <param name="Id">The id, by which it is revoked.</param>
/// <param name="OrganizationId">The organization whose connections it shows.</param>
/// <param name="ConnectionId">The only connection that it shows; null: all of the organization.</param>
/// <param name="ReadOnly">Whether nothing can be changed by it.</param>
/// <param name="Uses">once or many.</param>
/// <param name="ReturnUrl">Where the portal leads back to.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The actor who made it.</param>
/// <param name="ExpiresAt">From then on it opens nothing; a session that it has opened goes on.</param>
/// <param name="RevokedAt">When it was revoked: its sessions have ended then.</param>
/// <param name="Opened">How often it was used.</param>
/// <param name="LastOpenedAt">When it was used last; null: never.</param>
sealed record PortalLinkResponse(
    Guid Id,
    Guid OrganizationId,
    Guid? ConnectionId,
    bool ReadOnly,
    string Uses,
    string? ReturnUrl,
    DateTime CreatedAt,
    string CreatedBy,
    DateTime ExpiresAt,
    DateTime? RevokedAt,
    long Opened,
    DateTime? LastOpenedAt
)
{
    public static PortalLinkResponse Of(PortalLink link) =>
        new(
            link.Id,
            link.Organization,
            link.Connection,
            link.ReadOnly,
            link.IsMany ? CreatePortalLinkRequest.Many : CreatePortalLinkRequest.Once,
            link.ReturnUrl,
            link.CreatedAt.UtcDateTime,
            link.CreatedBy,
            link.ExpiresAt.UtcDateTime,
            link.RevokedAt?.UtcDateTime,
            link.Uses,
            link.LastUsedAt?.UtcDateTime
        );
}

/// <summary>A link among others, with what people know it by.</summary>
/// <param name="State">open, gone, revoked, expired or used.</param>
/// <param name="OrganizationName">Of its organization; null: that was deleted.</param>
/// <param name="ConnectionName">Of its only connection; null: it has none, or that was deleted.</param>
/// <param name="MadeBy">The label of the admin key that has made it; null: the actor has none.</param>
sealed record ListedPortalLink(PortalLinkResponse Link, string State, string? OrganizationName, string? ConnectionName, string? MadeBy)
{
    /// <param name="maker">The admin key that has made it: with one that is revoked, it leads nowhere any more.</param>
    public static ListedPortalLink Of(PortalLink link, AdminKey? maker, DateTimeOffset now) =>
        new(
            PortalLinkResponse.Of(link),
            link.Opens(now) && maker?.RevokedAt is not null ? "gone" : link.StateAt(now),
            link.OrganizationName,
            link.ConnectionName,
            maker?.Label
        );
}

/// <summary>A new link. This answer is the only one that carries its address.</summary>
/// <param name="Url">The address: whoever opens it may act for the organization, so give it to one person.</param>
/// <param name="Link">The link.</param>
sealed record CreatedPortalLinkResponse(string Url, PortalLinkResponse Link);

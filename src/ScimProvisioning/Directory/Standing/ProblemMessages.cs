using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Standing;

/// <summary>Which problems are asked for.</summary>
sealed record ProblemQuery
{
    /// <summary>Only those of one kind, such as duplicate_uid.</summary>
    [FromQuery(Name = "kind")]
    public string? Kind { get; init; }

    /// <summary>At most this many entries, 1 to 200; 50 when absent.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>The value of `next` in the page before; absent for the first page.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; init; }
}

/// <inheritdoc/>
sealed class ProblemQueryValidator : AbstractValidator<ProblemQuery>
{
    public ProblemQueryValidator()
    {
        RuleFor(query => query.Kind).IsNameOf<ProblemQuery, ProblemKind>();
        RuleFor(query => query.Limit)
            .InclusiveBetween(1, PageRequest.MaximumLimit)
            .WithMessage($"Must be between 1 and {PageRequest.MaximumLimit}.");
        RuleFor(query => query.After)
            .Must(after => after is null || ProblemPlace.TryParse(after) is not null)
            .WithMessage("Must be the value of next in the page before.");
    }
}

/// <summary>Why a user is held back, or what an admin should look at.</summary>
/// <param name="ResourceId">The received user; for ambiguous_group, the group.</param>
/// <param name="UserName">The user's name, or the group's.</param>
/// <param name="Kind">missing_required, missing_uid, duplicate_uid, invalid_value, uid_changed, missing_value,
/// ambiguous_group or held_by_guard.</param>
/// <param name="Attribute">The attribute of the catalogue; null for the uid and for groups.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="OtherId">The other user or group, where there is one.</param>
/// <param name="Holds">Whether the user is held back until it is mended.</param>
/// <param name="Since">Since when.</param>
sealed record ProblemResponse(
    Guid ResourceId,
    string? UserName,
    string Kind,
    string? Attribute,
    string Message,
    Guid? OtherId,
    bool Holds,
    DateTimeOffset Since
);

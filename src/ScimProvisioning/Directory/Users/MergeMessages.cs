using FluentValidation;

namespace ScimProvisioning.Directory.Users;

/// <summary>Into whom a person is merged.</summary>
/// <param name="Into">The id of the person who stays.</param>
sealed record MergeRequest(Guid? Into);

/// <inheritdoc/>
sealed class MergeRequestValidator : AbstractValidator<MergeRequest>
{
    public MergeRequestValidator() =>
        RuleFor(request => request.Into).NotEmpty().WithMessage("Must be there: the id of the person who stays.");
}

/// <summary>People who may be the same person.</summary>
/// <param name="Data">By what they have in common.</param>
/// <param name="Truncated">Whether there are more, which come once these are put right.</param>
sealed record DuplicatesResponse(IReadOnlyList<DuplicateResponse> Data, bool Truncated);

/// <summary>People who have the same value.</summary>
/// <param name="Attribute">email, userName, employeeNumber or appUserId.</param>
/// <param name="Value">What they have in common, as it is compared: all but appUserId in lower case.</param>
/// <param name="Users">The people, up to ten.</param>
/// <param name="Proposal">Whom to merge into whom; null: each of them has a live user, so the identity provider must remove one.</param>
sealed record DuplicateResponse(string Attribute, string Value, IReadOnlyList<PersonView> Users, MergeProposalResponse? Proposal);

/// <summary>A merge that puts it right: `POST /api/v1/users/{from}/merge {into}`.</summary>
/// <param name="From">The person without a live user.</param>
/// <param name="Into">The person who stays.</param>
sealed record MergeProposalResponse(Guid From, Guid Into);

using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Admin.Organizations;

/// <summary>Which organizations to list.</summary>
sealed record OrganizationQuery
{
    /// <summary>Only the one with this externalId.</summary>
    [FromQuery(Name = "externalId")]
    public string? ExternalId { get; init; }
}

/// <inheritdoc/>
sealed class OrganizationQueryValidator : AbstractValidator<OrganizationQuery>
{
    public OrganizationQueryValidator() => RuleFor(query => query.ExternalId).IsShortText();
}

/// <summary>Which organizations to find by their names.</summary>
/// <param name="Q">What the name begins with, in any letter case; <c>null</c>: all names.</param>
sealed record OrganizationSearch(string? Q);

/// <inheritdoc/>
sealed class OrganizationSearchValidator : AbstractValidator<OrganizationSearch>
{
    public OrganizationSearchValidator() => RuleFor(search => search.Q).IsShortText();
}

/// <summary>The first organizations by their names.</summary>
/// <param name="HasMore">Whether there are others.</param>
sealed record FoundOrganizations(IReadOnlyList<NamedOrganization> Data, bool HasMore);

/// <summary>An organization to be created.</summary>
/// <param name="Name">What people call it, 1 to 200 characters.</param>
/// <param name="ExternalId">The id of the application for it, up to 200 characters, unique among organizations.</param>
/// <param name="MaxConnections">How many connections it may have; null for any number.</param>
sealed record CreateOrganizationRequest(string? Name, string? ExternalId, int? MaxConnections);

/// <inheritdoc/>
sealed class CreateOrganizationValidator : AbstractValidator<CreateOrganizationRequest>
{
    public CreateOrganizationValidator()
    {
        RuleFor(request => request.Name).NotEmpty().WithMessage("Must not be empty.").IsShortText();
        RuleFor(request => request.ExternalId).IsExternalId();
        RuleFor(request => request.MaxConnections).IsLimit();
    }
}

/// <summary>A change of an organization. What is absent stays as it is.</summary>
sealed record UpdateOrganizationRequest
{
    bool _hasExternalId,
        _hasMaxConnections;

    /// <summary>What people call it, 1 to 200 characters.</summary>
    // An explicit null is refused like an empty text, by the validator.
    public string? Name
    {
        get;
        init => field = value ?? "";
    }

    /// <summary>The id of the application for it; null takes it away. Only for admin keys of all organizations.</summary>
    public string? ExternalId
    {
        get;
        init => (field, _hasExternalId) = (value, true);
    }

    /// <summary>
    /// How many connections it may have; null for any number. Existing connections stay. Only for admin keys of all organizations.
    /// </summary>
    public int? MaxConnections
    {
        get;
        init => (field, _hasMaxConnections) = (value, true);
    }

    public void ApplyTo(Organization row)
    {
        row.Name = Name ?? row.Name;
        if (_hasExternalId)
            row.ExternalId = ExternalId;
        if (_hasMaxConnections)
            row.MaxConnections = MaxConnections;
    }
}

/// <inheritdoc/>
sealed class UpdateOrganizationValidator : AbstractValidator<UpdateOrganizationRequest>
{
    public UpdateOrganizationValidator()
    {
        RuleFor(request => request.Name)
            .NotEmpty()
            .WithMessage("Must not be empty.")
            .When(request => request.Name is not null)
            .IsShortText();
        RuleFor(request => request.ExternalId).IsExternalId();
        RuleFor(request => request.MaxConnections).IsLimit();
    }
}

/// <summary>The rules for members that can be created and updated.</summary>
static class OrganizationRules
{
    public static void IsExternalId<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(id => id is null || !string.IsNullOrWhiteSpace(id)).WithMessage("Must not be empty; null is none.").IsShortText();

    public static void IsLimit<T>(this IRuleBuilder<T, int?> rule) =>
        rule.GreaterThanOrEqualTo(0).WithMessage("Must be 0 or more, or null for any number.");
}

/// <summary>An organization: a customer that connections belong to.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ExternalId">The id of the application for it.</param>
/// <param name="MaxConnections">How many connections it may have; null for any number.</param>
/// <param name="CreatedAt">When it was created.</param>
sealed record OrganizationResponse(Guid Id, string Name, string? ExternalId, int? MaxConnections, DateTime CreatedAt)
{
    public static OrganizationResponse Of(Organization row) =>
        new(row.Id, row.Name, row.ExternalId, row.MaxConnections, row.CreatedAt.UtcDateTime);
}

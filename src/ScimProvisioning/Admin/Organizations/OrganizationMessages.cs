using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Organizations;

/// <summary>Which organizations to list.</summary>
/// <param name="ExternalId">The one that the application calls so.</param>
sealed record OrganizationQuery([FromQuery(Name = "externalId")] string? ExternalId);

/// <inheritdoc/>
sealed class OrganizationQueryValidator : AbstractValidator<OrganizationQuery>
{
    public OrganizationQueryValidator() => RuleFor(query => query.ExternalId).IsPlainText();
}

/// <summary>An organization to be created.</summary>
/// <param name="Name">What people call it, 1 to 200 characters.</param>
/// <param name="ExternalId">What the application calls it, up to 200 characters; no other organization may have it.</param>
/// <param name="MaxConnections">How many connections it may have; null for any number.</param>
sealed record CreateOrganizationRequest(string? Name, string? ExternalId, int? MaxConnections);

/// <inheritdoc/>
sealed class CreateOrganizationValidator : AbstractValidator<CreateOrganizationRequest>
{
    public CreateOrganizationValidator()
    {
        RuleFor(request => request.Name).NotEmpty().WithMessage("Must not be empty.").IsPlainText();
        RuleFor(request => request.ExternalId).IsExternalId();
        RuleFor(request => request.MaxConnections).IsLimit();
    }
}

/// <summary>A change of an organization: what is absent stays.</summary>
sealed record ChangeOrganizationRequest
{
    bool _hasExternalId,
        _hasMaxConnections;

    /// <summary>What people call it, 1 to 200 characters.</summary>
    // An explicit null is no name.
    public string? Name
    {
        get;
        init => field = value ?? "";
    }

    /// <summary>What the application calls it; null takes it away. Only for keys of all organizations.</summary>
    public string? ExternalId
    {
        get;
        init => (field, _hasExternalId) = (value, true);
    }

    /// <summary>How many connections it may have; null for any number. Those that are there stay. Only for keys of all organizations.</summary>
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
sealed class ChangeOrganizationValidator : AbstractValidator<ChangeOrganizationRequest>
{
    public ChangeOrganizationValidator()
    {
        RuleFor(request => request.Name)
            .NotEmpty()
            .WithMessage("Must not be empty.")
            .When(request => request.Name is not null)
            .IsPlainText();
        RuleFor(request => request.ExternalId).IsExternalId();
        RuleFor(request => request.MaxConnections).IsLimit();
    }
}

/// <summary>The members that creating and changing have in common.</summary>
static class OrganizationRules
{
    public static void IsExternalId<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(id => id is null || !string.IsNullOrWhiteSpace(id)).WithMessage("Must not be empty; null is none.").IsPlainText();

    public static void IsLimit<T>(this IRuleBuilder<T, int?> rule) =>
        rule.GreaterThanOrEqualTo(0).WithMessage("Must be 0 or more, or null for any number.");
}

/// <summary>Who connections belong to.</summary>
/// <param name="Id">The id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ExternalId">What the application calls it.</param>
/// <param name="MaxConnections">How many connections it may have; null is any number.</param>
/// <param name="CreatedAt">When it was created.</param>
sealed record OrganizationResponse(Guid Id, string Name, string? ExternalId, int? MaxConnections, DateTime CreatedAt)
{
    public static OrganizationResponse Of(Organization row) =>
        new(row.Id, row.Name, row.ExternalId, row.MaxConnections, row.CreatedAt.UtcDateTime);
}

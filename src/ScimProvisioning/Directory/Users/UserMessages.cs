using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>Which people a list has. What is absent or empty excludes nobody.</summary>
sealed record UserQuery
{
    /// <summary>The id of the connection that they come from; absent: all connections.</summary>
    [FromQuery(Name = "connectionId")]
    public Guid? ConnectionId { get; init; }

    /// <summary>The id of the organization that the connection belongs to.</summary>
    [FromQuery(Name = "organizationId")]
    public Guid? OrganizationId { get; init; }

    /// <summary>active, inactive or deleted.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>The uid, as the mapping reads it.</summary>
    [FromQuery(Name = "uid")]
    public string? Uid { get; init; }

    /// <summary>The address, in any letter case.</summary>
    [FromQuery(Name = "email")]
    public string? Email { get; init; }

    /// <summary>The userName, in any letter case.</summary>
    [FromQuery(Name = "userName")]
    public string? UserName { get; init; }

    /// <summary>The externalId that the identity provider has sent.</summary>
    [FromQuery(Name = "externalId")]
    public string? ExternalId { get; init; }

    /// <summary>The application's own id.</summary>
    [FromQuery(Name = "appUserId")]
    public string? AppUserId { get; init; }

    /// <summary>The key of a role.</summary>
    [FromQuery(Name = "role")]
    public string? Role { get; init; }

    /// <summary>The id of a group whose members they are.</summary>
    [FromQuery(Name = "groupId")]
    public Guid? GroupId { get; init; }

    /// <summary>true: only those whom the guard keeps from leaving.</summary>
    [FromQuery(Name = "heldByGuard")]
    public bool? HeldByGuard { get; init; }

    /// <summary>What userName, email, displayName or uid begins with, in any letter case.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    public PersonFilter Filter =>
        new()
        {
            ConnectionId = ConnectionId,
            OrganizationId = OrganizationId,
            Status = Given(Status),
            Uid = Given(Uid),
            Email = Given(Email),
            UserName = Given(UserName),
            ExternalId = Given(ExternalId),
            AppUserId = Given(AppUserId),
            Role = Given(Role),
            GroupId = GroupId,
            HeldByGuard = HeldByGuard is true,
            Prefix = Given(Q),
        };

    static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <inheritdoc/>
sealed class UserQueryValidator : AbstractValidator<UserQuery>
{
    public UserQueryValidator()
    {
        RuleFor(query => query.Status)
            .Must(status => string.IsNullOrEmpty(status) || WireName.TryParse(status, out PersonStatus _))
            .WithMessage($"Must be one of: {string.Join(", ", WireName.All<PersonStatus>())}.");
        RuleFor(query => query.Uid).IsSearchText();
        RuleFor(query => query.Email).IsSearchText();
        RuleFor(query => query.UserName).IsSearchText();
        RuleFor(query => query.ExternalId).IsSearchText();
        RuleFor(query => query.AppUserId).IsSearchText();
        RuleFor(query => query.Role).IsSearchText();
        RuleFor(query => query.Q).IsSearchText();
    }
}

/// <summary>Rules of texts that people and groups are looked up by.</summary>
static class SearchText
{
    /// <summary>What PostgreSQL takes: no U+0000, no half of a character.</summary>
    public static IRuleBuilderOptions<T, string?> IsSearchText<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || (text.Length <= 1_000 && Scim.StorableText.IsStorable(text)))
            .WithMessage("Must be at most 1,000 characters, none of them U+0000 or half a character.");
}

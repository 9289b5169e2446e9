using FluentValidation;
using Scim.Directory;
using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Attributes;

/// <summary>A role of the application.</summary>
/// <param name="Key">What people show and connections map groups to.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Priority">Of several roles the one with the highest number comes first; 0 when absent.</param>
sealed record RoleBody(string? Key, string? Name, int? Priority)
{
    public static RoleBody Of(Role role) => new(role.Key, role.Name, role.Priority);

    public Role ToRole() => new(Key!, Name ?? Key!, Priority ?? 0);
}

/// <summary>All roles of the application.</summary>
/// <param name="Roles">The roles, for all connections.</param>
sealed record RolesBody(IReadOnlyList<RoleBody>? Roles)
{
    public static RolesBody Of(IReadOnlyList<Role> roles) => new([.. roles.Select(RoleBody.Of)]);
}

/// <inheritdoc/>
sealed class RolesValidator : AbstractValidator<RolesBody>
{
    public RolesValidator()
    {
        RuleFor(body => body.Roles).NotNull().WithMessage("Must be there.");
        RuleForEach(body => body.Roles).NotNull().WithMessage("Must be a role, as {\"key\": …}.").SetValidator(new RoleValidator());
    }

    sealed class RoleValidator : AbstractValidator<RoleBody>
    {
        public RoleValidator()
        {
            RuleFor(role => role.Key).NotEmpty().WithMessage("Must not be empty.");
            RuleFor(role => role.Name).IsShortText();
        }
    }
}

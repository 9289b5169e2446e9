using FluentValidation;
using Scim.Directory;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>The members of a group have a role.</summary>
/// <param name="Group">The group.</param>
/// <param name="Role">The key of a role of the application.</param>
sealed record GroupRoleBody(GroupBody? Group, string? Role);

/// <summary>Who of a connection has which roles.</summary>
/// <param name="Mode">highest: the one role with the highest priority; all (the default).</param>
/// <param name="Default">The role of whoever has no other; null: none.</param>
/// <param name="Groups">The groups with the roles of their members.</param>
/// <param name="Attribute">Whether values of SCIM's roles that equal a key give that role too.</param>
sealed record RoleMappingsBody(string? Mode, string? Default, IReadOnlyList<GroupRoleBody>? Groups, bool? Attribute)
{
    public static RoleMappingsBody Of(RoleMappings? mappings)
    {
        mappings ??= RoleMappings.None;
        return new(
            WireName.Of(mappings.Mode),
            mappings.Default,
            [.. mappings.Groups.Select(mapping => new GroupRoleBody(GroupBody.Of(mapping.Group), mapping.Role))],
            mappings.Attribute
        );
    }

    public RoleMappings ToMappings() =>
        new(
            Mode is null ? RoleMode.All : WireNames.Value<RoleMode>(Mode),
            Default,
            [.. (Groups ?? []).Select(mapping => new RoleMapping(mapping.Group!.ToReference(), mapping.Role!))],
            Attribute ?? false
        );
}

/// <inheritdoc/>
sealed class RoleMappingsValidator : AbstractValidator<RoleMappingsBody>
{
    public RoleMappingsValidator()
    {
        RuleFor(mappings => mappings.Mode).IsNameOf<RoleMappingsBody, RoleMode>();
        RuleForEach(mappings => mappings.Groups)
            .NotNull()
            .WithMessage("Must be a group with its role, as {\"group\": {\"name\": …}, \"role\": …}.")
            .SetValidator(new GroupRoleValidator());
    }

    sealed class GroupRoleValidator : AbstractValidator<GroupRoleBody>
    {
        public GroupRoleValidator()
        {
            RuleFor(mapping => mapping.Group)
                .NotNull()
                .WithMessage("Must be a group, as {\"id\": …} or {\"name\": …}.")
                .SetValidator(new GroupBodyValidator()!);
            RuleFor(mapping => mapping.Role).NotEmpty().WithMessage("Must be the key of a role.");
        }
    }
}

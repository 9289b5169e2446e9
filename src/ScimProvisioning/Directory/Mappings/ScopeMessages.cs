using FluentValidation;
using Scim;
using Scim.Directory;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>A group that a rule means. It counts by its id; a name or externalId may be given before the group has come.</summary>
/// <param name="Id">The id of a received group.</param>
/// <param name="Name">The name of a group, in any letter case.</param>
/// <param name="ExternalId">The externalId of a group.</param>
sealed record GroupBody(Guid? Id, string? Name, string? ExternalId)
{
    public static GroupBody Of(GroupReference group) => new(group.Id, group.Name, group.ExternalId);

    public GroupReference ToReference() => new(Id, Name, ExternalId);
}

/// <inheritdoc/>
sealed class GroupBodyValidator : AbstractValidator<GroupBody>
{
    const int LongestName = 1_024;

    public GroupBodyValidator()
    {
        RuleFor(group => group.Id)
            .NotNull()
            .When(group => string.IsNullOrWhiteSpace(group.Name) && string.IsNullOrEmpty(group.ExternalId))
            .WithMessage("A group needs an id, a name or an externalId.");
        RuleFor(group => group.Name).Must(IsFit).WithMessage($"Must be text of up to {LongestName} characters, without U+0000.");
        RuleFor(group => group.ExternalId).Must(IsFit).WithMessage($"Must be text of up to {LongestName} characters, without U+0000.");
    }

    static bool IsFit(string? text) => text is null || (text.Length <= LongestName && StorableText.IsStorable(text));
}

/// <summary>Whom of a connection the application learns of.</summary>
/// <param name="Mode">all, or groups: the direct members of some groups.</param>
/// <param name="Groups">The groups; an unknown name waits until the group comes.</param>
sealed record ScopeBody(string? Mode, IReadOnlyList<GroupBody>? Groups)
{
    public static ScopeBody Of(Scope? scope) =>
        new(WireName.Of((scope ?? Scope.All).Mode), [.. (scope ?? Scope.All).Groups.Select(GroupBody.Of)]);

    public Scope ToScope() => new(WireNames.Value<ScopeMode>(Mode), [.. (Groups ?? []).Select(group => group.ToReference())]);
}

/// <inheritdoc/>
sealed class ScopeValidator : AbstractValidator<ScopeBody>
{
    public ScopeValidator()
    {
        RuleFor(scope => scope.Mode).NotEmpty().WithMessage("Must be all or groups.").IsNameOf<ScopeBody, ScopeMode>();
        // Without any, nobody would be in scope.
        RuleFor(scope => scope.Groups)
            .NotEmpty()
            .When(scope => WireNames.Value<ScopeMode>(scope.Mode) is ScopeMode.Groups)
            .WithMessage("Name at least one group, or set mode to all.");
        RuleForEach(scope => scope.Groups)
            .NotNull()
            .WithMessage("Must be a group, as {\"id\": …} or {\"name\": …}.")
            .SetValidator(new GroupBodyValidator());
    }
}

/// <summary>A group of a scope with what was found out about it.</summary>
/// <param name="Id">The received group; null while it waits.</param>
/// <param name="Name">Its name.</param>
/// <param name="ExternalId">Its externalId.</param>
/// <param name="MemberCount">Its direct members that are users; null while it waits.</param>
/// <param name="Waits">Whether no such group was received yet.</param>
sealed record ScopeGroupResponse(Guid? Id, string? Name, string? ExternalId, long? MemberCount, bool Waits);

/// <summary>Whom of a connection the application learns of, with the numbers of users.</summary>
/// <param name="Mode">all or groups.</param>
/// <param name="Groups">The groups.</param>
/// <param name="InScope">Received users in scope.</param>
/// <param name="Users">Received users in all.</param>
/// <param name="Problems">What stands against a group, such as two of the same name.</param>
sealed record ScopeResponse(
    string Mode,
    IReadOnlyList<ScopeGroupResponse> Groups,
    long InScope,
    long Users,
    IReadOnlyList<string> Problems
);

using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim.Directory;
using ScimProvisioning.Directory.Users;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Groups;

/// <summary>Which received groups a list has.</summary>
sealed record ReceivedGroupQuery
{
    /// <summary>What the name, in any letter case, or the externalId begins with.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }
}

/// <inheritdoc/>
sealed class ReceivedGroupQueryValidator : AbstractValidator<ReceivedGroupQuery>
{
    public ReceivedGroupQueryValidator() => RuleFor(query => query.Q).IsSearchText();
}

/// <summary>A group as it was received, with what the rules of the connection make of it.</summary>
/// <param name="Id">The id of the SCIM resource, by which scope and roles name it.</param>
/// <param name="Name">Its displayName.</param>
/// <param name="ExternalId">What the identity provider has sent as externalId.</param>
/// <param name="MemberCount">Its direct members, users and groups, counted up to 1,000.</param>
/// <param name="HasMoreMembers">Whether there are more than that.</param>
/// <param name="ReleasedCount">How many people of it the application sees; null: it does not know the group yet.</param>
/// <param name="InScope">Whether the scope lets its members through.</param>
/// <param name="Roles">The keys of the roles that its members have by it.</param>
/// <param name="Hint">Of a group without members: what may be the reason.</param>
sealed record ReceivedGroupResponse(
    Guid Id,
    string Name,
    string? ExternalId,
    int MemberCount,
    bool HasMoreMembers,
    long? ReleasedCount,
    bool InScope,
    IReadOnlyList<string> Roles,
    string? Hint
)
{
    public static ReceivedGroupResponse Of(CountedGroup counted, StoredRules rules) =>
        new(
            counted.Group.Id,
            counted.Group.Name,
            counted.Group.ExternalId,
            Math.Min(counted.MemberCount, ReceivedGroups.MostCounted),
            counted.MemberCount > ReceivedGroups.MostCounted,
            counted.ReleasedCount,
            rules.Scope is not { Mode: ScopeMode.Groups } scope || scope.Groups.Any(group => group.Id == counted.Group.Id),
            [
                .. (rules.RoleMappings?.Groups ?? [])
                    .Where(given => given.Group.Id == counted.Group.Id)
                    .Select(given => given.Role)
                    .Distinct(),
            ],
            counted.MemberCount == 0 ? ReceivedGroups.Empty.English : null
        );
}

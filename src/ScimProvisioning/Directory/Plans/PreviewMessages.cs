using System.Text.Json.Nodes;
using FluentValidation;
using Scim.Directory;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Projection;

namespace ScimProvisioning.Directory.Plans;

/// <summary>Rules to try; what is absent stays as it is.</summary>
/// <param name="Mapping">Another mapping.</param>
/// <param name="Scope">Another scope.</param>
/// <param name="RoleMappings">Other roles.</param>
sealed record PreviewRequest(MappingBody? Mapping, ScopeBody? Scope, RoleMappingsBody? RoleMappings)
{
    public RuleChange ToChange() => new(Mapping, Scope, RoleMappings);
}

/// <inheritdoc/>
sealed class PreviewValidator : AbstractValidator<PreviewRequest>
{
    public PreviewValidator()
    {
        RuleFor(request => request.Mapping).SetValidator(new MappingValidator()!);
        RuleFor(request => request.Scope).SetValidator(new ScopeValidator()!);
        RuleFor(request => request.RoleMappings).SetValidator(new RoleMappingsValidator()!);
    }
}

/// <summary>How many people something happens to.</summary>
/// <param name="Created">New people.</param>
/// <param name="CreatedInactive">Those of them without access, because they are inactive at the identity provider.</param>
/// <param name="Linked">People that the application knows already, imported or deleted, who get a user.</param>
/// <param name="Updated">People who look different.</param>
/// <param name="Deactivated">People who do not stay active, or are deleted.</param>
/// <param name="Reactivated">People who are active again.</param>
/// <param name="Unchanged">People who stay as they are.</param>
/// <param name="Held">Users who are held back by a problem.</param>
sealed record PreviewCounts(
    long Created,
    long CreatedInactive,
    long Linked,
    long Updated,
    long Deactivated,
    long Reactivated,
    long Unchanged,
    long Held
)
{
    public static PreviewCounts Of(PreviewResult result) =>
        new(
            result.Of(OutcomeKind.Created) + result.Of(OutcomeKind.CreatedInactive),
            result.Of(OutcomeKind.CreatedInactive),
            result.Of(OutcomeKind.Linked),
            result.Of(OutcomeKind.Updated),
            result.Of(OutcomeKind.Deactivated) + result.Of(OutcomeKind.Deleted),
            result.Of(OutcomeKind.Reactivated),
            result.Of(OutcomeKind.Unchanged),
            result.Of(OutcomeKind.Held)
        );
}

/// <summary>One person of a preview.</summary>
/// <param name="ResourceId">The received user; null for an imported person without one.</param>
/// <param name="UserId">The person; null when there is none yet.</param>
/// <param name="UserName">The name that the person signs in with.</param>
/// <param name="DisplayName">The name to show.</param>
/// <param name="Changes">What changes.</param>
/// <param name="Problems">What stands against it.</param>
/// <param name="Causes">The same as problems, by kind and attribute.</param>
sealed record PreviewExampleResponse(
    Guid? ResourceId,
    Guid? UserId,
    string? UserName,
    string? DisplayName,
    IReadOnlyList<string> Changes,
    IReadOnlyList<string> Problems,
    IReadOnlyList<PreviewCause> Causes
)
{
    // A plan that an older server has computed has none.
    public IReadOnlyList<PreviewCause> Causes { get; init; } = Causes ?? [];

    public static PreviewExampleResponse Of(PreviewExample example) =>
        new(
            example.ResourceId,
            example.UserId,
            example.UserName,
            example.DisplayName,
            example.Changes,
            [.. example.Problems.Select(problem => problem.Message)],
            [.. example.Problems.Select(problem => new PreviewCause(WireName.Of(problem.Kind), problem.Attribute))]
        );
}

/// <summary>A problem that holds somebody back.</summary>
/// <param name="Kind">missing_required, missing_uid, duplicate_uid, invalid_value or held_by_guard.</param>
/// <param name="Attribute">The attribute of the catalogue; null for the uid.</param>
sealed record PreviewCause(string Kind, string? Attribute);

/// <summary>Up to 20 people for each number.</summary>
/// <param name="Created">New people.</param>
/// <param name="CreatedInactive">New people without access.</param>
/// <param name="Linked">People who get a user.</param>
/// <param name="Updated">People who look different.</param>
/// <param name="Deactivated">People who do not stay active.</param>
/// <param name="Reactivated">People who are active again.</param>
/// <param name="Held">Users who are held back.</param>
sealed record PreviewExamples(
    IReadOnlyList<PreviewExampleResponse> Created,
    IReadOnlyList<PreviewExampleResponse> CreatedInactive,
    IReadOnlyList<PreviewExampleResponse> Linked,
    IReadOnlyList<PreviewExampleResponse> Updated,
    IReadOnlyList<PreviewExampleResponse> Deactivated,
    IReadOnlyList<PreviewExampleResponse> Reactivated,
    IReadOnlyList<PreviewExampleResponse> Held
)
{
    const int Most = 20;

    // A plan that an older server has computed has none.
    public IReadOnlyList<PreviewExampleResponse> CreatedInactive { get; init; } = CreatedInactive ?? [];

    public static PreviewExamples Of(PreviewResult result) =>
        new(
            Of(result, OutcomeKind.Created, OutcomeKind.CreatedInactive),
            Of(result, OutcomeKind.CreatedInactive),
            Of(result, OutcomeKind.Linked),
            Of(result, OutcomeKind.Updated),
            Of(result, OutcomeKind.Deactivated, OutcomeKind.Deleted),
            Of(result, OutcomeKind.Reactivated),
            Of(result, OutcomeKind.Held)
        );

    static IReadOnlyList<PreviewExampleResponse> Of(PreviewResult result, params OutcomeKind[] kinds) =>
        [.. kinds.SelectMany(kind => result.Examples[kind]).Take(Most).Select(PreviewExampleResponse.Of)];
}

/// <summary>A value that the application has set and the identity provider would overwrite.</summary>
/// <param name="UserId">The person.</param>
/// <param name="Attribute">The attribute, as in the changes of an event.</param>
/// <param name="App">What the application has set.</param>
/// <param name="IdentityProvider">What takes its place.</param>
sealed record ConflictResponse(Guid UserId, string Attribute, JsonNode? App, JsonNode? IdentityProvider);

/// <summary>What the rules would do, from the whole directory.</summary>
/// <param name="Counts">To how many people.</param>
/// <param name="Examples">Some of them.</param>
/// <param name="Conflicts">Up to 100 values of the application that would be overwritten.</param>
/// <param name="ConflictCount">How many there are in all.</param>
/// <param name="Problems">What stands against the rules themselves.</param>
/// <param name="Warnings">What is allowed and will be regretted.</param>
/// <param name="UsersWithoutObjectId">Received users whose externalId is no GUID, as the object ids of Entra are.</param>
sealed record PreviewResponse(
    PreviewCounts Counts,
    PreviewExamples Examples,
    IReadOnlyList<ConflictResponse> Conflicts,
    long ConflictCount,
    IReadOnlyList<string> Problems,
    IReadOnlyList<string> Warnings,
    long UsersWithoutObjectId
);

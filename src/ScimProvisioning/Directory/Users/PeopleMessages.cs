using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>Which received users a list has.</summary>
sealed record PeopleQuery
{
    /// <summary>released, waiting, held, out_of_scope or not_yet; absent: all.</summary>
    [FromQuery(Name = "standing")]
    public string? Standing { get; init; }

    /// <summary>true: only those of whom the application knows a person; false: only the others; absent: all.</summary>
    [FromQuery(Name = "known")]
    public bool? Known { get; init; }

    /// <summary>What userName, displayName or externalId begins with.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }
}

/// <inheritdoc/>
sealed class PeopleQueryValidator : AbstractValidator<PeopleQuery>
{
    public PeopleQueryValidator()
    {
        RuleFor(query => query.Standing)
            .Must(standing => string.IsNullOrEmpty(standing) || WireName.TryParse(standing, out PersonStanding _))
            .WithMessage($"Must be one of: {string.Join(", ", WireName.All<PersonStanding>())}.");
        RuleFor(query => query.Q).IsSearchText();
    }
}

/// <summary>A received user beside the person that the application sees.</summary>
/// <param name="Standing">released, waiting, held, out_of_scope or not_yet.</param>
/// <param name="Received">What the identity provider has sent, as the mapping reads it.</param>
/// <param name="Released">The person as the application sees him; null: it does not.</param>
/// <param name="Problems">What stands against it, or should be known.</param>
sealed record PeopleResponse(
    string Standing,
    ReceivedUserResponse Received,
    PersonView? Released,
    IReadOnlyList<UserProblemResponse> Problems
);

/// <summary>A user as it was received.</summary>
/// <param name="Id">The id of the SCIM resource.</param>
/// <param name="ExternalId">What the identity provider has sent as externalId.</param>
/// <param name="Uid">The uid that the mapping reads; null: none.</param>
/// <param name="UserName">The userName.</param>
/// <param name="Active">Whether the identity provider says that the user is active.</param>
/// <param name="Values">By the name of the attribute, what the mapping reads.</param>
/// <param name="GroupIds">The groups that the user is a member of.</param>
sealed record ReceivedUserResponse(
    Guid Id,
    string? ExternalId,
    string? Uid,
    string? UserName,
    bool Active,
    JsonObject Values,
    IReadOnlyList<Guid> GroupIds
)
{
    public static ReceivedUserResponse Of(ReceivedUser user, MappedUser mapped) =>
        new(
            user.ResourceId,
            mapped.ExternalId,
            mapped.Uid,
            (string?)user.Document["userName"],
            mapped.IsActive,
            mapped.Values,
            [.. user.Groups.Order()]
        );
}

/// <summary>A problem of a received user.</summary>
/// <param name="Kind">missing_required, missing_uid, duplicate_uid, invalid_value, uid_changed, missing_value,
/// ambiguous_group or held_by_guard.</param>
/// <param name="Attribute">The attribute that it is about.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Holds">Whether it keeps the user, or his changes, from the application.</param>
/// <param name="Since">Since when it is there; null: it was not looked for yet, since nothing is released.</param>
sealed record UserProblemResponse(string Kind, string? Attribute, string Message, bool Holds, DateTime? Since)
{
    /// <summary>The message, for whoever reads another language.</summary>
    [JsonIgnore]
    public Statement Says => KnownProblem.Said(Kind, Attribute, Message);

    public static UserProblemResponse Of(KnownProblem problem) =>
        new(WireName.Of(problem.Kind), problem.Attribute, problem.Message, problem.Holds, problem.Since?.UtcDateTime);
}

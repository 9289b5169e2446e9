using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;

namespace ScimProvisioning.Directory.Users;

/// <summary>Who signs in: by one of externalId, uid and userName. An e-mail address only suggests people.</summary>
sealed record ResolveQuery
{
    /// <summary>The id of the connection whose identity provider has signed the person in.</summary>
    [FromQuery(Name = "connectionId")]
    public Guid? ConnectionId { get; init; }

    /// <summary>
    /// What the mapping of Entra sends as externalId, such as the oid of the sign-in. It also finds an imported person without a user whose
    /// uid it is.
    /// </summary>
    [FromQuery(Name = "externalId")]
    public string? ExternalId { get; init; }

    /// <summary>The uid, as the mapping reads it.</summary>
    [FromQuery(Name = "uid")]
    public string? Uid { get; init; }

    /// <summary>The userName, in any letter case.</summary>
    [FromQuery(Name = "userName")]
    public string? UserName { get; init; }

    /// <summary>An address by which people are suggested. Nobody is ever taken for somebody by it.</summary>
    [FromQuery(Name = "email")]
    public string? Email { get; init; }
}

/// <inheritdoc/>
sealed class ResolveQueryValidator : AbstractValidator<ResolveQuery>
{
    public ResolveQueryValidator()
    {
        RuleFor(query => query.ConnectionId).NotNull().WithMessage("Must be there: the id of the connection.");
        RuleFor(query => query.ExternalId)
            .Must(
                (query, _) =>
                    Given(query.ExternalId) + Given(query.Uid) + Given(query.UserName) is var given
                    && (given == 1 || IsByMail(query, given))
            )
            .WithMessage("Give one of externalId, uid and userName, or an email alone for suggestions.");
        RuleFor(query => query.ExternalId).IsSearchText();
        RuleFor(query => query.Uid).IsSearchText();
        RuleFor(query => query.UserName).IsSearchText();
        RuleFor(query => query.Email).IsSearchText();
    }

    static bool IsByMail(ResolveQuery query, int given) => given == 0 && Given(query.Email) == 1;

    static int Given(string? text) => string.IsNullOrEmpty(text) ? 0 : 1;
}

/// <summary>The person who signs in, or why there is none to let in.</summary>
/// <param name="User">The person: alone, he may come in; beside a reason, he may not.</param>
/// <param name="Reason">unknown, inactive, deleted, out_of_scope, held, ambiguous or connection_closed.</param>
/// <param name="Candidates">People with the e-mail address that was given: only a suggestion, for a person to decide.</param>
sealed record ResolveResponse(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PersonView? User = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PersonView>? Candidates = null
)
{
    public const string Unknown = "unknown";
    public const string Inactive = "inactive";
    public const string Deleted = "deleted";
    public const string OutOfScope = "out_of_scope";
    public const string Held = "held";
    public const string Ambiguous = "ambiguous";
    public const string ConnectionClosed = "connection_closed";
}

using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Why;

/// <summary>Who is looked for.</summary>
sealed record WhyQuery
{
    /// <summary>
    /// A name, mail address, userName, uid or externalId, or the id of a SCIM user or a person. Letter case and blanks around it do not
    /// count.
    /// </summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    /// <summary>What is looked for: blanks within a name count as one.</summary>
    public string Name => string.Join(' ', (Q ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <inheritdoc/>
sealed class WhyQueryValidator : AbstractValidator<WhyQuery>
{
    const int Longest = 512;

    public WhyQueryValidator()
    {
        RuleFor(query => query.Q).Must(text => !string.IsNullOrWhiteSpace(text)).WithMessage("Must be there: a name, an address or an id.");
        RuleFor(query => query.Q)
            .Must(text => text is null || (text.Length <= Longest && StorableText.IsStorable(text)))
            .WithMessage($"Must be at most {Longest} characters, none of them U+0000 or half a character.");
    }
}

/// <summary>Why somebody is, or is not, there for the application.</summary>
/// <param name="Verdict">
/// neverReceived, refused, connectionPending, connectionDisconnected, held, outOfScope, inactive, deleted, heldByGuard, notYet or released.
/// </param>
/// <param name="Sentence">The same in plain words.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Also">Other verdicts that hold, too, and would keep the person away by themselves, the most decisive first.</param>
/// <param name="Person">Who was found; null: nobody.</param>
/// <param name="Evidence">What shows it, the newest first.</param>
/// <param name="Deliveries">Of somebody who was released: how the last event about him stands at the webhook endpoints.</param>
/// <param name="Candidates">Others who may be meant: of the same name, or of a similar one.</param>
sealed record WhyResponse(
    string Verdict,
    string Sentence,
    string Advice,
    IReadOnlyList<WhyReason> Also,
    WhyPerson? Person,
    IReadOnlyList<WhyEvidence> Evidence,
    IReadOnlyList<WhyDelivery> Deliveries,
    IReadOnlyList<WhyCandidate> Candidates
)
{
    /// <summary>All verdicts that hold, the most decisive first.</summary>
    [JsonIgnore]
    public IReadOnlyList<WhyReason> Reasons { get; init; } = [];

    public static WhyResponse Of(
        IReadOnlyList<WhyReason> reasons,
        WhyPerson? person,
        IReadOnlyList<WhyEvidence> evidence,
        IReadOnlyList<WhyDelivery> deliveries,
        IReadOnlyList<WhyCandidate> candidates
    ) =>
        new(reasons[0].Verdict, reasons[0].Sentence, reasons[0].Advice, [.. reasons.Skip(1)], person, evidence, deliveries, candidates)
        {
            Reasons = reasons,
        };
}

/// <summary>One reason of several.</summary>
/// <param name="Verdict">As verdict of the answer.</param>
/// <param name="Sentence">The same in plain words.</param>
/// <param name="Advice">What to do.</param>
sealed record WhyReason(string Verdict, string Sentence, string Advice)
{
    [JsonIgnore]
    public IReadOnlyList<Statement> Says { get; init; } = [];

    [JsonIgnore]
    public IReadOnlyList<Statement> Advises { get; init; } = [];

    public static WhyReason Of(WhyVerdict verdict, IReadOnlyList<Statement> says, IReadOnlyList<Statement> advises) =>
        new(WhyCandidate.Wire(verdict), Statement.Join(says), Statement.Join(advises)) { Says = says, Advises = advises };
}

/// <summary>The person whom the answer is about.</summary>
/// <param name="Name">What people know the person by.</param>
/// <param name="UserName">The userName.</param>
/// <param name="Email">The mail address as the application sees it.</param>
/// <param name="PersonId">The id of the person for the application; null: it does not know him.</param>
/// <param name="ResourceId">The id of the SCIM user; null: none was received.</param>
/// <param name="Status">What the application sees: active, inactive or deleted; null: nobody.</param>
sealed record WhyPerson(string? Name, string? UserName, string? Email, Guid? PersonId, Guid? ResourceId, string? Status)
{
    /// <summary>Null when nobody is there.</summary>
    public static WhyPerson? Of(Trace trace) =>
        trace is { Received: null, Person: null }
            ? null
            : new(
                trace.Name,
                trace.UserName,
                trace.Email,
                trace.Person?.Person.Id,
                trace.ResourceId,
                trace.Person is { } shown ? Scim.Directory.WireName.Of(shown.Person.Status) : null
            );
}

/// <summary>Something that has happened.</summary>
/// <param name="At">When.</param>
/// <param name="What">What has happened, in plain words.</param>
/// <param name="RequestId">The request that has done it.</param>
/// <param name="Status">The HTTP status of its answer.</param>
/// <param name="Detail">What the identity provider was told.</param>
/// <param name="EntraErrorCode">The error code by which Entra's provisioning log names the answer, as far as it is known.</param>
sealed record WhyEvidence(
    DateTime At,
    string What,
    string? RequestId = null,
    int? Status = null,
    string? Detail = null,
    string? EntraErrorCode = null
)
{
    [JsonIgnore]
    public Statement? Says { get; init; }

    public static WhyEvidence Of(
        DateTimeOffset at,
        Statement says,
        string? requestId = null,
        int? status = null,
        string? detail = null,
        string? entraErrorCode = null
    ) => new(at.UtcDateTime, says.English, requestId, status, detail, entraErrorCode) { Says = says };
}

/// <summary>How the last event stands at a webhook endpoint.</summary>
/// <param name="EndpointId">The id of the endpoint.</param>
/// <param name="Url">Its address.</param>
/// <param name="State">delivered, waiting, failed, exhausted, disabled or notWanted.</param>
/// <param name="Error">Why the last attempt has failed.</param>
/// <param name="NextAttemptAt">When it is tried next.</param>
sealed record WhyDelivery(Guid EndpointId, string Url, string State, string? Error, DateTime? NextAttemptAt)
{
    public static WhyDelivery Of(EndpointDelivery delivery) =>
        new(delivery.EndpointId, delivery.Url, StateOf(delivery), delivery.Error, delivery.NextAt?.UtcDateTime);

    static string StateOf(EndpointDelivery delivery) =>
        delivery switch
        {
            { Gets: false } => "notWanted",
            { IsExhausted: true } => "exhausted",
            { IsEnabled: false, HasPassed: false } or { IsEnabled: false, Attempts: not null } => "disabled",
            { Attempts: > 0 } => "failed",
            { Attempts: 0 } or { HasPassed: false } => "waiting",
            _ => "delivered",
        };
}

/// <summary>Somebody else who may be meant.</summary>
/// <param name="Name">What people know the person by.</param>
/// <param name="UserName">The userName.</param>
/// <param name="PersonId">The id of the person for the application.</param>
/// <param name="ResourceId">The id of the SCIM user.</param>
/// <param name="Verdict">Why he is, or is not, there for the application.</param>
/// <param name="IsSimilar">True: the name is only similar. False: it is the one that was looked for.</param>
sealed record WhyCandidate(string? Name, string? UserName, Guid? PersonId, Guid? ResourceId, string Verdict, bool IsSimilar)
{
    public static WhyCandidate Of(Trace trace, Surrounding around, bool isSimilar) =>
        new(trace.Name, trace.UserName, trace.Person?.Person.Id, trace.ResourceId, Wire(WhyVerdicts.Of(trace, around)), isSimilar);

    public static string Wire(WhyVerdict verdict) => JsonNamingPolicy.CamelCase.ConvertName(verdict.ToString());
}

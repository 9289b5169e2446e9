using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Requests;

/// <summary>Which requests a list has.</summary>
sealed record RequestQuery
{
    /// <summary>
    /// One or several of these, separated by commas: created, updated, deactivated, reactivated, deleted, unchanged, matched, not_found,
    /// members_changed, test, refused, failed.
    /// </summary>
    [FromQuery(Name = "outcome")]
    public string? Outcome { get; init; }

    /// <summary>The HTTP status of the answer.</summary>
    [FromQuery(Name = "status")]
    public int? Status { get; init; }

    /// <summary>The userName, the displayName or what was looked for, whole; letter case does not count.</summary>
    [FromQuery(Name = "subject")]
    public string? Subject { get; init; }

    /// <summary>The id of the SCIM resource.</summary>
    [FromQuery(Name = "resourceId")]
    public Guid? ResourceId { get; init; }

    /// <summary>The X-Request-Id of an answer; with since and until, at most a day apart.</summary>
    [FromQuery(Name = "requestId")]
    public string? RequestId { get; init; }

    /// <summary>From this time on, such as 2026-11-21T00:00:00Z.</summary>
    [FromQuery(Name = "since")]
    public string? Since { get; init; }

    /// <summary>Before this time.</summary>
    [FromQuery(Name = "until")]
    public string? Until { get; init; }

    /// <param name="now">What is later is not there yet.</param>
    public RequestFilter Filter(DateTimeOffset now) =>
        new(
            Moment(Since) ?? DateTimeOffset.UnixEpoch,
            Moment(Until) ?? now.AddDays(1),
            Outcomes(Outcome) ?? [],
            Status,
            Subject,
            ResourceId,
            RequestId
        );

    /// <returns><c>null</c>: one of them is unknown.</returns>
    public static IReadOnlyList<RequestOutcome>? Outcomes(string? list)
    {
        var outcomes = new List<RequestOutcome>();
        foreach (var name in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (WireName.TryParse(name, out RequestOutcome outcome))
                outcomes.Add(outcome);
            else
                return null;
        return outcomes;
    }

    public static bool IsMoment(string? text) => string.IsNullOrEmpty(text) || Moment(text) is not null;

    /// <summary>There is no index by the id of a request: those of a while are looked through.</summary>
    internal bool IsShort => Moment(Until) - Moment(Since) is { TotalHours: <= 24 };

    static DateTimeOffset? Moment(string? text) => DateTimeText.TryParse(text ?? "", out var moment) ? moment : null;
}

/// <inheritdoc/>
sealed class RequestQueryValidator : AbstractValidator<RequestQuery>
{
    const int LongestId = 128;

    const string NoMoment = "Must be a time such as 2026-11-21T00:00:00Z.";

    public RequestQueryValidator()
    {
        RuleFor(query => query.Outcome)
            .Must(list => RequestQuery.Outcomes(list) is not null)
            .WithMessage($"Must be of these, separated by commas: {string.Join(", ", WireName.All<RequestOutcome>())}.");
        RuleFor(query => query.Subject)
            .MaximumLength(RequestRows.LongestName)
            .WithMessage($"Must be at most {RequestRows.LongestName} characters.")
            .Must(text => text is null || !text.Any(char.IsControl))
            .WithMessage("Must not contain control characters.");
        RuleFor(query => query.RequestId)
            .Must((query, id) => string.IsNullOrEmpty(id) || query.IsShort)
            .WithMessage("Give since and until too, at most a day apart.")
            .Must(text => text is null || (text.Length <= LongestId && !text.Any(char.IsControl)))
            .WithMessage($"Must be at most {LongestId} characters, none of them a control character.");
        RuleFor(query => query.Since).Must(RequestQuery.IsMoment).WithMessage(NoMoment);
        RuleFor(query => query.Until).Must(RequestQuery.IsMoment).WithMessage(NoMoment);
    }
}

/// <summary>A SCIM request, or an operation of a bulk request.</summary>
/// <param name="Id">The id. Ids are sorted by time.</param>
/// <param name="At">When it came.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Operation">get, list, find, probe, create, replace, patch, delete, discovery or other.</param>
/// <param name="ResourceType">User, Group or another type; null: none, or several.</param>
/// <param name="ResourceId">The id of the SCIM resource that it was about.</param>
/// <param name="ExternalId">The id that the identity provider has given the resource.</param>
/// <param name="Subject">The userName or displayName of the resource, or what was looked for.</param>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Found">How many resources a list has found.</param>
/// <param name="ScimType">The scimType of the error.</param>
/// <param name="Detail">The text of the error, which the identity provider was told.</param>
/// <param name="EntraErrorCode">The error code by which Entra's provisioning log names the answer, as far as it is known.</param>
/// <param name="Milliseconds">How long the answer took.</param>
/// <param name="Actor">The credential, such as token:{id}; null: the login was refused.</param>
/// <param name="Address">The IP address that it came from.</param>
/// <param name="UserAgent">The User-Agent header.</param>
/// <param name="RequestId">The X-Request-Id of the answer.</param>
/// <param name="RunId">The run that it is part of.</param>
/// <param name="Body">Of a write that was refused or failed, what was sent: JSON without secrets, cut when it is long.</param>
sealed record RequestResponse(
    Guid Id,
    DateTime At,
    string Method,
    string Operation,
    string? ResourceType,
    Guid? ResourceId,
    string? ExternalId,
    string? Subject,
    int Status,
    string Outcome,
    long? Found,
    string? ScimType,
    string? Detail,
    string? EntraErrorCode,
    int Milliseconds,
    string? Actor,
    string? Address,
    string? UserAgent,
    string RequestId,
    Guid? RunId,
    string? Body
)
{
    public static RequestResponse Of(LoggedRequest row, Guid? run) =>
        new(
            row.Id,
            row.OccurredAt.UtcDateTime,
            row.Method,
            WireName.Of(row.Operation),
            row.ResourceType,
            row.ResourceId,
            row.ExternalId,
            row.Subject,
            row.Status,
            WireName.Of(row.Outcome),
            row.Found,
            row.ScimType,
            row.Detail,
            EntraErrors.Of(row),
            row.Milliseconds,
            row.Actor,
            row.Address,
            row.Agent,
            row.RequestId,
            run,
            row.Body
        );
}

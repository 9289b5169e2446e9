using ScimProvisioning.Activity.Requests;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Why;

/// <summary>What has happened to the person whom the answer is about, each list the newest first.</summary>
/// <param name="Changes">Of the SCIM user, as they were received.</param>
/// <param name="Requests">About the SCIM user, and by the name that was looked for.</param>
/// <param name="Events">Of the person, as the application was told.</param>
/// <param name="LastContact">When the identity provider was here last, for whomever; <c>null</c>: never.</param>
/// <param name="TurnedAway">
/// Of somebody who never arrived: writes that were turned away before anybody could see whom they were about.
/// </param>
sealed record WhyFacts(
    IReadOnlyList<ResourceChange> Changes,
    IReadOnlyList<LoggedRequest> Requests,
    IReadOnlyList<ToldEvent> Events,
    DateTimeOffset? LastContact,
    IReadOnlyList<LoggedRequest> TurnedAway
)
{
    const int Most = 10;

    static readonly RequestOutcome[] Unsuccessful = [RequestOutcome.Refused, RequestOutcome.Failed];

    public static bool IsWrite(LoggedRequest request) =>
        request.Operation is RequestOperation.Create or RequestOperation.Replace or RequestOperation.Patch or RequestOperation.Delete;

    public static bool IsUnsuccessful(LoggedRequest request) => Unsuccessful.Contains(request.Outcome);

    /// <summary>The last time that the identity provider asked for the name and nobody was there.</summary>
    public LoggedRequest? LookedFor =>
        Requests.FirstOrDefault(request => request.Outcome is RequestOutcome.NotFound or RequestOutcome.Test);

    /// <summary>When somebody who is deleted or inactive became so; <c>null</c> for others, and when it is not kept.</summary>
    public ResourceChange? Left(WhyVerdict verdict) =>
        verdict switch
        {
            WhyVerdict.Deleted => Changes.FirstOrDefault(change => change.Type == ChangeType.Deleted(Scim.ResourceType.User).Name),
            WhyVerdict.Inactive => Changes.FirstOrDefault(change => change.Changes(Scim.UserSchema.Active.Name)),
            _ => null,
        };

    /// <summary>What shows it, the newest first.</summary>
    public IReadOnlyList<WhyEvidence> Evidence(WhyVerdict verdict, Trace trace)
    {
        var found = new List<WhyEvidence>();
        if (Left(verdict) is { } left)
            found.Add(
                new(
                    left.At.UtcDateTime,
                    $"{By(left.Actor)} {(verdict is WhyVerdict.Deleted ? "deleted" : "switched off")} the person.",
                    left.RequestId
                )
            );
        if (Changes is [.., { Version: 1 } first])
            found.Add(new(first.At.UtcDateTime, "The identity provider sent the person for the first time.", first.RequestId));
        if (Changes is [{ Version: > 1 } last, ..] && last != Left(verdict))
            found.Add(new(last.At.UtcDateTime, $"{By(last.Actor)} changed the person last.", last.RequestId));
        found.AddRange(
            trace
                .Problems.Where(p => p is { Holds: true, Since: not null })
                .Select(p => new WhyEvidence(p.Since!.Value.UtcDateTime, $"Held back since then: {p.Message}"))
        );
        found.AddRange(
            Requests.Where(r => IsWrite(r) && IsUnsuccessful(r)).DistinctBy(r => (r.Operation, r.Detail)).Take(3).Select(Refusal)
        );
        if (LookedFor is { } asked)
            found.Add(
                new(
                    asked.OccurredAt.UtcDateTime,
                    "The identity provider asked whether the person is here, and nobody was found.",
                    asked.RequestId,
                    asked.Status
                )
            );
        found.AddRange(
            TurnedAway
                .GroupBy(request => request.Status)
                .Select(same => new WhyEvidence(
                    same.First().OccurredAt.UtcDateTime,
                    same.Count() == 1
                        ? "A request was turned away before anybody could see whom it was about."
                        : $"{same.Count()} requests, this one last, were turned away before anybody could see whom they were about.",
                    same.First().RequestId,
                    same.Key,
                    same.First().Detail
                ))
        );
        found.AddRange(
            Events.Take(3).Select(told => new WhyEvidence(told.At.UtcDateTime, $"Your app was told: {told.Type}.", told.RequestId))
        );
        return [.. found.OrderByDescending(item => item.At).Take(Most)];
    }

    static WhyEvidence Refusal(LoggedRequest request) =>
        new(
            request.OccurredAt.UtcDateTime,
            $"A request to {Verb(request.Operation)} the person {(request.Outcome is RequestOutcome.Failed ? "failed" : "was refused")}.",
            request.RequestId,
            request.Status,
            request.Detail,
            EntraErrors.Of(request)
        );

    static string Verb(RequestOperation operation) =>
        operation switch
        {
            RequestOperation.Create => "create",
            RequestOperation.Delete => "delete",
            _ => "change",
        };

    static string By(string actor) => ChangeAuthor.IsIdentityProvider(actor) ? "The identity provider" : "An admin";
}

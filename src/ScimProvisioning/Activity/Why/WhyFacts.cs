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
    /// <param name="verdicts">All that hold.</param>
    public IReadOnlyList<WhyEvidence> Evidence(IReadOnlyList<WhyVerdict> verdicts, Trace trace)
    {
        var found = new List<WhyEvidence>();
        var left = verdicts.Select(Left).FirstOrDefault(change => change is not null);
        if (left is not null)
            found.Add(WhyEvidence.Of(left.At, Gone(left, verdicts.Contains(WhyVerdict.Deleted)), left.RequestId));
        if (Changes is [.., { Version: 1 } first])
            found.Add(
                WhyEvidence.Of(
                    first.At,
                    new("why.seen.first", "The identity provider sent the person for the first time."),
                    first.RequestId
                )
            );
        if (Changes is [{ Version: > 1 } last, ..] && last != left)
            found.Add(
                WhyEvidence.Of(
                    last.At,
                    IsOfProvider(last)
                        ? new("why.seen.changed", "The identity provider changed the person last.")
                        : new("why.seen.changed-by-admin", "An admin changed the person last."),
                    last.RequestId
                )
            );
        found.AddRange(
            trace
                .Problems.Where(p => p is { Holds: true, Since: not null })
                .Select(p => WhyEvidence.Of(p.Since!.Value, Statement.Of("why.seen.held", $"Held back since then: {p.Says}")))
        );
        found.AddRange(
            Requests.Where(r => IsWrite(r) && IsUnsuccessful(r)).DistinctBy(r => (r.Operation, r.Detail)).Take(3).Select(Refusal)
        );
        if (LookedFor is { } asked)
            found.Add(
                WhyEvidence.Of(
                    asked.OccurredAt,
                    new("why.seen.asked", "The identity provider asked whether the person is here, and nobody was found."),
                    asked.RequestId,
                    asked.Status
                )
            );
        found.AddRange(
            TurnedAway
                .GroupBy(request => request.Status)
                .Select(same =>
                    WhyEvidence.Of(
                        same.First().OccurredAt,
                        TurnedAwayTimes(same.Count()),
                        same.First().RequestId,
                        same.Key,
                        same.First().Detail
                    )
                )
        );
        found.AddRange(
            Events
                .Take(3)
                .Select(told => WhyEvidence.Of(told.At, Statement.Of("why.seen.told", $"Your app was told: {told.Type}."), told.RequestId))
        );
        return [.. found.OrderByDescending(item => item.At).Take(Most)];
    }

    static Statement Gone(ResourceChange left, bool isDeleted) =>
        (isDeleted, IsOfProvider(left)) switch
        {
            (true, true) => new("why.seen.deleted", "The identity provider deleted the person."),
            (true, false) => new("why.seen.deleted-by-admin", "An admin deleted the person."),
            (false, true) => new("why.seen.off", "The identity provider switched off the person."),
            (false, false) => new("why.seen.off-by-admin", "An admin switched off the person."),
        };

    static Statement TurnedAwayTimes(int requests) =>
        requests == 1
            ? new("why.seen.turned-away", "A request was turned away before anybody could see whom it was about.")
            : Statement.Of(
                "why.seen.turned-away.many",
                $"{requests} requests, this one last, were turned away before anybody could see whom they were about."
            );

    static WhyEvidence Refusal(LoggedRequest request) =>
        WhyEvidence.Of(
            request.OccurredAt,
            (request.Operation, request.Outcome is RequestOutcome.Failed) switch
            {
                (RequestOperation.Create, true) => new("why.seen.create-failed", "A request to create the person failed."),
                (RequestOperation.Create, false) => new("why.seen.create-refused", "A request to create the person was refused."),
                (RequestOperation.Delete, true) => new("why.seen.delete-failed", "A request to delete the person failed."),
                (RequestOperation.Delete, false) => new("why.seen.delete-refused", "A request to delete the person was refused."),
                (_, true) => new("why.seen.change-failed", "A request to change the person failed."),
                (_, false) => new("why.seen.change-refused", "A request to change the person was refused."),
            },
            request.RequestId,
            request.Status,
            request.Detail,
            EntraErrors.Of(request)
        );

    static bool IsOfProvider(ResourceChange change) => ChangeAuthor.IsIdentityProvider(change.Actor);
}

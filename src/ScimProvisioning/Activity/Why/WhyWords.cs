using Scim.Directory;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Why;

/// <summary>Says a verdict to somebody who has not heard of SCIM. What to do about it: <see cref="WhyAdvice"/>.</summary>
static class WhyWords
{
    static readonly Statement Never = new("why.never", "The identity provider never sent this person.");

    /// <param name="hasSimilar">There are people of a similar name.</param>
    public static IReadOnlyList<Statement> Of(WhyVerdict verdict, Trace trace, Surrounding around, WhyFacts facts, bool hasSimilar) =>
        verdict switch
        {
            WhyVerdict.NeverReceived => NeverReceived(trace, facts, hasSimilar),
            WhyVerdict.Refused => [Refused(trace.Refused!)],
            WhyVerdict.ConnectionPending =>
            [
                new(
                    "why.pending",
                    "This person has arrived, but the connection is not enabled: nobody who arrives by it is shown to your app yet."
                ),
            ],
            WhyVerdict.ConnectionDisconnected => [Disconnected(trace, around)],
            WhyVerdict.Held when trace.Person?.Person.Status is PersonStatus.Active =>
            [
                Statement.Of("why.held.changes", $"Your app has this person, but the latest changes are held back: {Holding(trace)}"),
            ],
            WhyVerdict.Held => [Statement.Of("why.held", $"This person has arrived, but is held back: {Holding(trace)}")],
            WhyVerdict.OutOfScope =>
            [
                new("why.out-of-scope", "This person has arrived, but is in none of the groups whose members your app is to see."),
            ],
            WhyVerdict.Inactive => Inactive(trace, facts),
            WhyVerdict.Deleted => [Statement.Of("why.deleted", $"The identity provider deleted this person{Left(verdict, facts)}.")],
            WhyVerdict.HeldByGuard =>
            [
                Statement.Of(
                    "why.guarded",
                    $"Very many people were about to leave your app within a short time. Those who had not left yet, "
                        + $"this person among them, are kept active since {trace.GuardedSince!.Value}, until somebody decides."
                ),
            ],
            WhyVerdict.NotYet =>
            [
                new("why.not-yet", "This person, or a change of the person, has arrived a moment ago, and your app is told next."),
            ],
            WhyVerdict.Released => Released(trace.Person!.Person, facts),
            _ => throw new InvalidOperationException($"{verdict} has no sentence."),
        };

    static IReadOnlyList<Statement> NeverReceived(Trace trace, WhyFacts facts, bool hasSimilar)
    {
        if (hasSimilar)
            return [new("why.similar", "Nobody who was received has just this name, but others have a similar one.")];
        // Who knows whom those were about.
        if (facts.TurnedAway is [var last, ..] && trace.Person is null)
            return
            [
                Statement.Of(
                    "why.turned-away",
                    $"This person never arrived. But requests of the identity provider were turned away before anybody could see whom "
                        + $"they were about, last on {last.OccurredAt}: this person may have been among them."
                ),
            ];
        if (trace.Person is not null)
            return [new("why.added", "Your app has added this person itself."), Never];
        if (facts.LookedFor is { } asked)
            return [Never, Statement.Of("why.asked", $"It only asked whether the name is known here, last on {asked.OccurredAt}.")];
        return facts.LastContact is null ? [Never, new("why.nothing", "It has not sent anything yet.")] : [Never];
    }

    static Statement Refused(LoggedRequest refused) =>
        refused switch
        {
            { Outcome: RequestOutcome.Failed } => Statement.Of(
                "why.failed",
                $"The identity provider tried to send this person on {refused.OccurredAt}, but this server could not take the request."
            ),
            { Detail: { } detail } => Statement.Of(
                "why.refused",
                $"The identity provider tried to send this person on {refused.OccurredAt}, but it was refused: {detail}"
            ),
            _ => Statement.Of(
                "why.refused.unknown",
                $"The identity provider tried to send this person on {refused.OccurredAt}, but it was refused: the reason is not kept."
            ),
        };

    static Statement Disconnected(Trace trace, Surrounding around)
    {
        Statement? since = around.Connection.StateChangedAt is { } at ? On(at) : null;
        return trace switch
        {
            { Received: null } => Statement.Of(
                "why.disconnected.never",
                $"This person never arrived, and cannot: the connection was disconnected{since}."
            ),
            { Person: not null } => Statement.Of(
                "why.disconnected.known",
                $"Your app has this person as it was told last. What has arrived since then is not passed on: "
                    + $"the connection was disconnected{since}."
            ),
            _ => Statement.Of(
                "why.disconnected",
                $"This person has arrived, but your app is not told: the connection was disconnected{since}."
            ),
        };
    }

    static IReadOnlyList<Statement> Inactive(Trace trace, WhyFacts facts)
    {
        var off = Statement.Of("why.inactive", $"The identity provider switched this person off{Left(WhyVerdict.Inactive, facts)}.");
        return trace.Person?.Person.Status is PersonStatus.Inactive
            ? [off, new("why.inactive.known", "Your app has the person as inactive.")]
            : [off];
    }

    static IReadOnlyList<Statement> Released(Person person, WhyFacts facts)
    {
        var known = Statement.Of("why.released", $"Your app has this person as active, and has known the person since {person.CreatedAt}.");
        return facts.Events is [var last, ..]
            ? [known, Statement.Of("why.released.last", $"The last change was told on {last.At}.")]
            : [known];
    }

    static IReadOnlyList<Statement> Holding(Trace trace) => [.. trace.Holding.Select(problem => problem.Says)];

    static Statement? Left(WhyVerdict verdict, WhyFacts facts) => facts.Left(verdict) is { } left ? On(left.At) : null;

    static Statement On(DateTimeOffset at) => Statement.Of("why.on", $" on {at}");
}

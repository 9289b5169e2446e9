using System.Globalization;
using Scim.Directory;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Why;

/// <summary>Says a verdict, and what to do, to somebody who has not heard of SCIM.</summary>
static class WhyWords
{
    const int MostGroups = 5;

    public static string Sentence(WhyVerdict verdict, Trace trace, Surrounding around, WhyFacts facts) =>
        verdict switch
        {
            WhyVerdict.NeverReceived when trace.Person is not null =>
                "Your app has added this person itself. The identity provider never sent this person.",
            WhyVerdict.NeverReceived when facts.LookedFor is { } asked =>
                $"The identity provider never sent this person. It only asked whether the name is known here, last on {On(asked.OccurredAt)}.",
            WhyVerdict.NeverReceived when facts.LastContact is null =>
                "The identity provider never sent this person. It has not sent anything yet.",
            WhyVerdict.NeverReceived => "The identity provider never sent this person.",
            WhyVerdict.Refused when trace.Refused!.Outcome is RequestOutcome.Failed =>
                $"The identity provider tried to send this person on {On(trace.Refused.OccurredAt)}, but this server could not take the request.",
            WhyVerdict.Refused =>
                $"The identity provider tried to send this person on {On(trace.Refused!.OccurredAt)}, but it was refused: "
                    + (trace.Refused.Detail ?? "the reason is not kept."),
            WhyVerdict.ConnectionPending =>
                "This person has arrived, but the connection is not enabled: nobody who arrives by it is shown to your app yet.",
            WhyVerdict.ConnectionDisconnected when trace.Received is null =>
                $"This person never arrived, and cannot: the connection was disconnected{Since(around)}.",
            WhyVerdict.ConnectionDisconnected =>
                $"This person has arrived, but your app is not told: the connection was disconnected{Since(around)}.",
            WhyVerdict.Held when trace.Person?.Person.Status is PersonStatus.Active =>
                $"Your app has this person, but the latest changes are held back: {string.Join(' ', trace.Holding)}",
            WhyVerdict.Held => $"This person has arrived, but is held back: {string.Join(' ', trace.Holding)}",
            WhyVerdict.OutOfScope =>
                "This person has arrived, but is in none of the groups whose members your app is to see.",
            WhyVerdict.Inactive => facts.Left(verdict) is { } left
                ? $"The identity provider has switched this person off on {On(left.At)}. Your app has the person as inactive."
                : "The identity provider has switched this person off. Your app has the person as inactive.",
            WhyVerdict.Deleted => facts.Left(verdict) is { } left
                ? $"The identity provider has deleted this person on {On(left.At)}."
                : "The identity provider has deleted this person.",
            WhyVerdict.HeldByGuard =>
                $"Very many people were about to leave your app at once, so nobody of them has left yet. This person is one of them, since {On(
                    trace.GuardedSince!.Value
                )}.",
            WhyVerdict.NotYet => "This person, or a change of the person, has arrived a moment ago, and your app is told next.",
            WhyVerdict.Released => facts.Events is [var last, ..]
                ? $"Your app has this person as active since {On(trace.Person!.Person.CreatedAt)}. The last change was told on {On(last.At)}."
                : $"Your app has this person as active since {On(trace.Person!.Person.CreatedAt)}.",
            _ => throw new InvalidOperationException($"{verdict} has no sentence."),
        };

    public static string Advice(WhyVerdict verdict, Trace trace, Surrounding around, WhyFacts facts, bool hasSimilar, int undelivered) =>
        verdict switch
        {
            WhyVerdict.NeverReceived when facts.LastContact is null =>
                "Enter the Tenant URL and the Secret Token in the identity provider, test the connection there, and start provisioning.",
            WhyVerdict.NeverReceived => (hasSimilar ? "Look at the candidates: the identity provider may know the person by another name. " : "")
                + "In the identity provider, assign the person to the application, directly or by a group that the person is in itself, and "
                + $"check the scoping filters. Then provision the person on demand.{Closed(around)}",
            WhyVerdict.Refused => RefusedAdvice(trace),
            WhyVerdict.ConnectionPending => "Look at what enabling would do (preview), then enable the connection.",
            WhyVerdict.ConnectionDisconnected =>
                "Reconnect the connection, enter its new token in the identity provider, start provisioning there, and enable the connection.",
            WhyVerdict.Held => string.Join(' ', trace.Problems.Where(problem => problem.Holds).Select(HeldAdvice).Distinct()),
            WhyVerdict.OutOfScope => ScopeAdvice(around.Stored.Scope),
            WhyVerdict.Inactive =>
                "If that is wrong, enable the account in the identity provider, or assign the person to the application again.",
            WhyVerdict.Deleted =>
                "If that is wrong, assign the person to the application again: it becomes the same person in your app. An admin can also "
                    + "restore the person.",
            WhyVerdict.HeldByGuard =>
                "If all of them are to leave, approve it. If not, correct it in the identity provider: whom it brings back is free at once.",
            WhyVerdict.NotYet => "Wait a few seconds and ask again. If it stays so, look at the health of the connection.",
            WhyVerdict.Released when undelivered > 0 =>
                $"The last message about the person has not reached {undelivered} of your receivers: see the deliveries.{Closed(around)}",
            WhyVerdict.Released =>
                "If your app does not show the person, look in your app. If it shows old values, look at the history of the person, and "
                    + $"provision the person on demand.{Closed(around)}",
            _ => throw new InvalidOperationException($"{verdict} has no advice."),
        };

    static string RefusedAdvice(Trace trace) =>
        trace.Refused switch
        {
            { Outcome: RequestOutcome.Failed } =>
                "Nothing is wrong with the person. The identity provider tries again by itself. If it goes on, give the request id to whoever "
                    + "runs this server.",
            { ScimType: "uniqueness" } =>
                "Two people have the same name or key. The reason tells who has it already: correct one of the two in the identity provider, "
                    + "then provision the person on demand.",
            _ => "Correct in the identity provider what the reason names, usually a value or an attribute mapping, then provision the person "
                + "on demand.",
        };

    static string HeldAdvice(KnownProblem problem) =>
        problem.Kind switch
        {
            ProblemKind.MissingRequired =>
                $"Fill in {problem.Attribute} in the identity provider, or change the mapping of the connection.",
            ProblemKind.MissingUid => "Have the identity provider send the attribute that people are told apart by (uid), or choose another one.",
            ProblemKind.DuplicateUid =>
                "Two people have the same key (uid): correct one of them in the identity provider, or choose another attribute as uid.",
            _ => $"Correct {problem.Attribute} in the identity provider, or change the mapping of the connection.",
        };

    static string ScopeAdvice(Scope? scope)
    {
        var groups = scope?.Groups.Select(group => group.Id is null ? $"'{group}' (has not arrived yet)" : $"'{group}'").ToList() ?? [];
        if (groups.Count == 0)
            return "The scope of the connection names no group: change it.";
        var more = groups.Count > MostGroups ? $" or {groups.Count - MostGroups} more" : "";
        return $"In the identity provider, make the person a direct member of {string.Join(", ", groups.Take(MostGroups))}{more}. "
            + "Or widen the scope of the connection.";
    }

    /// <summary>For a connection to which nothing new comes.</summary>
    static string Closed(Surrounding around) =>
        around.Connection.State switch
        {
            ConnectionState.Paused => " The connection is paused: resume it, nothing arrives before.",
            ConnectionState.Disabled => " The connection is disabled: enable it, nothing arrives before.",
            ConnectionState.Disconnected => " The connection is disconnected: nothing arrives any more.",
            ConnectionState.Pending when !around.Releases => " The connection is not enabled: what arrives now is not shown to your app.",
            _ => "",
        };

    static string Since(Surrounding around) => around.Connection.StateChangedAt is { } at ? $" on {On(at)}" : "";

    static string On(DateTimeOffset at) =>
        at.UtcDateTime.ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

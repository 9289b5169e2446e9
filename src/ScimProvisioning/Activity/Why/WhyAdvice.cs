using Scim.Directory;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Why;

/// <summary>Says what to do about a verdict.</summary>
static class WhyAdvice
{
    const int MostGroups = 5;

    /// <param name="hasSimilar">There are people of a similar name.</param>
    /// <param name="undelivered">Webhook endpoints that have not got the last event.</param>
    public static string Of(WhyVerdict verdict, Trace trace, Surrounding around, WhyFacts facts, bool hasSimilar, int undelivered) =>
        verdict switch
        {
            WhyVerdict.NeverReceived when facts.LastContact is null =>
                "Enter the Tenant URL and the Secret Token in the identity provider, test the connection there, and start provisioning.",
            WhyVerdict.NeverReceived when facts.TurnedAway is [var last, ..] => (
                Candidates(hasSimilar)
                + last.Status switch
                {
                    403 => "Look what the answer to those requests says, and whether the connection and its token may write.",
                    429 => "They were too many at once: the identity provider sends them again by itself.",
                    _ => "Resume the connection if it is paused: the identity provider sends them again by itself.",
                }
            ) + $" Then provision the person on demand.{Closed(around)}",
            WhyVerdict.NeverReceived => Candidates(hasSimilar)
                + "In the identity provider, assign the person to the application, directly or by a group that the person is in itself, "
                + $"and check the scoping filters. Then provision the person on demand.{Closed(around)}",
            WhyVerdict.Refused => Refused(trace.Refused!) + Closed(around),
            WhyVerdict.ConnectionPending => "Look at what enabling would do (preview), then enable the connection.",
            WhyVerdict.ConnectionDisconnected =>
                "Reconnect the connection, enter its new token in the identity provider, start provisioning there, and enable it.",
            WhyVerdict.Held => string.Join(' ', trace.Problems.Where(problem => problem.Holds).Select(Held).Distinct()),
            WhyVerdict.OutOfScope => OutOfScope(around.Stored.Scope),
            WhyVerdict.Inactive =>
                "If that is wrong, enable the account in the identity provider, or assign the person to the application again."
                    + Closed(around),
            WhyVerdict.Deleted => "If that is wrong, assign the person to the application again: with the same key (uid) it is the same "
                + "person in your app. "
                + "An admin can also restore the person.",
            WhyVerdict.HeldByGuard =>
                "If all of them are to leave, approve it. If not, correct it in the identity provider: those whom it brings back are freed "
                    + "by themselves.",
            WhyVerdict.NotYet => "Wait a few seconds and ask again. If it stays so, look at the health of the connection.",
            WhyVerdict.Released when undelivered > 0 =>
                $"The last message about the person has not reached {undelivered} of your receivers: see the deliveries.{Closed(around)}",
            WhyVerdict.Released => "If your app does not show the person, look in your app. If it shows old values, look at the history "
                + $"of the person, and provision the person on demand.{Closed(around)}",
            _ => throw new InvalidOperationException($"{verdict} has no advice."),
        };

    static string Refused(LoggedRequest refused) =>
        refused switch
        {
            { Outcome: RequestOutcome.Failed } => "Nothing is wrong with the person. The identity provider tries again by itself. "
                + "If it goes on, give the request id to whoever runs this server.",
            { ScimType: "uniqueness" } => "Two people have the same name or key. The reason tells who has it already: correct one of "
                + "the two in the identity provider, then provision the person on demand.",
            _ => "Correct in the identity provider what the reason names, usually a value or an attribute mapping. "
                + "Then provision the person on demand.",
        };

    static string Held(KnownProblem problem) =>
        problem.Kind switch
        {
            ProblemKind.MissingRequired =>
                $"Fill in {problem.Attribute} in the identity provider, or change the mapping of the connection.",
            ProblemKind.MissingUid =>
                "Have the identity provider send the attribute that people are told apart by (uid), or choose another one.",
            ProblemKind.DuplicateUid =>
                "Two people have the same key (uid): correct one of them in the identity provider, or choose another attribute as uid.",
            _ => $"Correct {problem.Attribute} in the identity provider, or change the mapping of the connection.",
        };

    static string OutOfScope(Scope? scope)
    {
        var groups = scope?.Groups.Select(group => group.Id is null ? $"'{group}' (has not arrived yet)" : $"'{group}'").ToList() ?? [];
        if (groups.Count == 0)
            return "The scope of the connection names no group: change it.";
        var more = groups.Count > MostGroups ? $" or {groups.Count - MostGroups} more" : "";
        return $"In the identity provider, make the person a direct member of {string.Join(", ", groups.Take(MostGroups))}{more}. "
            + "Or widen the scope of the connection.";
    }

    static string Candidates(bool hasSimilar) =>
        hasSimilar ? "Look at the candidates first: the identity provider may know the person by another name. " : "";

    /// <summary>For a connection to which nothing new comes.</summary>
    static string Closed(Surrounding around) =>
        around.Connection.State switch
        {
            ConnectionState.Paused => " The connection is paused: resume it, nothing arrives before.",
            ConnectionState.Disabled => " The connection is disabled: nobody of it can sign in, and nothing arrives, before it is enabled.",
            ConnectionState.Disconnected => " The connection is disconnected: nobody of it can sign in, and nothing arrives any more.",
            ConnectionState.Pending when !around.Releases => " The connection is not enabled: what arrives now is not shown to your app.",
            _ => "",
        };
}

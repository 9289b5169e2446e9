using Scim.Directory;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Why;

/// <summary>Says what to do about a verdict.</summary>
static class WhyAdvice
{
    const int MostGroups = 5;

    static readonly Statement OnDemand = new("why.do.on-demand", "Then provision the person on demand.");

    /// <param name="hasSimilar">There are people of a similar name.</param>
    /// <param name="undelivered">Webhook endpoints that have not got the last event.</param>
    public static IReadOnlyList<Statement> Of(
        WhyVerdict verdict,
        Trace trace,
        Surrounding around,
        WhyFacts facts,
        bool hasSimilar,
        int undelivered
    ) =>
        verdict switch
        {
            WhyVerdict.NeverReceived when facts.LastContact is null =>
            [
                new(
                    "why.do.set-up",
                    "Enter the Tenant URL and the Secret Token in the identity provider, test the connection there, and start provisioning."
                ),
            ],
            WhyVerdict.NeverReceived when facts.TurnedAway is [var last, ..] =>
            [
                .. Candidates(hasSimilar),
                TurnedAway(last),
                OnDemand,
                .. Closed(around),
            ],
            WhyVerdict.NeverReceived =>
            [
                .. Candidates(hasSimilar),
                new(
                    "why.do.assign",
                    "In the identity provider, assign the person to the application, directly or by a group that the person is in itself, "
                        + "and check the scoping filters."
                ),
                OnDemand,
                .. Closed(around),
            ],
            WhyVerdict.Refused => [.. Refused(trace.Refused!), .. Closed(around)],
            WhyVerdict.ConnectionPending => [new("why.do.enable", "Look at what enabling would do (preview), then enable the connection.")],
            WhyVerdict.ConnectionDisconnected =>
            [
                new(
                    "why.do.reconnect",
                    "Reconnect the connection, enter its new token in the identity provider, start provisioning there, and enable it."
                ),
            ],
            WhyVerdict.Held => [.. trace.Holding.Select(Held).DistinctBy(statement => statement.English)],
            WhyVerdict.OutOfScope => OutOfScope(around.Stored.Scope),
            WhyVerdict.Inactive =>
            [
                new(
                    "why.do.switch-on",
                    "If that is wrong, enable the account in the identity provider, or assign the person to the application again."
                ),
                .. Closed(around),
            ],
            WhyVerdict.Deleted =>
            [
                new(
                    "why.do.restore",
                    "If that is wrong, assign the person to the application again: with the same key (uid) it is the same person in your "
                        + "app. An admin can also restore the person."
                ),
            ],
            WhyVerdict.HeldByGuard =>
            [
                new(
                    "why.do.approve",
                    "If all of them are to leave, approve it. If not, correct it in the identity provider: those whom it brings back are "
                        + "freed by themselves."
                ),
            ],
            WhyVerdict.NotYet =>
            [
                new("why.do.wait", "Wait a few seconds and ask again. If it stays so, look at the health of the connection."),
            ],
            WhyVerdict.Released when undelivered > 0 =>
            [
                Statement.Of(
                    "why.do.deliveries",
                    $"The last message about the person has not reached {undelivered} of your receivers: see the deliveries."
                ),
                .. Closed(around),
            ],
            WhyVerdict.Released =>
            [
                new(
                    "why.do.look",
                    "If your app does not show the person, look in your app. If it shows old values, look at the history of the person, "
                        + "and provision the person on demand."
                ),
                .. Closed(around),
            ],
            _ => throw new InvalidOperationException($"{verdict} has no advice."),
        };

    static Statement TurnedAway(LoggedRequest last) =>
        last.Status switch
        {
            403 => new(
                "why.do.may-write",
                "Look what the answer to those requests says, and whether the connection and its token may write."
            ),
            429 => new("why.do.too-many", "They were too many at once: the identity provider sends them again by itself."),
            _ => new("why.do.resume", "Resume the connection if it is paused: the identity provider sends them again by itself."),
        };

    static IReadOnlyList<Statement> Refused(LoggedRequest refused) =>
        refused switch
        {
            { Outcome: RequestOutcome.Failed } =>
            [
                new(
                    "why.do.failed",
                    "Nothing is wrong with the person. The identity provider tries again by itself. If it goes on, give the request id to "
                        + "whoever runs this server."
                ),
            ],
            { ScimType: "uniqueness" } =>
            [
                new(
                    "why.do.unique",
                    "Two people have the same name or key. The reason tells who has it already: correct one of the two in the identity "
                        + "provider, then provision the person on demand."
                ),
            ],
            _ =>
            [
                new(
                    "why.do.correct-reason",
                    "Correct in the identity provider what the reason names, usually a value or an attribute mapping."
                ),
                OnDemand,
            ],
        };

    static Statement Held(KnownProblem problem) =>
        problem.Kind switch
        {
            ProblemKind.MissingRequired => Statement.Of(
                "why.do.fill-in",
                $"Fill in {problem.Attribute} in the identity provider, or change the mapping of the connection."
            ),
            ProblemKind.MissingUid => new(
                "why.do.send-uid",
                "Have the identity provider send the attribute that people are told apart by (uid), or choose another one."
            ),
            ProblemKind.DuplicateUid => new(
                "why.do.same-uid",
                "Two people have the same key (uid): correct one of them in the identity provider, or choose another attribute as uid."
            ),
            _ => Statement.Of(
                "why.do.correct",
                $"Correct {problem.Attribute ?? "uid"} in the identity provider, or change the mapping of the connection."
            ),
        };

    static IReadOnlyList<Statement> OutOfScope(Scope? scope)
    {
        var groups = scope?.Groups ?? [];
        if (groups.Count == 0)
            return [new("why.do.no-group", "The scope of the connection names no group: change it.")];
        List<Statement> names =
        [
            .. groups.Take(MostGroups).Select((group, i) => Named(group, i + 1 == Math.Min(groups.Count, MostGroups))),
        ];
        if (groups.Count > MostGroups)
            names.Add(Statement.Of("why.group.more", $"or {groups.Count - MostGroups} more"));
        return
        [
            Statement.Of("why.do.join", $"In the identity provider, make the person a direct member of {names}."),
            new("why.do.widen", "Or widen the scope of the connection."),
        ];
    }

    static Statement Named(GroupReference group, bool isLast)
    {
        var comma = isLast ? "" : ",";
        return group.Id is null
            ? Statement.Of("why.group.waits", $"'{group}' (has not arrived yet){comma}")
            : Statement.Of("why.group", $"'{group}'{comma}");
    }

    static IReadOnlyList<Statement> Candidates(bool hasSimilar) =>
        hasSimilar
            ? [new("why.do.candidates", "Look at the candidates first: the identity provider may know the person by another name.")]
            : [];

    /// <summary>For a connection to which nothing new comes.</summary>
    static IReadOnlyList<Statement> Closed(Surrounding around) =>
        around.Connection.State switch
        {
            ConnectionState.Paused => [new("why.do.paused", "The connection is paused: resume it, nothing arrives before.")],
            ConnectionState.Disabled =>
            [
                new("why.do.disabled", "The connection is disabled: nobody of it can sign in, and nothing arrives, before it is enabled."),
            ],
            ConnectionState.Disconnected =>
            [
                new("why.do.disconnected", "The connection is disconnected: nobody of it can sign in, and nothing arrives any more."),
            ],
            ConnectionState.Pending when !around.Releases =>
            [
                new("why.do.pending", "The connection is not enabled: what arrives now is not shown to your app."),
            ],
            _ => [],
        };
}

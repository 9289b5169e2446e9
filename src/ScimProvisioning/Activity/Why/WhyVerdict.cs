using Scim.Directory;

namespace ScimProvisioning.Activity.Why;

/// <summary>
/// Why somebody is, or is not, there for the application. The list is closed; each has its sentence in <see cref="WhyWords"/>.
/// </summary>
enum WhyVerdict
{
    NeverReceived,

    /// <summary>The identity provider has tried, and was refused.</summary>
    Refused,
    ConnectionPending,
    ConnectionDisconnected,

    /// <summary>A problem holds the person, or his latest changes, back.</summary>
    Held,
    OutOfScope,
    Inactive,
    Deleted,

    /// <summary>He would leave the application, and the guard keeps him until an admin has approved it.</summary>
    HeldByGuard,

    /// <summary>It was received, and is released next.</summary>
    NotYet,
    Released,
}

/// <summary>Decides which it is.</summary>
static class WhyVerdicts
{
    /// <summary>All that hold, the most decisive first: whoever mends only that one would still not be there.</summary>
    public static IReadOnlyList<WhyVerdict> All(Trace trace, Surrounding around)
    {
        var first = Of(trace, around);
        return trace.IsLive && first is not (WhyVerdict.NotYet or WhyVerdict.Released)
            ? [first, .. OfReceived(trace, around).Where(other => other != first)]
            : [first];
    }

    static IEnumerable<WhyVerdict> OfReceived(Trace trace, Surrounding around)
    {
        if (!around.Rules.InScope(trace.Received!.Groups))
            yield return WhyVerdict.OutOfScope;
        if (trace.Holding.Any())
            yield return WhyVerdict.Held;
        if (!trace.Received.IsActive)
            yield return WhyVerdict.Inactive;
    }

    public static WhyVerdict Of(Trace trace, Surrounding around) =>
        trace switch
        {
            { GuardedSince: not null } => WhyVerdict.HeldByGuard,
            { IsLive: true } => OfLive(trace, around),
            { Person.Person.Status: PersonStatus.Deleted } => WhyVerdict.Deleted,
            // The application has imported him itself.
            { Person.Person.ResourceId: null } => WhyVerdict.NeverReceived,
            { Person: not null } => OnTheWay(around),
            { Received: not null } => WhyVerdict.Deleted,
            { Refused: not null } => WhyVerdict.Refused,
            _ when around.IsDisconnected => WhyVerdict.ConnectionDisconnected,
            _ => WhyVerdict.NeverReceived,
        };

    static WhyVerdict OfLive(Trace trace, Surrounding around)
    {
        var (user, person) = (trace.Received!, trace.Person?.Person);
        var isInScope = around.Rules.InScope(user.Groups);
        var isSeen = person?.Status is PersonStatus.Active;
        return PersonStandings.Of(person is not null, around.Releases, isGuarded: false, isInScope, trace.Holding.Any()) switch
        {
            PersonStanding.Waiting => Closed(around),
            PersonStanding.OutOfScope => isSeen ? OnTheWay(around) : WhyVerdict.OutOfScope,
            PersonStanding.Held => WhyVerdict.Held,
            PersonStanding.Released when isSeen && !user.IsActive => OnTheWay(around),
            PersonStanding.Released when isSeen => WhyVerdict.Released,
            PersonStanding.Released when !user.IsActive && person!.Status is PersonStatus.Inactive => WhyVerdict.Inactive,
            _ => OnTheWay(around),
        };
    }

    /// <summary>What was received is not what the application sees yet.</summary>
    static WhyVerdict OnTheWay(Surrounding around) => around.Releases ? WhyVerdict.NotYet : Closed(around);

    static WhyVerdict Closed(Surrounding around) =>
        around.IsDisconnected ? WhyVerdict.ConnectionDisconnected : WhyVerdict.ConnectionPending;
}

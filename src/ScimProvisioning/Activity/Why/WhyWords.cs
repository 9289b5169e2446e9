using System.Globalization;
using Scim.Directory;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Why;

/// <summary>Says a verdict to somebody who has not heard of SCIM. What to do about it: <see cref="WhyAdvice"/>.</summary>
static class WhyWords
{
    /// <param name="hasSimilar">There are people of a similar name.</param>
    public static string Of(WhyVerdict verdict, Trace trace, Surrounding around, WhyFacts facts, bool hasSimilar) =>
        verdict switch
        {
            WhyVerdict.NeverReceived => NeverReceived(trace, facts, hasSimilar),
            WhyVerdict.Refused => Refused(trace.Refused!),
            WhyVerdict.ConnectionPending =>
                "This person has arrived, but the connection is not enabled: nobody who arrives by it is shown to your app yet.",
            WhyVerdict.ConnectionDisconnected when trace.Received is null =>
                $"This person never arrived, and cannot: the connection was disconnected{Since(around)}.",
            WhyVerdict.ConnectionDisconnected when trace.Person is not null =>
                "Your app has this person as it was told last. What has arrived since then is not passed on: "
                    + $"the connection was disconnected{Since(around)}.",
            WhyVerdict.ConnectionDisconnected =>
                $"This person has arrived, but your app is not told: the connection was disconnected{Since(around)}.",
            WhyVerdict.Held when trace.Person?.Person.Status is PersonStatus.Active =>
                $"Your app has this person, but the latest changes are held back: {string.Join(' ', trace.Holding)}",
            WhyVerdict.Held => $"This person has arrived, but is held back: {string.Join(' ', trace.Holding)}",
            WhyVerdict.OutOfScope => "This person has arrived, but is in none of the groups whose members your app is to see.",
            WhyVerdict.Inactive =>
                $"The identity provider switched this person off{Left(verdict, facts)}. Your app has the person as inactive.",
            WhyVerdict.Deleted => $"The identity provider deleted this person{Left(verdict, facts)}.",
            WhyVerdict.HeldByGuard => "Very many people were about to leave your app within a short time. Those who had not left yet, "
                + $"this person among them, are kept active since {On(trace.GuardedSince!.Value)}, until somebody decides.",
            WhyVerdict.NotYet => "This person, or a change of the person, has arrived a moment ago, and your app is told next.",
            WhyVerdict.Released => Released(trace.Person!.Person, facts),
            _ => throw new InvalidOperationException($"{verdict} has no sentence."),
        };

    static string NeverReceived(Trace trace, WhyFacts facts, bool hasSimilar)
    {
        if (hasSimilar)
            return "Nobody who was received has just this name, but others have a similar one.";
        // Who knows whom those were about.
        if (facts.TurnedAway is [var last, ..] && trace.Person is null)
            return "This person never arrived. But requests of the identity provider were turned away before anybody could see whom "
                + $"they were about, last on {On(last.OccurredAt)}: this person may have been among them.";
        const string Plain = "The identity provider never sent this person.";
        if (trace.Person is not null)
            return $"Your app has added this person itself. {Plain}";
        if (facts.LookedFor is { } asked)
            return $"{Plain} It only asked whether the name is known here, last on {On(asked.OccurredAt)}.";
        return facts.LastContact is null ? $"{Plain} It has not sent anything yet." : Plain;
    }

    static string Refused(LoggedRequest refused)
    {
        var tried = $"The identity provider tried to send this person on {On(refused.OccurredAt)}, but";
        return refused.Outcome is RequestOutcome.Failed
            ? $"{tried} this server could not take the request."
            : $"{tried} it was refused: {refused.Detail ?? "the reason is not kept."}";
    }

    static string Released(Person person, WhyFacts facts)
    {
        var known = $"Your app has this person as active, and has known the person since {On(person.CreatedAt)}.";
        return facts.Events is [var last, ..] ? $"{known} The last change was told on {On(last.At)}." : known;
    }

    static string Left(WhyVerdict verdict, WhyFacts facts) => facts.Left(verdict) is { } left ? $" on {On(left.At)}" : "";

    static string Since(Surrounding around) => around.Connection.StateChangedAt is { } at ? $" on {On(at)}" : "";

    static string On(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture);
}

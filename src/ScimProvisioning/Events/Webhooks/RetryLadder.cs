namespace ScimProvisioning.Events.Webhooks;

/// <summary>When an event that was not delivered is tried again.</summary>
static class RetryLadder
{
    static readonly TimeSpan[] Steps =
    [
        TimeSpan.Zero,
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>What a receiver gets that says that it has too much to do, or seems to.</summary>
    static readonly TimeSpan Breather = TimeSpan.FromSeconds(60);

    /// <summary>Added by chance, so that not all come back at once.</summary>
    const double LargestJitter = 0.1;

    /// <summary>How often an event is tried.</summary>
    public static int Length => Steps.Length;

    /// <summary>How long an endpoint may do nothing but fail before it is disabled. Half-way, operators are told.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    /// <param name="tried">How often it was tried, 1 or more. After the last step it is the last one again.</param>
    /// <param name="chance">0 to 1.</param>
    public static TimeSpan After(int tried, WebhookAnswer answer, double chance)
    {
        var step = Steps[Math.Min(tried, Steps.Length - 1)];
        var wait = answer.RetryAfter is { } asked ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, step.Ticks, 2 * step.Ticks)) : step;
        if ((answer.IsOverloaded || answer.HasTimedOut) && wait < Breather)
            wait = Breather;
        return wait * (1 + LargestJitter * chance);
    }
}

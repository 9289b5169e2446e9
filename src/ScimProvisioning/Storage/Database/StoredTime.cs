namespace ScimProvisioning.Storage.Database;

/// <summary>Time as it is stored: cut to milliseconds, so that what is shown is what is compared.</summary>
static class StoredTime
{
    public static DateTimeOffset GetStoredNow(this TimeProvider clock) => Cut(clock.GetUtcNow());

    public static DateTimeOffset Cut(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    /// <summary>The time as a parameter: PostgreSQL keeps microseconds, so what lies between two stored times stays between them.</summary>
    public static DateTimeOffset Between(DateTimeOffset time) =>
        (time.Ticks % TimeSpan.TicksPerMillisecond) is > 0 and var beyond ? time.AddTicks(TimeSpan.TicksPerMillisecond / 2 - beyond) : time;
}

namespace ScimProvisioning.Storage;

/// <summary>Time as it is stored: cut to milliseconds, so that what is shown is what is compared.</summary>
static class StoredTime
{
    public static DateTimeOffset GetStoredNow(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}

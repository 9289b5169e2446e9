namespace ScimProvisioning.Http.RateLimiting;

/// <summary>Knows whether only one connection has sent requests lately.</summary>
sealed class RecentTraffic(TimeProvider clock)
{
    // Longer than the gaps between requests of another connection at work, which sends some 25 a second.
    static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    // The connection of the last request, and since when all requests have been its own. Of threads that race to set it, any may win.
    volatile Streak? _current;

    /// <summary>Notes a request of the connection; true when no other connection has sent one within the window.</summary>
    public bool IsAlone(Guid connection)
    {
        if (_current is { } current && current.Connection == connection)
            return clock.GetElapsedTime(current.Since) > Window;
        _current = new(connection, clock.GetTimestamp());
        return false;
    }

    sealed record Streak(Guid Connection, long Since);
}

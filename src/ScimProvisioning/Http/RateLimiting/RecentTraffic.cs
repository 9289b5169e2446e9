namespace ScimProvisioning.Http.RateLimiting;

/// <summary>Knows whether a connection has the server for itself at the moment.</summary>
sealed class RecentTraffic(TimeProvider clock)
{
    // Longer than the pauses between the requests of a connection that is at work, at 25 a second.
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    // Who came last, and since when nobody else has come. Threads that race for it write the same kind of news.
    volatile Visit? _last;

    /// <summary>Notes a request of the connection; true when no other has sent one lately.</summary>
    public bool IsAlone(Guid connection)
    {
        if (_last is { } last && last.Connection == connection)
            return clock.GetElapsedTime(last.Since) > Memory;
        _last = new(connection, clock.GetTimestamp());
        return false;
    }

    sealed record Visit(Guid Connection, long Since);
}

namespace ScimProvisioning.Http.RateLimiting;

/// <summary>
/// Logs that a connection is beyond its limits: every ten seconds at most, since each refused request would fill the log.
/// </summary>
sealed partial class RateLimitLog(TimeProvider clock, ILogger<RateLimitLog> log)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    long _count;
    long? _lastWarning;

    /// <summary>Counts a refused request of the connection.</summary>
    public void Record(Guid connection)
    {
        long count;
        lock (_gate)
        {
            _count++;
            if (_lastWarning is { } last && clock.GetElapsedTime(last) < Interval)
                return;
            (count, _count, _lastWarning) = (_count, 0, clock.GetTimestamp());
        }
        Refused(connection, count);
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Connection {ConnectionId} is beyond its limits (Limits__…); "
            + "requests answered 429 since the last such line, of all connections: {Count}"
    )]
    partial void Refused(Guid connectionId, long count);
}

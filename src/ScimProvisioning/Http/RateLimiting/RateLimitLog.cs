namespace ScimProvisioning.Http.RateLimiting;

/// <summary>Tells the log of connections beyond their limits: now and then, for who sends too much would fill it.</summary>
sealed partial class RateLimitLog(TimeProvider clock, ILogger<RateLimitLog> log)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    long _count;
    long? _told;

    public void Add(Guid connection)
    {
        long count;
        lock (_gate)
        {
            _count++;
            if (_told is { } told && clock.GetElapsedTime(told) < Interval)
                return;
            (count, _count, _told) = (_count, 0, clock.GetTimestamp());
        }
        Told(connection, count);
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Connection {ConnectionId} is beyond its limits (Limits__…); requests answered 429 since the last such line, of all connections: {Count}"
    )]
    partial void Told(Guid connectionId, long count);
}

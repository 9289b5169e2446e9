namespace ScimProvisioning.Http.RateLimiting;

/// <summary>
/// Logs that a connection is beyond its limits: every ten seconds at most, since each refused request would fill the log.
/// </summary>
sealed partial class RateLimitLog(TimeProvider clock, ILogger<RateLimitLog> log)
{
    readonly CountedWarning _warning = new(clock);

    /// <summary>Counts a refused request of the connection.</summary>
    public void Record(Guid connection)
    {
        if (_warning.Count() is { } count)
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

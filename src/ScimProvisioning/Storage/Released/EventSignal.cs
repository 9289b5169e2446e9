namespace ScimProvisioning.Storage.Released;

/// <summary>
/// Tells those who wait for events at this server that there may be some. Nothing is lost when nobody tells: whoever waits also looks by
/// himself now and then.
/// </summary>
sealed class EventSignal
{
    TaskCompletionSource _next = New();

    /// <summary>Ends at the next signal. Taken before the log is read, it misses none of the events that were not read.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>After the commit of events.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, New()).SetResult();

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

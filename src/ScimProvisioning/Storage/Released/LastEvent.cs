using System.Diagnostics;

namespace ScimProvisioning.Storage.Released;

/// <summary>
/// The position of the last event as this server has just read it. An earlier position than the newest one is as good: what is read
/// afterwards holds at least what the events up to there tell, and the few events after it come again.
/// </summary>
sealed class LastEvent(EventSignal signal)
{
    // Real time, not the clock's: it spares the database. This server's own events end it at once, so only others' can be missed.
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    Known? _known;

    /// <summary><c>null</c>: it must be read.</summary>
    public string? Recent =>
        _known is { } known && known.Until == signal.Next && Stopwatch.GetElapsedTime(known.ReadAt) < Kept ? known.Position : null;

    /// <summary>Called before it is read.</summary>
    /// <returns>Keeps what was read.</returns>
    public Action<string> Reading()
    {
        var (until, readAt) = (signal.Next, Stopwatch.GetTimestamp());
        return position => _known = new(position, until, readAt);
    }

    sealed record Known(string Position, Task Until, long ReadAt);
}

namespace ScimProvisioning;

/// <summary>Counts what happens too often for a line in the log each time, and says when the next line with the count is due.</summary>
sealed class CountedWarning(TimeProvider clock)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    long _count;
    long? _last;

    /// <summary>Counts one more.</summary>
    /// <returns>How many there were since the last line; <c>null</c>: no line now, because the last one is not ten seconds old.</returns>
    public long? Count()
    {
        lock (_gate)
        {
            _count++;
            if (_last is { } last && clock.GetElapsedTime(last) < Interval)
                return null;
            (var count, _count, _last) = (_count, 0, clock.GetTimestamp());
            return count;
        }
    }
}

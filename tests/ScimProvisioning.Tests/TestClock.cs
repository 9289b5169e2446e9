namespace ScimProvisioning.Tests;

/// <summary>The real time, moved by the test. Delays and durations stay real.</summary>
sealed class TestClock : TimeProvider
{
    long _ticks;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));
}

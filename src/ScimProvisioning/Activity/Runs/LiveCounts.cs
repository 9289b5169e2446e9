using System.Collections.Concurrent;
using System.Diagnostics;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Runs;

/// <summary>What was counted of a run that is not closed.</summary>
/// <param name="LastFull">The last full run of the connection; <c>null</c>: there was none.</param>
sealed record LiveCount(CountedRun Counted, RunRow? LastFull);

/// <summary>
/// Keeps for a while what was counted of runs that are not closed: to count a large run takes seconds, and people look at it again and
/// again.
/// </summary>
sealed class LiveCounts
{
    /// <summary>How long a count is shown at least.</summary>
    static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    /// <summary>A count is shown for so many times what it took.</summary>
    const int Times = 10;

    /// <summary>Then it is forgotten: the run is over, or nobody looks at it any more.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<Guid, Kept> _kept = [];
    readonly ConcurrentDictionary<Guid, SemaphoreSlim> _turns = [];

    /// <summary>One count at a time for a connection; whoever asks meanwhile gets the one before, if there is one.</summary>
    /// <param name="count">Counts the run.</param>
    public async Task<LiveCount> OfAsync(RunRow run, Func<Task<LiveCount>> count, CancellationToken ct)
    {
        var old = _kept.GetValueOrDefault(run.Id);
        if (old is { IsFresh: true })
            return old.Count;
        var turn = _turns.GetOrAdd(run.ConnectionId, _ => new SemaphoreSlim(1));
        if (!await turn.WaitAsync(old is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, ct))
            return old!.Count;
        try
        {
            if (_kept.GetValueOrDefault(run.Id) is { IsFresh: true } other)
                return other.Count;
            var began = Stopwatch.GetTimestamp();
            var counted = await count();
            Keep(run.Id, counted, Times * Stopwatch.GetElapsedTime(began));
            return counted;
        }
        finally
        {
            turn.Release();
        }
    }

    void Keep(Guid run, LiveCount count, TimeSpan time)
    {
        foreach (var (id, kept) in _kept)
            if (kept.Age > Longest)
                _kept.TryRemove(id, out _);
        _kept[run] = new(count, Stopwatch.GetTimestamp(), time > Least ? time : Least);
    }

    sealed record Kept(LiveCount Count, long At, TimeSpan Time)
    {
        public TimeSpan Age => Stopwatch.GetElapsedTime(At);

        public bool IsFresh => Age < Time;
    }
}

using Microsoft.Extensions.Logging;

namespace ScimProvisioning.Client;

/// <summary>
/// Follows the events of a directory: it reads the feed and hands each event to the app's code inside the app's transaction, together with
/// the position. Several may follow with one store: what one has handled, the others do not.
/// </summary>
/// <remarks>
/// Without a position, or with one that has expired, it first tells the whole directory as a snapshot
/// (<see cref="DirectoryEvent.IsFirstLoad"/>). One follower at a time does so: what it has told so far stands in the place of the position,
/// and the others wait for it. When it gets no further, another one begins anew in its place.
/// Whatever fails is tried again: the server, the app's database, and the app's code too.
/// </remarks>
/// <param name="directory">Calls the server.</param>
/// <param name="store">Keeps the position.</param>
/// <param name="handle">
/// The app's code. What it writes with the transaction is kept together with the position, or not at all. What it does elsewhere, such as a
/// mail, may happen more than once.
/// </param>
/// <param name="options">How.</param>
public sealed partial class DirectoryFollower<TTransaction>(
    DirectoryClient directory,
    IPositionStore<TTransaction> store,
    Func<TTransaction, DirectoryEvent, CancellationToken, Task> handle,
    FollowOptions? options = null
)
{
    /// <summary>An empty answer that comes sooner than this was not waited for.</summary>
    static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    /// <summary>What stands in the place of the position during a load begins so. After it come the load and its last part.</summary>
    const string LoadMark = "load:";

    /// <summary>How often another's load is looked at.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Another's load that has told nothing for so long was given up. If it was not, it ends when it tells its next part.
    /// </summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    readonly FollowOptions _options = options ?? new();

    TaskCompletionSource _wake = NewWake();

    /// <summary>How marks of the last load of this follower begin.</summary>
    string? _ownLoad;

    /// <summary>The mark of another's load, and when it was first seen.</summary>
    (string? Mark, long At) _othersLoad;

    /// <summary>Ends a pause: there may be something new, says a webhook.</summary>
    public void Wake() => Interlocked.Exchange(ref _wake, NewWake()).TrySetResult();

    /// <summary>Follows until it is cancelled, and ends only then.</summary>
    /// <exception cref="OperationCanceledException">Always, in the end.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        for (var failures = 0; ; )
        {
            // Taken before the server is asked, so that nobody who calls meanwhile is missed.
            var woken = _wake.Task;
            TimeSpan pause;
            try
            {
                // An event that the app's code cannot handle must not keep those before it from being handled.
                pause = await StepAsync(failures == 0 ? _options.PageSize : 1, ct);
                failures = 0;
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                pause = Backoff(++failures, (e as DirectoryException)?.RetryAfter);
                Failed(_options.Logger, e, failures, pause.TotalSeconds);
            }
            if (pause > TimeSpan.Zero)
                await Task.WhenAny(Task.Delay(pause, _options.Clock, ct), woken);
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Handles what comes next.</summary>
    /// <returns>How long to wait before the next step.</returns>
    async Task<TimeSpan> StepAsync(int limit, CancellationToken ct)
    {
        var position = await store.ReadAsync(ct);
        if (position is null || position.StartsWith(LoadMark, StringComparison.Ordinal))
        {
            if (position is not null && IsLoadedByAnother(position))
                return Look;
            await LoadAsync(position, ct);
            return TimeSpan.Zero;
        }

        var asked = _options.Clock.GetTimestamp();
        DirectoryEventPage page;
        try
        {
            page = await directory.ReadEventsAsync(
                new()
                {
                    After = position,
                    Limit = limit,
                    ConnectionId = _options.ConnectionId,
                    OrganizationId = _options.OrganizationId,
                    Wait = _options.WaitSeconds,
                },
                ct
            );
        }
        catch (DirectoryException e) when (e.Code == DirectoryException.PositionExpired)
        {
            Expired(_options.Logger, position);
            await LoadAsync(position, ct);
            return TimeSpan.Zero;
        }
        // Also without events: the position would expire one day.
        if (page.Next != position)
            await store.AdvanceAsync(position, page.Next, (transaction, token) => HandleAsync(transaction, page.Data, token), ct);
        var waited = _options.WaitSeconds > 0 && _options.Clock.GetElapsedTime(asked) >= AtOnce;
        return page.Data.Count > 0 || !page.CaughtUp || waited ? TimeSpan.Zero : _options.Pause;
    }

    bool IsLoadedByAnother(string mark)
    {
        if (_ownLoad is not null && mark.StartsWith(_ownLoad, StringComparison.Ordinal))
            return false;
        if (mark != _othersLoad.Mark)
            _othersLoad = (mark, _options.Clock.GetTimestamp());
        return _options.Clock.GetElapsedTime(_othersLoad.At) < Silence;
    }

    /// <summary>Tells the whole directory. There is a position at the end only, so a load that was interrupted begins anew.</summary>
    /// <param name="expected">The position that there was, or the mark of a load that was given up.</param>
    async Task LoadAsync(string? expected, CancellationToken ct)
    {
        var load = new FirstLoad(directory, _options);
        _ownLoad = $"{LoadMark}{load.Snapshot}:";
        string? position = null;
        var parts = 0;
        await foreach (var (events, from) in load.ReadAsync(ct))
        {
            position = from;
            var mark = $"{_ownLoad}{++parts}";
            // Another follower loads instead of this one.
            if (!await store.AdvanceAsync(expected, mark, (transaction, token) => HandleAsync(transaction, events, token), ct))
                return;
            expected = mark;
        }
        await store.AdvanceAsync(expected, position, (transaction, token) => HandleAsync(transaction, [load.Finished], token), ct);
    }

    async Task HandleAsync(TTransaction transaction, IReadOnlyList<DirectoryEvent> events, CancellationToken ct)
    {
        foreach (var e in events)
            await handle(transaction, e, ct);
    }

    /// <summary>Not earlier than the server asks for.</summary>
    TimeSpan Backoff(int failures, TimeSpan? retryAfter)
    {
        var doubled = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures - 1, 10)));
        var backoff = doubled < _options.LongestRetry ? doubled : _options.LongestRetry;
        return retryAfter > backoff ? retryAfter.Value : backoff;
    }

    static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(1, LogLevel.Warning, "Following the directory failed {Failures} times in a row; next try in {Seconds} s")]
    static partial void Failed(ILogger logger, Exception e, int failures, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "The position {Position} has expired: everything is loaded anew")]
    static partial void Expired(ILogger logger, string position);
}

/// <summary>The shortest way to follow a directory.</summary>
public static class Following
{
    /// <summary>Follows the events until it is cancelled: <see cref="DirectoryFollower{TTransaction}"/>.</summary>
    /// <exception cref="OperationCanceledException">Always, in the end.</exception>
    public static Task FollowAsync<TTransaction>(
        this DirectoryClient directory,
        IPositionStore<TTransaction> store,
        Func<TTransaction, DirectoryEvent, CancellationToken, Task> handle,
        CancellationToken ct
    ) => new DirectoryFollower<TTransaction>(directory, store, handle).RunAsync(ct);
}

using System.Diagnostics;
using System.Threading.Channels;

namespace ScimProvisioning.Work;

/// <summary>
/// Saves what requests leave behind, in batches beside the requests: a request never waits for it, and what cannot be saved is dropped and
/// counted. When the server stops, it has a few seconds to save what is queued.
/// </summary>
abstract partial class BatchWriter<T> : BackgroundService
{
    /// <summary>What waits to be saved, and so the size of the largest batch, unless the writer says otherwise.</summary>
    public const int Capacity = 1_000;

    // These spare the database and the log, so they are real time and not the clock's.
    static readonly TimeSpan UsuallyBetweenBatches = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(10);
    static readonly TimeSpan TimeAtStop = TimeSpan.FromSeconds(3);

    readonly string _what;
    readonly ILogger _log;
    readonly TimeSpan _betweenBatches;
    readonly Channel<T> _queue;
    long _dropped;
    long _droppedInLog;
    long? _lastWarning;
    string? _failure;

    /// <param name="what">What is saved, in the plural, as the log calls it.</param>
    /// <param name="betweenBatches">About as much is lost when the server is killed; <c>null</c>: half a second.</param>
    protected BatchWriter(string what, ILogger log, int capacity = Capacity, TimeSpan? betweenBatches = null)
    {
        (_what, _log, _betweenBatches) = (what, log, betweenBatches ?? UsuallyBetweenBatches);
        _queue = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest }, Drop);
    }

    /// <summary>How many were never saved since the start of the server: the queue was full, or saving failed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Queues it; when the queue is full, in place of the oldest.</summary>
    protected void Add(T item) => _queue.Writer.TryWrite(item);

    /// <summary>It was dropped, and is never saved.</summary>
    protected virtual void OnDropped(T item) { }

    /// <summary>Counts it as dropped: the writer itself decides not to save it.</summary>
    protected void Drop(T item)
    {
        Interlocked.Increment(ref _dropped);
        OnDropped(item);
    }

    /// <summary>Saves a batch, in the order it came in. What this throws is logged, and the batch is dropped.</summary>
    protected abstract Task SaveAsync(IReadOnlyList<T> batch, CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var saving = new CancellationTokenSource();
        await using var stop = stoppingToken.Register(() => saving.CancelAfter(TimeAtStop));
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken))
            {
                await SaveQueuedAsync(saving.Token);
                if (_lastWarning is not { } last || Stopwatch.GetElapsedTime(last) >= BetweenWarnings)
                    Warn();
                await Task.Delay(_betweenBatches, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await SaveQueuedAsync(saving.Token);
            Warn();
        }
    }

    async Task SaveQueuedAsync(CancellationToken ct)
    {
        var batch = new List<T>();
        // Only what there is now: under a flood there would be no end.
        for (var left = _queue.Reader.Count; left > 0 && _queue.Reader.TryRead(out var item); left--)
            batch.Add(item);
        try
        {
            if (batch is not [])
                await SaveAsync(batch, ct);
        }
        // Whatever it is, it must not stop the server.
        catch (Exception e)
        {
            batch.ForEach(Drop);
            _failure = e.GetBaseException().Message;
        }
    }

    void Warn()
    {
        var dropped = Dropped;
        if (dropped == _droppedInLog)
            return;
        NotSaved(dropped - _droppedInLog, _what, _failure ?? "they came faster than they could be saved");
        (_droppedInLog, _lastWarning, _failure) = (dropped, Stopwatch.GetTimestamp(), null);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} {What} were not saved: {Reason}")]
    partial void NotSaved(long count, string what, string reason);
}

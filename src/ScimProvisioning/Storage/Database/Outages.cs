using System.Diagnostics;
using System.Threading.Channels;
using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// Logs when the database stops serving and when it serves again: one line each, however many requests fail in between.
/// </summary>
sealed partial class Outages(NpgsqlDataSource database, ILogger<Outages> log) : BackgroundService
{
    // Real time, not the clock's: it spares the database.
    static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(500);

    // An outage may come and go a few times. It is over when nothing has failed for so long.
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    static readonly TimeSpan BetweenClears = TimeSpan.FromSeconds(1.5);

    // A write of some 350 KB that leaves nothing behind. It needs what a change of the directory needs: room on the disk, the log of
    // PostgreSQL, a synchronous standby. Reads go on without these, and on a full disk so do small writes, where a page has room.
    const string Write = "CREATE TEMP TABLE room ON COMMIT DROP AS SELECT generate_series(1, 10000)";

    readonly Channel<(Exception Failure, string RequestId)> _begun = Channel.CreateBounded<(Exception, string)>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    long? _lastClear;
    long _failed;
    long _lastFailure;

    /// <summary>Notes that a request was answered 503 because of this failure of the database.</summary>
    public void Record(Exception failure, string requestId)
    {
        Interlocked.Increment(ref _failed);
        Volatile.Write(ref _lastFailure, Stopwatch.GetTimestamp());
        _begun.Writer.TryWrite((failure, requestId));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (failure, requestId) in _begun.Reader.ReadAllAsync(stoppingToken))
        {
            var begin = Volatile.Read(ref _lastFailure);
            Began(failure.GetBaseException().Message, requestId);
            var end = await EndAsync(stoppingToken);
            Ended(Stopwatch.GetElapsedTime(begin, end).TotalSeconds, Interlocked.Exchange(ref _failed, 0));
            // A failure of the outage that is over begins no other.
            _begun.Reader.TryRead(out _);
        }
    }

    /// <summary>Waits for the end of the outage, and returns when it was: the database takes writes, and goes on doing so.</summary>
    async Task<long> EndAsync(CancellationToken ct)
    {
        long? end = null;
        while (true)
        {
            await Task.Delay(BetweenQuestions, ct);
            if (!await ServesAsync(ct) || Volatile.Read(ref _lastFailure) > end)
                end = null;
            else
                end ??= Stopwatch.GetTimestamp();
            if (end is { } since && Stopwatch.GetElapsedTime(since) >= Quiet)
                return since;
        }
    }

    async Task<bool> ServesAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            await using var command = new NpgsqlCommand(Write, connection);
            return await TakesAsync(command, ct);
        }
        // Whatever it is, it must not stop the server.
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task<bool> TakesAsync(NpgsqlCommand write, CancellationToken ct)
    {
        try
        {
            await write.ExecuteNonQueryAsync(ct);
            return true;
        }
        // Somebody took the right to make temporary tables away. PostgreSQL asks for it after it has seen that it is not read-only.
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            return true;
        }
        // What a database or role was set to holds for sessions that begin afterwards, so these would stay read-only. Not at each
        // question: reads go on meanwhile, and each would need a new session.
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            if (_lastClear is not { } last || Stopwatch.GetElapsedTime(last) >= BetweenClears)
            {
                NpgsqlConnection.ClearPool(write.Connection!);
                _lastClear = Stopwatch.GetTimestamp();
            }
            return false;
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "PostgreSQL cannot serve ({Reason}): requests that need it are answered 503, first {RequestId}. The next line tells the end"
    )]
    partial void Began(string reason, string requestId);

    [LoggerMessage(2, LogLevel.Warning, "PostgreSQL serves again after {Seconds:F1} s; requests answered 503 meanwhile: {Count}")]
    partial void Ended(double seconds, long count);
}

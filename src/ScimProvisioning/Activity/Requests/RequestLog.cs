using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Work;

namespace ScimProvisioning.Activity.Requests;

/// <summary>
/// Stores what SCIM requests were about and what came of them, and lets the runs of their connections go on. Both happen beside the
/// requests: none of them waits for it.
/// </summary>
sealed class RequestLog(
    IDbContextFactory<ScimDbContext> contexts,
    ConnectionCache cache,
    UnknownCallers unknown,
    ActivityOptions options,
    ILogger<RequestLog> log
) : BatchWriter<RequestLog.Entry>("SCIM requests", log, Waiting, BetweenBatches)
{
    /// <summary>Requests that wait to be stored: what a server answers in a second or two, and some megabytes.</summary>
    const int Waiting = 10_000;

    /// <summary>Short, since a run is counted wrong when a killed server takes too much of it along.</summary>
    static readonly TimeSpan BetweenBatches = TimeSpan.FromMilliseconds(100);

    const int RowsOfStatement = 1_000;

    /// <summary>Refused logins of a connection in one minute. Anybody can cause them, so they must not fill the log.</summary>
    const int MostRefusedLogins = 10;

    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Refused logins that wait, of all connections: a flood of them must not push out the requests that were let in.</summary>
    const int MostWaitingLogins = 500;

    /// <summary>
    /// Characters of the bodies that wait. Beyond that a row has no body, so that a flood of refusals takes little memory.
    /// </summary>
    const long MostBodies = 2_000_000;

    readonly ConcurrentDictionary<Guid, long> _notLogged = [];
    long _bodies;
    int _logins;

    /// <summary>How many refused logins of each connection were kept since then. Only the one that saves uses it.</summary>
    readonly Dictionary<Guid, int> _kept = [];
    long _keptSince = Stopwatch.GetTimestamp();

    /// <summary>Queues a request that was answered. One that belongs to no connection is left out.</summary>
    /// <param name="began">A timestamp of <see cref="Stopwatch"/>.</param>
    public void Record(HttpContext http, RequestNote note, long began)
    {
        var took = Stopwatch.GetElapsedTime(began);
        foreach (var row in RequestRows.Of(http, note, took, options.KeepPersonalData, () => Interlocked.Read(ref _bodies) < MostBodies))
            Queue(row.Actor is null ? new(row, began, ConnectionKey.Of(http)) : WithRoomForBody(new(row, began, null)));
    }

    void Queue(Entry entry)
    {
        if (entry.Row.Actor is null && Interlocked.Increment(ref _logins) > MostWaitingLogins)
            Drop(entry);
        else
            Add(entry);
    }

    Entry WithRoomForBody(Entry entry)
    {
        if (entry.Row.Body is not { } body)
            return entry;
        if (Interlocked.Add(ref _bodies, body.Length) <= MostBodies)
            return entry;
        Interlocked.Add(ref _bodies, -body.Length);
        return entry with { Row = entry.Row with { Body = null } };
    }

    /// <summary>It does not wait any more.</summary>
    void Release(Entry entry)
    {
        if (entry.IsReleased)
            return;
        entry.IsReleased = true;
        if (entry.Row.Actor is null)
            Interlocked.Decrement(ref _logins);
        if (entry.Row.Body is { } body)
            Interlocked.Add(ref _bodies, -body.Length);
    }

    /// <inheritdoc/>
    protected override void OnDropped(Entry item)
    {
        Release(item);
        if (item.Row.Actor is not null)
            _notLogged.AddOrUpdate(item.Row.ConnectionId, 1, (_, count) => count + 1);
    }

    /// <inheritdoc/>
    protected override async Task SaveAsync(IReadOnlyList<Entry> batch, CancellationToken ct)
    {
        foreach (var entry in batch)
            Release(entry);
        var entries = batch.Where(entry => entry.Row.Actor is not null).Concat(await RefusedLoginsAsync(batch, ct)).ToList();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        var now = await NowAsync(db, ct);
        var rows = entries.ConvertAll(entry => entry.RowAt(now));
        foreach (var part in rows.Chunk(RowsOfStatement))
            await db.RunAsync(ct, LoggedRequest.Insert(part));
        var runs = RunsOf(rows);
        if (runs.Count > 0)
            await db.RunAsync(ct, RunRow.GoOn(runs, options.RunGap));
        await transaction.CommitAsync(ct);
        foreach (var run in runs.Where(run => run.NotLogged > 0))
            _notLogged.AddOrUpdate(run.ConnectionId, 0, (_, count) => count - run.NotLogged);
    }

    /// <summary>Once for the connection of the credential, and once for the connection in the URL.</summary>
    async Task<List<Entry>> RefusedLoginsAsync(IReadOnlyList<Entry> batch, CancellationToken ct)
    {
        var refused = new List<Entry>();
        foreach (var entry in batch.Where(entry => entry.Row.Actor is null))
        {
            var named = entry.Key is { } key && !unknown.IsMiss<KnownConnection>(key) ? await cache.FindConnectionAsync(key, ct) : null;
            foreach (var connection in new[] { named?.Id ?? Guid.Empty, entry.Row.ConnectionId }.Distinct().Where(id => id != Guid.Empty))
                refused.Add(entry with { Row = entry.Row with { ConnectionId = connection } });
        }
        var kept = refused.FindAll(IsKept);
        foreach (var entry in refused.Except(kept))
            Drop(entry);
        return kept;
    }

    bool IsKept(Entry refused)
    {
        // Real time: it spares the database.
        if (Stopwatch.GetElapsedTime(_keptSince) > Minute)
        {
            _kept.Clear();
            _keptSince = Stopwatch.GetTimestamp();
        }
        return (_kept[refused.Row.ConnectionId] = _kept.GetValueOrDefault(refused.Row.ConnectionId) + 1) <= MostRefusedLogins;
    }

    /// <summary>Requests whose login was refused are no part of a run, and self-tests are none.</summary>
    List<RunTouch> RunsOf(List<LoggedRequest> rows) =>
        [
            .. rows.Where(row => row is { Actor: not null, IsSelfTest: false })
                .GroupBy(row => row.ConnectionId)
                .Select(group => new RunTouch(
                    group.Key,
                    group.Min(row => row.OccurredAt),
                    group.Max(row => row.OccurredAt),
                    _notLogged.GetValueOrDefault(group.Key)
                )),
        ];

    /// <summary>All servers take the time from the database, so that the requests of a run are in order.</summary>
    static async Task<DateTimeOffset> NowAsync(ScimDbContext db, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, new NpgsqlBatchCommand("SELECT clock_timestamp()"));
        await rows.ReadAsync(ct);
        return rows.GetFieldValue<DateTimeOffset>(0);
    }

    /// <summary>A request that is to be stored.</summary>
    /// <param name="Row">Without its time. The connection is empty when only the URL names it.</param>
    /// <param name="Began">A timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="Key">The key in the URL, when the login was refused.</param>
    internal sealed record Entry(LoggedRequest Row, long Began, string? Key)
    {
        /// <summary>Its body does not count any more.</summary>
        public bool IsReleased { get; set; }

        public LoggedRequest RowAt(DateTimeOffset now)
        {
            var at = StoredTime.Cut(now - Stopwatch.GetElapsedTime(Began));
            return Row with { OccurredAt = at, Id = Guid.CreateVersion7(at) };
        }
    }
}

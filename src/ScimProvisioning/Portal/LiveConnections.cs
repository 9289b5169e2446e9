using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Portal;

/// <summary>
/// Tells browsers that something of a connection has changed. However many watch it on this server, it is asked for once a second; nobody
/// watches, nothing is asked.
/// </summary>
sealed class LiveConnections(NpgsqlDataSource database, IHostApplicationLifetime lifetime)
{
    const int MostStreams = 500;
    const int MostOfOne = 20;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    /// <summary>Then the browser asks again, and has to show that its session is still good.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<Guid, Stamp> _stamps = [];
    readonly Dictionary<string, int> _places = [];
    int _streams;

    /// <summary>
    /// Takes a place for a stream of this link or key; false: there are so many that the browser should load the page again by itself.
    /// </summary>
    public bool TryEnter(string actor)
    {
        lock (_places)
        {
            var own = _places.GetValueOrDefault(actor);
            if (_streams >= MostStreams || own >= MostOfOne)
                return false;
            _places[actor] = own + 1;
            _streams++;
            return true;
        }
    }

    /// <summary>Gives a place back, once for each that was taken.</summary>
    public void Leave(string actor)
    {
        lock (_places)
        {
            _streams--;
            if (--_places[actor] == 0)
                _places.Remove(actor);
        }
    }

    /// <summary>An entry at each change, and now and then an empty one, by which a stream finds out that nobody listens any more.</summary>
    public async IAsyncEnumerable<SseItem<string>> WatchAsync(Guid connection, [EnumeratorCancellation] CancellationToken ct)
    {
        var stamp = _stamps.GetOrAdd(connection, static id => new(id));
        Interlocked.Increment(ref stamp.Watchers);
        try
        {
            var seen = await ReadAsync(stamp, ct);
            yield return new(seen, "ready");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
            var (begun, silent) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
            while (TimeProvider.System.GetElapsedTime(begun) < Longest)
            {
                await Task.Delay(Pause, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (stop.IsCancellationRequested)
                    yield break;
                var now = await ReadAsync(stamp, ct);
                silent += Pause;
                if (now == seen && silent < KeepAlive)
                    continue;
                yield return new(now, now == seen ? "alive" : "change");
                (seen, silent) = (now, TimeSpan.Zero);
            }
        }
        finally
        {
            if (Interlocked.Decrement(ref stamp.Watchers) == 0)
                _stamps.TryRemove(new(connection, stamp));
        }
    }

    async Task<string> ReadAsync(Stamp stamp, CancellationToken ct)
    {
        await stamp.Turn.WaitAsync(ct);
        try
        {
            if (TimeProvider.System.GetElapsedTime(stamp.ReadAt) < Pause / 2 && stamp.Text is { } fresh)
                return fresh;
            stamp.Text = await ReadAsync(stamp.Connection, ct);
            stamp.ReadAt = TimeProvider.System.GetTimestamp();
            return stamp.Text;
        }
        finally
        {
            stamp.Turn.Release();
        }
    }

    // Each from the end of an index. A request that changes nothing is in the log, a failed login beside it.
    async Task<string> ReadAsync(Guid connection, CancellationToken ct)
    {
        var sql = new Sql();
        var id = sql.Add(connection);
        var read = sql.Statement(
            $"""
            SELECT concat_ws(' ',
                (SELECT version FROM connections WHERE id = {id}),
                (SELECT last_at FROM runs WHERE connection_id = {id} AND ended_at IS NULL),
                (SELECT id FROM runs WHERE connection_id = {id} ORDER BY id DESC LIMIT 1),
                (SELECT id FROM failed_logins WHERE connection_id = {id} ORDER BY id DESC LIMIT 1),
                (SELECT concat(id, state, CASE state WHEN 'computing' THEN result END) FROM directory_plans
                    WHERE connection_id = {id} ORDER BY id DESC LIMIT 1),
                (SELECT max(last_used_at) FROM tokens WHERE connection_id = {id}),
                (SELECT concat_ws(' ', transaction_id, sequence, rebuild_done) FROM projections WHERE connection_id = {id}),
                (SELECT concat_ws(' ', id, stage, users, groups) FROM directory_snapshots
                    WHERE connection_id = {id} ORDER BY id DESC LIMIT 1))
            """
        );
        await using var rows = await AcrossConnections.RunAsync(database, ct, RawStatements.Confine(connection), read);
        return await rows.ReadAsync(ct) ? rows.GetString(0) : "";
    }

    sealed class Stamp(Guid connection)
    {
        public int Watchers;

        public Guid Connection { get; } = connection;
        public SemaphoreSlim Turn { get; } = new(1);
        public string? Text { get; set; }
        public long ReadAt { get; set; }
    }
}

/// <summary>The route of what changes while somebody looks.</summary>
static class LiveEndpoint
{
    public static void MapLive(this WebApplication app) =>
        app.MapGet(
                $"{PortalGate.Root}/live/{{{PortalGate.Connection}:guid}}",
                async (Guid connection, HttpContext http, LiveConnections live, Api.AdminTransaction transaction, ScimDbContext db) =>
                {
                    var session = http.Features.Get<PortalSession>()!;
                    // Whoever does not reach it gets 404.
                    await transaction.ReadAsync(
                        session.Admin,
                        async () =>
                        {
                            await Api.ConnectionRows.RequireConnectionAsync(db, connection, http.RequestAborted);
                            return true;
                        },
                        http.RequestAborted
                    );
                    var actor = session.Admin.Actor;
                    if (!live.TryEnter(actor))
                        return (IResult)TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
                    http.Response.OnCompleted(() =>
                    {
                        live.Leave(actor);
                        return Task.CompletedTask;
                    });
                    // A proxy such as nginx would keep back what it has got.
                    http.Response.Headers["X-Accel-Buffering"] = "no";
                    return TypedResults.ServerSentEvents(live.WatchAsync(connection, http.RequestAborted));
                }
            )
            .ExcludeFromDescription();
}

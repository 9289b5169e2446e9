using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Runs;

/// <summary>
/// Closes runs after which nothing has come for long enough: counts them and tells the application, in one transaction and under a lock
/// of the connection, so that each is told once, whichever server does it. Every server looks.
/// </summary>
sealed partial class RunCloser(
    NpgsqlDataSource database,
    EventSignal signal,
    RunMetrics metrics,
    ActivityOptions options,
    TimeProvider clock,
    ILogger<RunCloser> log
) : BackgroundService
{
    // Real time: it spares the database.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    /// <summary>Looks between two searches for changes without a run.</summary>
    const int LooksPerSearch = 12;

    /// <summary>What a count may take. It runs beside all requests, and holds up none of them.</summary>
    static readonly TimeSpan LongestCount = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var look = 1; ; look++)
        {
            await Task.Delay(BetweenLooks, stoppingToken);
            try
            {
                if (look % LooksPerSearch == 0)
                    await OpenForLostAsync(stoppingToken);
                await CloseAsync(stoppingToken);
            }
            // Whatever it is, it must not stop the server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotClosed(e);
            }
        }
    }

    /// <summary>Closes all that is over.</summary>
    public async Task CloseAsync(CancellationToken ct)
    {
        var ended = new List<(Guid Connection, Guid Id)>();
        await using (var rows = await AcrossConnections.RunAsync(database, ct, RunRow.EndSilent(options.RunGap), RunRow.Ended()))
            while (await rows.ReadAsync(ct))
                ended.Add((rows.GetGuid(0), rows.GetGuid(1)));
        foreach (var (connection, id) in ended)
            await TryAsync(connection, () => CloseAsync(connection, id, ct), ct);
    }

    /// <summary>
    /// A server that was killed may have taken the requests of a run with it, before they were stored: where the change log has changes
    /// that are in no run, there was one.
    /// </summary>
    public async Task OpenForLostAsync(CancellationToken ct)
    {
        var lost = new List<Guid>();
        await using (var rows = await AcrossConnections.RunAsync(database, ct, LostChanges.Find()))
            while (await rows.ReadAsync(ct))
                lost.Add(rows.GetGuid(0));
        foreach (var connection in lost)
            await TryAsync(
                connection,
                () =>
                    AcrossConnections.ExecuteAsync(
                        database,
                        ct,
                        LostChanges.Open(connection, Guid.CreateVersion7(clock.GetUtcNow()), options.RunGap),
                        LostChanges.Pass(connection)
                    ),
                ct
            );
    }

    /// <summary>
    /// A connection whose runs cannot be counted must not hold up the others. A count that takes too long looks like an outage, so nothing
    /// is let through.
    /// </summary>
    async Task TryAsync(Guid connection, Func<Task> work, CancellationToken ct)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotClosedOf(connection, e);
        }
    }

    async Task CloseAsync(Guid connection, Guid id, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        session.CommandTimeout = LongestCount;
        RunRow run;
        await using (var rows = await session.ReadAsync(ct, RunRow.Lock(connection), RunRow.ToClose(connection, id)))
        {
            await rows.ReadAsync(ct);
            if (!rows.GetBoolean(0))
                return;
            await rows.NextResultAsync(ct);
            if (await RunRow.ReadAsync(rows, ct) is not [var ended])
                return;
            run = ended;
        }
        var count = RunCount.Of(run, options.RunGap);
        CountedRun counted;
        await using (var rows = await session.ReadAsync(ct, [count.IsIncomplete(), .. CountedRun.Statements(count)]))
        {
            await rows.ReadAsync(ct);
            if (rows.GetBoolean(0))
                return; // At the next look.
            await rows.NextResultAsync(ct);
            counted = await CountedRun.ReadAsync(rows, ct);
        }
        // The first statements that write: what takes long is done.
        await using (var rows = await session.ReadAsync(ct, count.Pass(), run.Close(counted.Figures)))
            if (!await rows.ReadAsync(ct))
                return;
        await session.CommitAllAsync(ct, EventLog.Append(connection, run.OrganizationId, [Told(run, counted.Figures)]));
        signal.Raise();
        metrics.Closed(counted.Figures);
    }

    /// <summary>The event has the id of the run.</summary>
    NewEvent Told(RunRow run, RunFigures figures)
    {
        var shown = JsonSerializer.SerializeToNode(figures with { Touched = null }, RunFigures.Json)!.AsObject();
        shown.Insert(0, "id", run.Id);
        shown.Insert(2, "startedAt", PersonJson.Time(run.StartedAt));
        shown.Insert(3, "endedAt", PersonJson.Time(run.LastAt));
        shown["notLogged"] = run.NotLogged;
        return new(
            run.Id,
            EventType.RunCompleted.Name,
            run.Id,
            1,
            clock.GetStoredNow(),
            new(EventCause.OfServer, RequestId: null, run.Id.ToString()),
            InitialLoad: false,
            ScimJson.Text(new JsonObject { ["run"] = shown })
        );
    }

    [LoggerMessage(1, LogLevel.Error, "Runs of identity providers could not be closed; they are tried again")]
    partial void NotClosed(Exception failure);

    [LoggerMessage(2, LogLevel.Error, "A run of the connection {Connection} could not be closed; it is tried again")]
    partial void NotClosedOf(Guid connection, Exception failure);
}

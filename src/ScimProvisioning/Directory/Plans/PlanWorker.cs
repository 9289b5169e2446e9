using System.Diagnostics;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Plans;

/// <summary>
/// Computes plans of large connections, one at a time on each server. A plan of a server that died is computed again by another one.
/// </summary>
sealed partial class PlanWorker(NpgsqlDataSource database, PreviewRun previews, TimeProvider clock, ILogger<PlanWorker> log)
    : BackgroundService
{
    // Real time: it spares the database.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);
    static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(BetweenLooks, stoppingToken);
            try
            {
                while (await TakeAsync(stoppingToken) is { } plan)
                    await ComputeAsync(plan, stoppingToken);
            }
            // Whatever it is, it must not stop the server. A plan that was not finished is taken again.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotLooked(e);
            }
        }
    }

    async Task<PlanRow?> TakeAsync(CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, PlanRow.Take());
        var plan = await PlanRow.ReadAsync(rows, ct);
        while (await rows.NextResultAsync(ct)) { }
        return plan;
    }

    async Task ComputeAsync(PlanRow plan, CancellationToken ct)
    {
        try
        {
            var total = await CountAsync(plan.Connection, ct);
            var last = Stopwatch.GetTimestamp();
            var bound = await previews.BindAsync(plan.Connection, PlanResponse.RequestOf(plan).ToChange(), ct);
            var effect = await previews.RunAsync(plan.Connection, bound, ct, ReportAsync);
            await WriteAsync(plan, Ended(PlanRow.Ready, PlanResponse.Text(effect)), ct);

            async Task ReportAsync(long done)
            {
                if (Stopwatch.GetElapsedTime(last) < BetweenReports)
                    return;
                last = Stopwatch.GetTimestamp();
                await WriteAsync(plan, plan.Progress(PlanResponse.Text(new PlanProgress(Math.Min(done, total), total))), ct);
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested && !PostgresPool.IsUnavailable(e))
        {
            NotComputed(plan.Id, plan.Connection, e);
            await WriteAsync(plan, Ended(PlanRow.Failed, PlanResponse.Text("It could not be computed; the server's log says why.")), ct);
        }

        NpgsqlBatchCommand Ended(string state, string result) =>
            plan.Enter(PlanRow.Computing, state, result, clock.GetStoredNow() + PlanUseCases.Life);
    }

    async Task<long> CountAsync(Guid connection, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        await using var rows = await session.ReadAsync(ct, ReceivedUsers.Count(connection));
        return await rows.ReadAsync(ct) ? rows.GetInt64(0) : 0;
    }

    async Task WriteAsync(PlanRow plan, NpgsqlBatchCommand statement, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, plan.Connection, ct);
        await session.CommitAllAsync(ct, statement);
    }

    [LoggerMessage(1, LogLevel.Error, "Plan {Id} of connection {ConnectionId} could not be computed")]
    partial void NotComputed(Guid id, Guid connectionId, Exception failure);

    [LoggerMessage(2, LogLevel.Error, "Plans that are to be computed could not be looked for; they are tried again")]
    partial void NotLooked(Exception failure);
}

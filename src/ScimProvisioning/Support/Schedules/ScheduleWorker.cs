using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Support.Schedules;

/// <summary>
/// Does what is due, one after the other. Every server looks; each job is taken by one of them for a time. One whose server dies is done by
/// another one later, and what was missed is done once.
/// </summary>
sealed partial class ScheduleWorker(
    NpgsqlDataSource database,
    IServiceScopeFactory scopes,
    IEnumerable<ScheduledJob> jobs,
    TimeProvider clock,
    ILogger<ScheduleWorker> log
) : BackgroundService
{
    // Real time: it spares the database.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(15);

    readonly Dictionary<string, ScheduledJob> _jobs = jobs.ToDictionary(job => job.Name);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(BetweenLooks, stoppingToken);
            try
            {
                await RunDueAsync(stoppingToken);
            }
            // Whatever it is, it must not stop the server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotLooked(e);
            }
        }
    }

    /// <summary>Does all that is due now.</summary>
    public async Task RunDueAsync(CancellationToken ct)
    {
        await AcrossConnections.ExecuteAsync(database, ct, ScheduleRow.EndDeleted(clock.GetStoredNow()));
        while (await TakeAsync(ct) is { } schedule)
            await AcrossConnections.ExecuteAsync(database, ct, Finish(schedule, await RunAsync(schedule, ct)));
    }

    async Task<ScheduleRow?> TakeAsync(CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, ScheduleRow.Take(clock.GetStoredNow()));
        return (await ScheduleRow.ReadAsync(rows, ct)).FirstOrDefault();
    }

    NpgsqlBatchCommand Finish(ScheduleRow schedule, string result)
    {
        var now = clock.GetStoredNow();
        return schedule.Finish(ScheduleUseCases.Next(schedule.Cron, now), now, result);
    }

    /// <returns>What came of it.</returns>
    async Task<string> RunAsync(ScheduleRow schedule, CancellationToken ct)
    {
        if (!_jobs.TryGetValue(schedule.Job, out var job))
            return "This server does not know the job.";
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var requestId = $"schedule-{Guid.CreateVersion7(clock.GetUtcNow())}";
            var turn = new ScheduledTurn(schedule.Connection, requestId, result => Finish(schedule, result));
            return await job.RunAsync(scope.ServiceProvider, turn, ct);
        }
        catch (ProblemException e)
        {
            return e.Message;
        }
        // What is wrong with one connection must not keep the others from their turn.
        catch (Exception e) when (!ct.IsCancellationRequested && !PostgresPool.IsUnavailable(e))
        {
            NotDone(schedule.Job, schedule.Connection, e);
            return "It has failed: the log of the server tells why.";
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Schedules could not be looked at; they are tried again")]
    partial void NotLooked(Exception failure);

    [LoggerMessage(2, LogLevel.Error, "The scheduled {Job} of the connection {ConnectionId} has failed")]
    partial void NotDone(string job, Guid connectionId, Exception failure);
}

using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Directory.Reconciliations;
using ScimProvisioning.Events.Snapshots;

namespace ScimProvisioning.Support.Schedules;

/// <summary>What the server does by itself when it is due. Another job is another one of these, registered with the services.</summary>
/// <param name="Name">As schedules name it.</param>
/// <param name="RunAsync">Does it for a connection, in transactions of its own, and says in words what came of it.</param>
sealed record ScheduledJob(string Name, Func<IServiceProvider, ScheduledTurn, CancellationToken, Task<string>> RunAsync)
{
    /// <summary>By this name the audit log tells what was done.</summary>
    public static readonly CurrentAdmin Actor = new("schedule", null, CanWrite: true, null);

    /// <summary>Finds who is stale: the application's list is not there.</summary>
    public static readonly ScheduledJob Reconciliation = new(
        "reconciliation",
        async (services, turn, ct) =>
        {
            var found = await services
                .GetRequiredService<ReconciliationUseCases>()
                .RunAsync(turn.Connection, format: null, Stream.Null, new AdminCaller(Actor, turn.RequestId, null), ct);
            return found.FullRunId is null
                ? "There was no full run by which somebody could be called stale."
                : $"{found.Counts!.Stale} stale users were found: reconciliation {found.Id}.";
        }
    );

    /// <summary>Tells everything again.</summary>
    public static readonly ScheduledJob Snapshot = new(
        "snapshot",
        async (services, turn, ct) =>
        {
            var transaction = services.GetRequiredService<AdminTransaction>();
            return await transaction.ChangeAsync(
                new AdminCaller(Actor, turn.RequestId, null),
                async () =>
                {
                    var snapshot = await services.GetRequiredService<SnapshotUseCases>().CreateAsync(turn.Connection, ct);
                    var result = $"The snapshot {snapshot.Id} has begun.";
                    transaction.RunLast([turn.Finish(result)]);
                    return result;
                },
                ct
            );
        }
    );
}

/// <summary>One time that a job is done.</summary>
/// <param name="Connection">For whom.</param>
/// <param name="RequestId">What stands in the logs for it.</param>
/// <param name="Finish">
/// Notes what came of it, in words. A job that must not be done twice runs it in its own transaction, so that a server that dies afterwards
/// leaves nothing to do.
/// </param>
sealed record ScheduledTurn(Guid Connection, string RequestId, Func<string, NpgsqlBatchCommand> Finish);

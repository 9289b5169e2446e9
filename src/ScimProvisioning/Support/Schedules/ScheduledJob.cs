using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Directory.Reconciliations;
using ScimProvisioning.Events.Snapshots;

namespace ScimProvisioning.Support.Schedules;

/// <summary>What the server does by itself when it is due. Another job is another one of these, registered with the services.</summary>
/// <param name="Name">As schedules name it.</param>
/// <param name="RunAsync">Does it for a connection, in transactions of its own, and says in words what came of it.</param>
sealed record ScheduledJob(string Name, Func<IServiceProvider, Guid, string, CancellationToken, Task<string>> RunAsync)
{
    /// <summary>By this name the audit log tells what was done.</summary>
    public static readonly CurrentAdmin Actor = new("schedule", null, CanWrite: true, null);

    /// <summary>Finds who is stale: the application's list is not there.</summary>
    public static readonly ScheduledJob Reconciliation = new(
        "reconciliation",
        async (services, connection, requestId, ct) =>
        {
            var found = await services
                .GetRequiredService<ReconciliationUseCases>()
                .RunAsync(connection, format: null, Stream.Null, (Actor, requestId, null), ct);
            return found.FullRunId is null
                ? "There was no full run by which somebody could be called stale."
                : $"{found.Counts!.Stale} stale users were found: reconciliation {found.Id}.";
        }
    );

    /// <summary>Tells everything again.</summary>
    public static readonly ScheduledJob Snapshot = new(
        "snapshot",
        async (services, connection, requestId, ct) =>
        {
            var snapshot = await services
                .GetRequiredService<AdminTransaction>()
                .ChangeAsync(
                    Actor,
                    requestId,
                    address: null,
                    () => services.GetRequiredService<SnapshotUseCases>().CreateAsync(connection, ct),
                    ct
                );
            return $"The snapshot {snapshot.Id} has begun.";
        }
    );
}

using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Work;

namespace ScimProvisioning.Projection;

/// <summary>
/// Tells again of people whom a guard holds, each day until somebody decides. Nobody is ever let go because time has passed.
/// </summary>
sealed class GuardReminders(
    NpgsqlDataSource database,
    EventSignal told,
    IDbContextFactory<ScimDbContext> contexts,
    TimeProvider clock,
    ILogger<GuardReminders> log
) : PeriodicJob("guard-reminders", TimeSpan.FromMinutes(10), contexts, clock, log)
{
    static readonly TimeSpan Between = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken ct)
    {
        var before = Clock.GetStoredNow() - Between;
        var connections = new List<Guid>();
        await using (var rows = await AcrossConnections.RunAsync(database, ct, GuardRow.ToldBefore(before)))
            while (await rows.ReadAsync(ct))
                connections.Add(rows.GetGuid(0));
        foreach (var connection in connections)
            await TellAsync(connection, before, ct);
    }

    /// <summary>Under the lock of the projection: nobody is held or let go meanwhile.</summary>
    async Task TellAsync(Guid connection, DateTimeOffset before, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        ProjectionRow? row;
        await using (var rows = await session.ReadAsync(ct, ProjectionRow.Lock(connection, wait: true)))
            row = await ProjectionRow.ReadAsync(rows, ct);
        if (row is null)
            return;
        GuardRow guard;
        GuardEvent state;
        await using (
            var rows = await session.ReadAsync(
                ct,
                GuardRow.Read(connection),
                GuardHolds.Count(connection),
                GuardDepartures.Active(connection, int.MaxValue)
            )
        )
        {
            guard = await GuardRow.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            await rows.ReadAsync(ct);
            var held = rows.GetInt64(0);
            if (held == 0 || guard.ToldAt is not { } last || last > before)
                return;
            var since = rows.GetFieldValue<DateTimeOffset>(1);
            await rows.NextResultAsync(ct);
            await rows.ReadAsync(ct);
            state = new(held, since, held, rows.GetInt64(0), IsReminder: true);
        }
        var now = Clock.GetStoredNow();
        await session.CommitAllAsync(
            ct,
            [
                GuardRow.Told(connection, row.Connection.OrganizationId, now),
                .. EventLog.Append(connection, row.Connection.OrganizationId, [GuardEvent.Of(row, guard, now, state)]),
            ]
        );
        told.Raise();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>What there is to do on a connection after a batch.</summary>
enum NextStep
{
    /// <summary>All is released.</summary>
    None,

    /// <summary>There is more to do at once.</summary>
    Continue,

    /// <summary>The change log was read to its end. What is written meanwhile is released together.</summary>
    Gather,

    /// <summary>Entries of the change log are not complete yet: a transaction that began before them still runs.</summary>
    WaitForTransactions,

    /// <summary>Another server works on the connection, and goes on until all is released.</summary>
    Busy,
}

/// <summary>
/// Releases what a connection has received, a batch at a time. A batch is one transaction: the position in the change log, the released
/// rows and the events move together or not at all. Level-triggered: the change log only says who may have changed; what is released is
/// computed from what is received now.
/// </summary>
sealed class ConnectionProjection(
    NpgsqlDataSource database,
    ConnectionTypes types,
    ChangeSignal changed,
    EventSignal told,
    TimeProvider clock,
    ProjectionMetrics metrics
)
{
    /// <summary>Users in a batch.</summary>
    public const int BatchSize = 500;

    /// <summary>Users in a batch of a walk, where most stay as they are.</summary>
    public const int WalkSize = 1_000;

    static readonly ActivitySource Spans = new("ScimProvisioning.Projection");

    /// <summary>Entries of the change log that are passed over at once while nothing is released.</summary>
    const int HeldBackSize = 10_000;

    /// <summary>
    /// Connections whose last batch here was of the change log: under steady writes the queue and the walk must go on, too.
    /// </summary>
    readonly ConcurrentDictionary<Guid, bool> _lastOfLog = [];

    /// <summary>Runs one batch. A conflict with another transaction leaves nothing behind; the caller tries again.</summary>
    public async Task<NextStep> AdvanceAsync(Guid connection, CancellationToken ct)
    {
        using var span = Spans.StartActivity("projection batch")?.SetTag("scim.connection.id", connection.ToString());
        await using var session = await TenantSession.OpenRepeatableAsync(database, connection, ct);
        ProjectionRow? row;
        StoredRules stored;
        GuardRow guard;
        bool hasQueue;
        await using (
            var rows = await session.ReadAsync(
                ct,
                ProjectionRow.Lock(connection, wait: false),
                StoredRules.Read(connection),
                DirtyUsers.Any(connection),
                GuardRow.Read(connection)
            )
        )
        {
            row = await ProjectionRow.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            stored = await StoredRules.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            hasQueue = await rows.ReadAsync(ct);
            await rows.NextResultAsync(ct);
            guard = await GuardRow.ReadAsync(rows, ct);
        }
        if (row is null)
            return await CreateAsync(connection, ct) ? NextStep.Continue : NextStep.Busy;

        changed.Releases(connection, row.Releases);
        var most = row.Releases ? BatchSize : HeldBackSize;
        List<LoggedChange> changes;
        bool moreToCome;
        await using (var rows = await session.ReadAsync(ct, ChangeReader.Next(connection, row.Position, ofGroups: row.Releases, most)))
            (changes, moreToCome) = await ChangeReader.ReadAsync(rows, ct);
        var batch = new ProjectionBatch(session, row, stored.Catalogue, guard, clock.GetStoredNow());
        var groups = new GroupRelease(batch, stored, types.Of(row.Connection.Documents));
        var run = new ProjectionRun(batch, groups, row, hasQueue);
        var worked = await run.WorkAsync(changes, _lastOfLog.ContainsKey(connection), ct);
        if (!run.IsOfLog)
            _lastOfLog.TryRemove(connection, out _);
        if (!worked)
            return moreToCome ? NextStep.WaitForTransactions : NextStep.None;
        await session.CommitAllAsync(ct, run.Statements());
        if (batch.Events > 0)
            told.Raise();
        if (run.IsOfLog)
            _lastOfLog[connection] = true;
        span?.SetTag("projection.events", batch.Events);
        if (batch.IsGuardTriggered)
            metrics.GuardTriggered();
        metrics.Batch(batch.Events, run.IsOfLog ? clock.GetStoredNow() - changes[0].At : null);
        return run.HasReadLog && changes.Count < most && !hasQueue && row.Walk is null ? NextStep.Gather : NextStep.Continue;
    }

    /// <summary>A transaction of its own: only the first look at a connection makes its row.</summary>
    async Task<bool> CreateAsync(Guid connection, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        return await session.CommitAllAsync(ct, ProjectionRow.Create(connection)) > 0;
    }
}

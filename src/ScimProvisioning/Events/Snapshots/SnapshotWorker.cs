using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Snapshots;

/// <summary>
/// Goes on with the snapshots of all connections, one part of each in turn. Every server does so; a snapshot of a server that died is gone
/// on with by another one where it stood.
/// </summary>
sealed partial class SnapshotWorker(NpgsqlDataSource database, SnapshotWalk walk, ILogger<SnapshotWorker> log) : BackgroundService
{
    // Real time: it spares the database.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(BetweenLooks, stoppingToken);
            try
            {
                // Read anew after each part: what is asked for meanwhile has its turn, too.
                var left = new HashSet<Guid>();
                while ((await RunningAsync(stoppingToken)).FindAll(s => !left.Contains(s.Id)) is { Count: > 0 } running)
                    foreach (var snapshot in running)
                        if (!await TryAsync(snapshot, stoppingToken))
                            left.Add(snapshot.Id);
            }
            // Whatever it is, it must not stop the server.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!PostgresPool.IsUnavailable(e))
                    NotLooked(e);
            }
        }
    }

    async Task<List<SnapshotRow>> RunningAsync(CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, SnapshotRow.Running());
        return await SnapshotRow.ReadAsync(rows, ct);
    }

    async Task<bool> TryAsync(SnapshotRow snapshot, CancellationToken ct)
    {
        try
        {
            return await walk.AdvanceAsync(snapshot.Connection, snapshot.Id, ct);
        }
        // What was not committed was not told. One that fails must not keep the others; the next look tries again.
        catch (Exception e) when (!PostgresPool.IsUnavailable(e) && !ct.IsCancellationRequested)
        {
            NotTold(snapshot.Id, snapshot.Connection, e);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Snapshot {Id} of connection {ConnectionId} could not go on; it is tried again")]
    partial void NotTold(Guid id, Guid connectionId, Exception failure);

    [LoggerMessage(2, LogLevel.Error, "Snapshots could not be looked for; they are tried again")]
    partial void NotLooked(Exception failure);
}

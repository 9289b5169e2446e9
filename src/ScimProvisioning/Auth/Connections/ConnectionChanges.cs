using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.Connections;

/// <summary>Tells every server at once that a token or a connection has changed (NOTIFY), and hears it from the others (LISTEN).</summary>
sealed partial class ConnectionChanges(NpgsqlDataSource database, ConnectionCache cache, TimeProvider clock, ILogger<ConnectionChanges> log)
    : BackgroundService
{
    const string Channel = "connection_changed";
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Commits the context's transaction together with the notification, and forgets what this server remembers before it returns.
    /// Whatever changes a connection or what opens it goes through here.
    /// </summary>
    public async Task CommitAsync(ScimDbContext db, CancellationToken ct)
    {
        try
        {
            await db.Database.ExecuteSqlRawAsync($"NOTIFY {Channel}", ct);
            await db.Database.CommitTransactionAsync(ct);
        }
        finally
        {
            // Also after a failure: a commit whose answer was lost has happened all the same.
            cache.Drop();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(pause, clock, stoppingToken);
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await SubscribeAsync(connection, stoppingToken);
                pause = TimeSpan.Zero;
                await HearAsync(connection, stoppingToken);
            }
            catch (Exception e)
                when ((e is NpgsqlException or SocketException or TimeoutException) && !stoppingToken.IsCancellationRequested)
            {
                pause = pause < LongestPause / 2 ? pause * 2 + TimeSpan.FromMilliseconds(250) : LongestPause;
                NotListening(e.Message, pause);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The server stops.
            }
        }
    }

    async Task SubscribeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        connection.Notification += (_, _) => cache.Drop();
        await using var listen = new NpgsqlCommand($"LISTEN {Channel}", connection);
        await listen.ExecuteNonQueryAsync(ct);
        cache.SetListening(true);
    }

    // A peer that vanished without a goodbye is found out by the heartbeat.
    async Task HearAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var ping = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = (int)Heartbeat.TotalSeconds };
        try
        {
            while (true)
            {
                if (!await connection.WaitAsync(Heartbeat, ct))
                    await ping.ExecuteNonQueryAsync(ct);
            }
        }
        finally
        {
            cache.SetListening(false);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Changes of connections are not heard ({Reason}): every request asks the database; next try in {Pause}"
    )]
    partial void NotListening(string reason, TimeSpan pause);
}

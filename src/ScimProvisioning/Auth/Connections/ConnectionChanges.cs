using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.Connections;

/// <summary>
/// Tells the other servers that a token or a connection has changed (NOTIFY), and clears the cache when they tell (LISTEN). Then
/// the projection releases what these connections have got in their change logs.
/// </summary>
sealed partial class ConnectionChanges(
    NpgsqlDataSource database,
    ConnectionCache cache,
    ChangeSignal signal,
    ILogger<ConnectionChanges> log
) : BackgroundService
{
    const string Channel = "connection_changed";

    /// <summary>Connections that are named. Of more at once, each server finds out itself which they are.</summary>
    const int MostNamed = 20;

    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    bool _isHeard = true;

    /// <summary>Adds the notification to the context's transaction, with which it is sent.</summary>
    /// <param name="logged">The connections that have got entries in the change log.</param>
    public static Task NotifyAsync(ScimDbContext db, IReadOnlyCollection<Guid> logged, CancellationToken ct)
    {
        var notify = logged.Count is > 0 and <= MostNamed ? logged.Select(id => $"NOTIFY {Channel}, '{id}'") : [$"NOTIFY {Channel}"];
        return db.Database.ExecuteSqlRawAsync(string.Join("; ", notify), ct);
    }

    /// <summary>
    /// Commits the context's transaction, which has the notification, and clears this server's cache before it returns.
    /// Every change of a connection or of its credentials must be committed here.
    /// </summary>
    public async Task CommitAsync(ScimDbContext db, CancellationToken ct)
    {
        try
        {
            await db.Database.CommitTransactionAsync(ct);
        }
        finally
        {
            // After a failure too: a commit may have succeeded although its answer was lost.
            cache.Clear();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e)
                when ((e is NpgsqlException or SocketException or TimeoutException) && !stoppingToken.IsCancellationRequested)
            {
                // Once, not at every try.
                if (_isHeard)
                    NotListening(e.Message, Pause);
                _isHeard = false;
            }
            // Real time, not the clock's: it spares the database.
            await Task.Delay(Pause, stoppingToken);
        }
    }

    async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        connection.Notification += (_, told) =>
        {
            cache.Clear();
            if (Guid.TryParse(told.Payload, out var changed))
                signal.Raise(changed);
            else
                signal.RaiseUnknown();
        };
        await using var listen = new NpgsqlCommand($"LISTEN {Channel}", connection);
        await listen.ExecuteNonQueryAsync(ct);
        await using var ping = new NpgsqlCommand($"LISTEN {Channel}", connection) { CommandTimeout = (int)Heartbeat.TotalSeconds };
        cache.SetListening(true);
        if (!_isHeard)
            Listening();
        _isHeard = true;
        try
        {
            // The heartbeat finds out a connection whose other end vanished without closing it.
            while (true)
                if (!await connection.WaitAsync(Heartbeat, ct))
                    await ping.ExecuteNonQueryAsync(ct);
        }
        finally
        {
            cache.SetListening(false);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Changes of connections are not heard ({Reason}): until they are, every request asks the database; a try every {Pause}"
    )]
    partial void NotListening(string reason, TimeSpan pause);

    [LoggerMessage(2, LogLevel.Information, "Changes of connections are heard again")]
    partial void Listening();
}

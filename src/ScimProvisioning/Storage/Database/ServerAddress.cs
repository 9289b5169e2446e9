using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// The URL at which clients reach the servers of this database: a server writes it at its start, for commands, which do not know it.
/// </summary>
static partial class ServerAddress
{
    /// <summary>
    /// Overwrites the address of the server that started before. A database that cannot serve now does not stop the start.
    /// </summary>
    public static async Task WriteAsync(NpgsqlDataSource database, string url, ILogger log, CancellationToken ct)
    {
        try
        {
            await WriteAsync(database, url, ct);
        }
        catch (Exception e) when (PostgresPool.IsUnavailable(e))
        {
            NotWritten(log, e.GetBaseException().Message);
        }
    }

    static async Task WriteAsync(NpgsqlDataSource database, string url, CancellationToken ct)
    {
        // First, so that a server also starts on a database that can only be read.
        if (await ReadAsync(database, ct) == url)
            return;
        await using var command = database.CreateCommand(
            "INSERT INTO server_address (url) VALUES ($1) ON CONFLICT (one) DO UPDATE SET url = excluded.url"
        );
        command.Parameters.Add(new() { Value = url });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary><c>null</c> when no server has started on this database yet.</summary>
    public static async Task<string?> ReadAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT url FROM server_address");
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    [LoggerMessage(1, LogLevel.Warning, "The address of this server was not stored ({Reason}): commands need PublicUrl")]
    static partial void NotWritten(ILogger log, string reason);
}

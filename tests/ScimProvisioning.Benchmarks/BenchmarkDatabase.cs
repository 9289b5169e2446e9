using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// A database for one run, on the server of <c>ConnectionStrings__Postgres</c> or else on a PostgreSQL that is started for it.
/// It is removed at the end, unless it has a name and the server is not ours.
/// </summary>
sealed class BenchmarkDatabase : IAsyncDisposable
{
    readonly EmbeddedPostgres? _postgres;
    readonly string _server;
    readonly string _name;
    bool _stays;

    BenchmarkDatabase(EmbeddedPostgres? postgres, string server, string name) => (_postgres, _server, _name) = (postgres, server, name);

    public string ConnectionString => new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString;

    /// <summary>
    /// Processor time so far of all PostgreSQL processes of this machine that run. Meaningful when no other PostgreSQL is busy here.
    /// </summary>
    public static TimeSpan ProcessorTime
    {
        get
        {
            var sum = TimeSpan.Zero;
            foreach (var process in Process.GetProcesses())
                using (process)
                    // A session calls itself "postgres: " and what it does.
                    if (process.ProcessName.StartsWith("postgres", StringComparison.Ordinal))
                        sum += TimeOf(process);
            return sum;
        }
    }

    /// <summary>The environment of a server on this database.</summary>
    public Dictionary<string, string> ServerSettings(string adminKey) =>
        new()
        {
            ["ConnectionStrings__Postgres"] = ConnectionString,
            ["Admin__ApiKey"] = adminKey,
            ["Tokens__SigningKey"] = RandomNumberGenerator.GetHexString(64),
        };

    /// <summary>A database of this name that an earlier run has filled; <c>null</c>: there is none.</summary>
    public static async Task<BenchmarkDatabase?> FindAsync(string? name, CancellationToken ct)
    {
        if (name is null || Environment.GetEnvironmentVariable("ConnectionStrings__Postgres") is not { Length: > 0 } server)
            return null;
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
        command.Parameters.Add(new() { Value = name });
        return (bool)(await command.ExecuteScalarAsync(ct))! ? new(null, server, name) { _stays = true } : null;
    }

    /// <param name="name">By which a later run finds it.</param>
    public static async Task<BenchmarkDatabase> CreateAsync(CancellationToken ct, string? name = null)
    {
        var postgres = Environment.GetEnvironmentVariable("ConnectionStrings__Postgres") is { Length: > 0 } given
            ? null
            : await StartPostgresAsync(ct);
        name ??= $"scim_benchmark_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        var database = new BenchmarkDatabase(
            postgres,
            postgres?.ConnectionString ?? Environment.GetEnvironmentVariable("ConnectionStrings__Postgres")!,
            name
        );
        try
        {
            await ExecuteAsync(database._server, $"CREATE DATABASE {name}", ct);
            return database;
        }
        catch
        {
            if (postgres is not null)
                await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Collects the planner's statistics and writes the loaded rows to disk; otherwise both would happen during the measurement.
    /// </summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        await ExecuteAsync(ConnectionString, "VACUUM (ANALYZE)", ct);
        await ExecuteAsync(ConnectionString, "CHECKPOINT", ct);
    }

    /// <summary>It is filled, and worth keeping.</summary>
    public void Keep() => _stays = true;

    /// <summary>The version and the settings that decide how fast it can be.</summary>
    public async Task<string> DescribeAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(_server);
        await using var command = source.CreateCommand(
            """
            SELECT format('PostgreSQL %s (fsync %s, synchronous_commit %s, shared_buffers %s, max_wal_size %s)',
                split_part(current_setting('server_version'), ' ', 1), current_setting('fsync'),
                current_setting('synchronous_commit'), current_setting('shared_buffers'), current_setting('max_wal_size'))
            """
        );
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        else if (!_stays)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await ExecuteAsync(_server, $"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", limit.Token);
        }
    }

    // Durable as in production, so that too many commits show in the figures. The log may grow to 8 GB: a checkpoint for each
    // gigabyte would disturb the measurement.
    static async Task<EmbeddedPostgres> StartPostgresAsync(CancellationToken ct)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("scim-benchmark-");
        try
        {
            return await EmbeddedPostgres.StartAsync(
                new()
                {
                    DataDirectory = folder.FullName,
                    DeleteOnDispose = true,
                    Settings = new Dictionary<string, string> { ["max_wal_size"] = "8GB" },
                },
                NullLogger.Instance,
                TimeProvider.System,
                ct
            );
        }
        catch
        {
            if (folder.Exists)
                folder.Delete(recursive: true);
            throw;
        }
    }

    static TimeSpan TimeOf(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        // It has ended since.
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }

    static async Task ExecuteAsync(string connectionString, string sql, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }
}

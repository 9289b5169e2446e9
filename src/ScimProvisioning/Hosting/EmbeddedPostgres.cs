using Npgsql;

namespace ScimProvisioning.Hosting;

/// <summary>A private PostgreSQL that starts and stops with this process. Its data stays in the data directory.</summary>
sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    const string Database = "scim";
    const string Cluster = "postgres";
    const string PasswordFile = "postgres-password";

    readonly DataDirectory _data;
    readonly FileStream _claim;
    readonly PostgresCluster _cluster;
    readonly PostgresAddress _address;
    readonly bool _throwAway;
    readonly ILogger _logger;
    bool _disposed;

    EmbeddedPostgres(
        DataDirectory data,
        FileStream claim,
        PostgresCluster cluster,
        PostgresAddress address,
        bool throwAway,
        ILogger logger
    ) => (_data, _claim, _cluster, _address, _throwAway, _logger) = (data, claim, cluster, address, throwAway, logger);

    /// <summary>In Npgsql's format, for the superuser of the private server.</summary>
    public string ConnectionString => ConnectionStringTo(Database);

    public int Major => _cluster.ProgramsMajor;

    public string DataDirectory => _data.FullName;

    static Dictionary<string, string> OurSettings =>
        new()
        {
            ["max_connections"] = "100",
            ["shared_buffers"] = "128MB",
            // PostgreSQL logs an ordinary 409 as an ERROR with personal data in its details. The server handles these errors itself.
            ["log_min_messages"] = "log",
            ["log_error_verbosity"] = "terse",
            ["log_checkpoints"] = "off",
        };

    /// <summary>Claims the data directory, creates the cluster on the first start, starts it and creates the database.</summary>
    public static Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options,
        ILogger logger,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var data = Hosting.DataDirectory.Open(options.DataDirectory);
        return StartAsync(options, data, data.Claim(), logger, clock, ct);
    }

    /// <summary>The same with a claim that the caller already has. It is released when PostgreSQL stops or does not start.</summary>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options,
        DataDirectory data,
        FileStream claim,
        ILogger logger,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var start = clock.GetTimestamp();
        try
        {
            var account = await PostgresAccount.ChooseAsync(clock, ct);
            await account.RequirePassageAsync(data, ct);
            var cluster = await PrepareAsync(options, data, account, logger, clock, ct);
            var address = await PostgresAddress.ChooseAsync(cluster.Directory, account, ct);
            var postgres = new EmbeddedPostgres(data, claim, cluster, address, options.DeleteOnDispose, logger);
            await postgres.StartAsync(options.Settings, ct);
            Started(logger, cluster.ProgramsMajor, cluster.Directory, clock.GetElapsedTime(start).TotalSeconds);
            return postgres;
        }
        catch
        {
            await claim.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection string to another database of the same PostgreSQL, such as one per test fixture.</summary>
    public string ConnectionStringTo(string database) => _address.ConnectionString(database, _data.GetOrCreateSecret(PasswordFile));

    /// <summary>
    /// A connection string to the PostgreSQL that another process has started on this data directory, or <c>null</c> while it accepts no
    /// connections.
    /// </summary>
    public static string? ConnectionStringToRunning(DataDirectory data) =>
        PostgresAddress.OfRunning(data.Combine(Cluster))?.ConnectionString(Database, data.GetOrCreateSecret(PasswordFile));

    /// <summary>Stops PostgreSQL. Open connections are closed; no committed change is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        var stop = await _cluster.StopAsync(_throwAway ? "immediate" : "fast", CancellationToken.None);
        if (!stop.Succeeded)
            NotStopped(_logger, DataDirectory, stop.Output);
        _address.Remove();
        if (_throwAway)
            System.IO.Directory.Delete(DataDirectory, recursive: true);
        await _claim.DisposeAsync();
    }

    static async Task<PostgresCluster> PrepareAsync(
        EmbeddedPostgresOptions options,
        DataDirectory data,
        PostgresAccount account,
        ILogger logger,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var directory = data.Combine(Cluster);
        var major = PostgresCluster.DataMajor(directory);
        var package = new PostgresPackage(data, options.Npm, logger, clock);
        var binaries = await PostgresBinaries.ChooseAsync(options, package, major, account, ct);
        var cluster = new PostgresCluster(directory, binaries, account);
        if (major is null)
            await cluster.InitializeAsync(
                data.GetOrCreateSecret(PasswordFile),
                durable: options.Settings.GetValueOrDefault("fsync") != "off",
                ct
            );
        else if (await cluster.StopLeftoverAsync(ct))
            TookOver(logger, data.FullName);
        return cluster;
    }

    async Task StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct)
    {
        try
        {
            await _cluster.StartAsync([.. OurSettings, .. settings, .. _address.Settings], ct);
            await CreateDatabaseAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            await DisposeAsync();
            throw new StartupException(
                $"The database in {DataDirectory} was made with another password than the one in {_data.Combine(PasswordFile)}: "
                    + "restore that file.",
                e
            );
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    async Task CreateDatabaseAsync(CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionStringTo("postgres"));
        await using var exists = source.CreateCommand($"SELECT 1 FROM pg_database WHERE datname = '{Database}'");
        if (await exists.ExecuteScalarAsync(ct) is not null)
            return;
        await using var create = source.CreateCommand($"CREATE DATABASE {Database}");
        await create.ExecuteNonQueryAsync(ct);
    }

    [LoggerMessage(1, LogLevel.Information, "PostgreSQL {Major} started in {Directory} after {Seconds:F1} s")]
    static partial void Started(ILogger logger, int major, string directory, double seconds);

    [LoggerMessage(2, LogLevel.Warning, "The last server on {Directory} was killed; its PostgreSQL was stopped and starts again")]
    static partial void TookOver(ILogger logger, string directory);

    [LoggerMessage(3, LogLevel.Error, "The PostgreSQL in {Directory} did not stop: {Output}")]
    static partial void NotStopped(ILogger logger, string directory, string output);
}

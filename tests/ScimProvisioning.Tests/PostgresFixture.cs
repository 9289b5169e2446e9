using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ScimProvisioning.Hosting;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Tests.Admin;
using Testcontainers.PostgreSql;

namespace ScimProvisioning.Tests;

/// <summary>
/// One PostgreSQL for the whole run: the one of <c>ConnectionStrings__Postgres</c> if given, a container if
/// <c>UseTestcontainers=true</c>, else a throw-away cluster of the installed programs. Without any of them the run fails
/// and says what to install.
/// </summary>
[SetUpFixture]
sealed class PostgresFixture
{
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(10);

    /// <summary>Some thirty servers run at the same time, each with sessions that it keeps for a while.</summary>
    const string Sessions = "1000";

    static NpgsqlConnectionStringBuilder _server = new();
    static Func<ValueTask> _stop = () => ValueTask.CompletedTask;
    static int _databases;

    /// <summary>Each test's database is a copy of this one: a copy takes less than the migrations.</summary>
    static readonly string Template = string.Create(CultureInfo.InvariantCulture, $"scim_test_{Environment.ProcessId}");

    static readonly ConcurrentBag<string> Made = [];

    /// <summary>All databases of this run so far.</summary>
    public static IEnumerable<string> Databases =>
        Made.Select(name => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name }.ConnectionString);

    /// <summary>The database that most tests share; each test makes its own connections in it.</summary>
    public static string ConnectionString { get; private set; } = "";

    /// <summary>A database with the server's tables and nothing in them, for tests that need one of their own.</summary>
    public static Task<string> CreateDatabaseAsync() => CreateAsync($"TEMPLATE {Template}");

    /// <summary>A database without tables, for tests of what makes them.</summary>
    public static async Task<string> CreateEmptyDatabaseAsync(string? owner = null)
    {
        if (owner is null)
            return await CreateAsync("");
        await ExecuteAsync($"ALTER ROLE {owner} PASSWORD '{owner}'");
        return new NpgsqlConnectionStringBuilder(await CreateAsync($"OWNER {owner}")) { Username = owner, Password = owner } + ";";
    }

    /// <summary>For the migrations of a database, up to one of them.</summary>
    public static ScimDbContext OpenContext(string database)
    {
        var options = new DbContextOptionsBuilder<ScimDbContext>();
        PostgresPool.Configure(options.UseNpgsql(database + "Pooling=false"));
        return new(options.Options);
    }

    static async Task<string> CreateAsync(string options)
    {
        var name = $"{Template}_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name} {options}");
        Made.Add(name);
        return new NpgsqlConnectionStringBuilder(_server.ConnectionString)
            {
                Database = name,
                MaxPoolSize = 20,
                ConnectionIdleLifetime = 20,
            } + ";";
    }

    public static async Task ExecuteAsync(string sql, string? connectionString = null)
    {
        await using var database = NpgsqlDataSource.Create(connectionString ?? _server.ConnectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Waits until a query answers true.</summary>
    public static async Task UntilAsync(string connectionString, string condition)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(condition);
        await Wait.UntilAsync(async () => (bool)(await command.ExecuteScalarAsync())!, condition);
    }

    /// <summary>Waits until so many servers listen for changes that other servers announce.</summary>
    public static Task UntilListeningAsync(string connectionString, int servers) =>
        UntilAsync(
            connectionString,
            $"""
            SELECT count(*) = {servers} FROM pg_stat_activity
            WHERE datname = current_database() AND query = 'LISTEN connection_changed'
            """
        );

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = new(await StartServerAsync()) { Database = "postgres" };
        await ExecuteAsync($"CREATE DATABASE {Template}");
        Made.Add(Template);
        var template = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = Template }.ConnectionString;
        _ = (await CommandOutcome.RunAsync("migrate", ("ConnectionStrings__Postgres", template))).Answer;
        ConnectionString = await CreateDatabaseAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        // A PostgreSQL that was given stays, so the databases of this run are dropped.
        if (IsGiven)
            foreach (var database in Made)
                await ExecuteAsync($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
        await _stop();
    }

    static string? Given => Environment.GetEnvironmentVariable("ConnectionStrings__Postgres");

    static bool IsGiven => !string.IsNullOrEmpty(Given);

    static async Task<string> StartServerAsync()
    {
        if (IsGiven)
            return Given!;
        if (Environment.GetEnvironmentVariable("UseTestcontainers") is "true")
            return await StartContainerAsync();
        using var limit = new CancellationTokenSource(StartLimit);
        var throwAway = EmbeddedPostgresOptions.ThrowAway(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        var embedded = await EmbeddedPostgres.StartAsync(
            throwAway with
            {
                Settings = new Dictionary<string, string>(throwAway.Settings) { ["max_connections"] = Sessions },
            },
            NullLogger.Instance,
            TimeProvider.System,
            limit.Token
        );
        _stop = embedded.DisposeAsync;
        return embedded.ConnectionStringTo("postgres");
    }

    static async Task<string> StartContainerAsync()
    {
        var container = new PostgreSqlBuilder("postgres:18").WithCommand("-c", $"max_connections={Sessions}", "-c", "fsync=off").Build();
        using var limit = new CancellationTokenSource(StartLimit);
        await container.StartAsync(limit.Token);
        _stop = container.DisposeAsync;
        return container.GetConnectionString();
    }
}

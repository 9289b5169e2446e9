using System.Globalization;
using Npgsql;

namespace ScimProvisioning.Tests;

/// <summary>One throw-away PostgreSQL for the whole run.</summary>
[SetUpFixture]
sealed class PostgresFixture
{
    static PostgresCluster? _cluster;
    static string _server = "";
    static int _databases;

    /// <summary>The database that tests share, each in connections of its own.</summary>
    public static string ConnectionString { get; private set; } = "";

    /// <summary>An empty database, for tests of the first start.</summary>
    public static async Task<string> CreateDatabaseAsync(string owner = "postgres")
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"scim_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync($"CREATE DATABASE {name} OWNER {owner}");
        return $"{_server}Database={name};Username={owner};";
    }

    public static async Task ExecuteAsync(string sql, string? connectionString = null)
    {
        await using var database = NpgsqlDataSource.Create(connectionString ?? $"{_server}Database=postgres;Username=postgres;Pooling=false");
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [OneTimeSetUp]
    public async Task Start()
    {
        _cluster = new();
        _server = _cluster.Address + "Maximum Pool Size=20;";
        ConnectionString = await CreateDatabaseAsync();
    }

    [OneTimeTearDown]
    public void Stop() => _cluster?.Dispose();
}

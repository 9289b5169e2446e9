using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ScimProvisioning.Tests;

/// <summary>One throw-away PostgreSQL for the whole run.</summary>
[SetUpFixture]
sealed class PostgresFixture
{
    static string _directory = "";
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
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        _directory = Run("mktemp", "-d", "/tmp/scim-tests-XXXXXX").Trim();
        Run(Program("initdb"), "-D", $"{_directory}/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        Run(Program("pg_ctl"), "start", "-w", "-D", $"{_directory}/data", "-l", $"{_directory}/log", "-o",
            string.Create(CultureInfo.InvariantCulture, $"-p {port} -k {_directory} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"));
        _server = string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Maximum Pool Size=20;");
        ConnectionString = await CreateDatabaseAsync();
    }

    [OneTimeTearDown]
    public void Stop()
    {
        Run(Program("pg_ctl"), "stop", "-m", "immediate", "-D", $"{_directory}/data");
        Run("rm", "-rf", _directory);
    }

    static string Program(string name) =>
        Directory.Exists("/usr/lib/postgresql")
        && Directory.EnumerateFiles("/usr/lib/postgresql", name, SearchOption.AllDirectories).Order().LastOrDefault() is { } path
            ? path
            : throw new InvalidOperationException($"{name} was not found: install PostgreSQL 15 or newer.");

    // PostgreSQL refuses to run as root.
    static string Run(params string[] command)
    {
        if (Environment.IsPrivilegedProcess)
            command = ["runuser", "-u", "postgres", "--", .. command];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/tmp",
        })!;
        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {output}{error}");
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using ScimProvisioning.Hosting;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Faults;

/// <summary>A primary and its synchronous standby: two clusters on loopback. A commit is acknowledged when both have it.</summary>
sealed class PostgresPair : IAsyncDisposable
{
    const string Password = "the password of the pair";
    const string StandbyName = "standby";

    readonly TemporaryFolder _folder = new();
    readonly int _primaryPort = FreePort();
    readonly int _standbyPort = FreePort();
    readonly PostgresAccount _account;
    readonly PostgresBinaries _binaries;
    readonly PostgresCluster _primary;
    readonly PostgresCluster _standby;

    PostgresPair(PostgresAccount account, PostgresBinaries binaries)
    {
        (_account, _binaries) = (account, binaries);
        _primary = new(Path.Combine(_folder.FullName, "primary"), binaries, account);
        _standby = new(Path.Combine(_folder.FullName, StandbyName), binaries, account);
    }

    /// <summary>Both hosts, as an operator writes them.</summary>
    public string ConnectionString =>
        $"Host=127.0.0.1:{_primaryPort},127.0.0.1:{_standbyPort};Database=scim;Username=postgres;Password={Password};"
        + "Target Session Attributes=primary;";

    public string StandbyConnectionString => To(_standbyPort, "scim");

    /// <returns><c>null</c> when this machine lacks pg_basebackup, which makes the standby.</returns>
    public static async Task<PostgresPair?> StartAsync(CancellationToken ct)
    {
        var account = await PostgresAccount.ChooseAsync(TimeProvider.System, ct);
        var installed = await PostgresBinaries.FindAsync(PostgresBinaries.UsualDirectories(), account, ct);
        if (installed.FirstOrDefault(binaries => File.Exists(binaries.Program("pg_basebackup"))) is not { } found)
            return null;
        var pair = new PostgresPair(account, found);
        try
        {
            await pair.StartBothAsync(ct);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the primary, as a machine that fails does.</summary>
    public async Task KillPrimaryAsync(CancellationToken ct)
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(_primary.Directory, "postmaster.pid"), ct))[0];
        using var kill = System.Diagnostics.Process.Start("kill", ["-KILL", postmaster]);
        await kill.WaitForExitAsync(ct);
    }

    /// <summary>Returns when the standby takes writes.</summary>
    public Task PromoteStandbyAsync(CancellationToken ct) =>
        RunAsync("pg_ctl", ["promote", "-D", _standby.Directory, "-w", "-t", "300"], ct);

    /// <summary>Stops what is now the primary; its sessions are cut.</summary>
    public Task StopStandbyAsync(CancellationToken ct) => _standby.StopAsync("fast", ct);

    public Task StartStandbyAsync(CancellationToken ct) => _standby.StartAsync(Settings(_standbyPort), ct);

    /// <summary>Writes to the standby past the server, on a new session.</summary>
    /// <returns>Whether it took the write, which it does once it is the primary.</returns>
    public async Task<bool> TryWriteAsync()
    {
        try
        {
            await PostgresFixture.ExecuteAsync("INSERT INTO written_directly DEFAULT VALUES", StandbyConnectionString);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _primary.StopAsync("immediate", CancellationToken.None);
        await _standby.StopAsync("immediate", CancellationToken.None);
        _folder.Dispose();
    }

    async Task StartBothAsync(CancellationToken ct)
    {
        await _account.RequirePassageAsync(DataDirectory.Open(_folder.FullName), ct);
        await _primary.InitializeAsync(Password, durable: false, ct);
        await _primary.StartAsync(Settings(_primaryPort), ct);
        DataDirectory.CreateFolder(_standby.Directory);
        await _account.GiveOwnershipAsync(_standby.Directory, ct);
        var source = $"host=127.0.0.1 port={_primaryPort} user=postgres password='{Password}' application_name={StandbyName}";
        await RunAsync(
            "pg_basebackup",
            ["-D", _standby.Directory, "-d", source, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"],
            ct
        );
        await _standby.StartAsync(Settings(_standbyPort), ct);

        var primary = To(_primaryPort, "postgres");
        await PostgresFixture.ExecuteAsync("CREATE DATABASE scim", primary);
        await PostgresFixture.ExecuteAsync("CREATE TABLE written_directly ()", To(_primaryPort, "scim"));
        await PostgresFixture.ExecuteAsync($"ALTER SYSTEM SET synchronous_standby_names = '{StandbyName}'", primary);
        await PostgresFixture.ExecuteAsync("SELECT pg_reload_conf()", primary);
        await PostgresFixture.UntilAsync(primary, "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')");
    }

    async Task RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken ct)
    {
        var run = await _account.RunAsync(_binaries.Program(program), arguments, "/", ct);
        if (!run.Succeeded)
            throw new InvalidOperationException($"{program}: {run.Output}");
    }

    static Dictionary<string, string> Settings(int port) =>
        new()
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = "",
            ["fsync"] = "off",
        };

    static string To(int port, string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Database = database,
            Username = "postgres",
            Password = Password,
            Pooling = false,
        }.ConnectionString;

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

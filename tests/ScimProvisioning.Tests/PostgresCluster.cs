using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScimProvisioning.Tests;

/// <summary>A throw-away PostgreSQL server on a port of its own.</summary>
sealed class PostgresCluster : IDisposable
{
    readonly string _directory;
    readonly int _port;

    public PostgresCluster()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        _directory = Run("mktemp", "-d", "/tmp/scim-tests-XXXXXX").Trim();
        Run(Program("initdb"), "-D", $"{_directory}/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        Start();
    }

    /// <summary>Connection string without database and user.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};");

    public void Start() => Run(Program("pg_ctl"), "start", "-w", "-D", $"{_directory}/data", "-l", $"{_directory}/log", "-o",
        string.Create(CultureInfo.InvariantCulture, $"-p {_port} -k {_directory} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"));

    /// <param name="mode"><c>fast</c> says goodbye to its clients, <c>immediate</c> is a crash.</param>
    public void Stop(string mode) => Run(Program("pg_ctl"), "stop", "-w", "-m", mode, "-D", $"{_directory}/data");

    public void Dispose()
    {
        if (File.Exists($"{_directory}/data/postmaster.pid")) Stop("immediate");
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

using System.Buffers;
using System.Diagnostics;
using System.Globalization;

namespace ScimProvisioning.Hosting;

/// <summary>One database cluster on disk: created by initdb, started and stopped by pg_ctl.</summary>
sealed class PostgresCluster(string directory, PostgresBinaries binaries, PostgresAccount account)
{
    const string StopTimeoutSeconds = "60";

    // pg_ctl puts the name between double quotes into a shell's command line.
    static readonly (SearchValues<char> Characters, string Names) UnusableInPaths = OperatingSystem.IsWindows()
        ? (SearchValues.Create("%\""), "percent signs and double quotes")
        : (SearchValues.Create("$`\"\\\n"), "dollar signs, backquotes, double quotes, backslashes and line breaks");

    public string Directory => directory;

    /// <summary>The major version of the programs.</summary>
    public int ProgramsMajor => binaries.Major;

    string LogFile => Path.Combine(directory, "server.log");

    string PidFile => Path.Combine(directory, "postmaster.pid");

    /// <summary>The major version of the data in the folder; null when there is no cluster yet.</summary>
    public static int? DataMajor(string directory)
    {
        var file = Path.Combine(directory, "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>
    /// Creates the cluster in a folder beside the final one and moves it when it is complete, so that an interrupted initdb leaves no
    /// half-made cluster.
    /// </summary>
    /// <param name="durable">False: files are not flushed to disk, for a database that need not survive a crash of the machine.</param>
    public async Task InitializeAsync(string password, bool durable, CancellationToken ct)
    {
        if (directory.AsSpan().ContainsAny(UnusableInPaths.Characters))
            throw new StartupException(
                $"PostgreSQL cannot keep its data in {directory}: the path must be without {UnusableInPaths.Names}. "
                    + "Choose another folder with Embedded__DataDirectory."
            );
        var (draft, passwordFile) = ($"{directory}.new", $"{directory}.password");
        if (System.IO.Directory.Exists(draft))
            System.IO.Directory.Delete(draft, recursive: true);
        File.Delete(passwordFile);
        DataDirectory.CreateFolder(draft);
        DataDirectory.WritePrivate(passwordFile, password);
        await account.GiveOwnershipAsync(draft, ct);
        await account.GiveOwnershipAsync(passwordFile, ct);

        string[] arguments =
        [
            "-D",
            draft,
            "--username=postgres",
            $"--pwfile={passwordFile}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            .. durable ? (string[])[] : ["--no-sync"],
        ];
        var initdb = await account.RunAsync(binaries.Program("initdb"), arguments, Path.GetPathRoot(draft)!, ct);
        File.Delete(passwordFile);
        if (!initdb.Succeeded)
            throw new StartupException($"initdb could not make the database in {directory}:\n{initdb.Output}");
        System.IO.Directory.Move(draft, directory);
    }

    /// <summary>
    /// Starts PostgreSQL. pg_ctl gives it a session of its own, so that Ctrl-C in the terminal does not stop it before the server does.
    /// </summary>
    public async Task StartAsync(IEnumerable<KeyValuePair<string, string>> settings, CancellationToken ct)
    {
        var options = string.Join(' ', settings.Select(setting => $"-c {Quote($"{setting.Key}={setting.Value}")}"));
        var start = await account.RunAsync(
            binaries.Program("pg_ctl"),
            ["start", "-D", directory, "-w", "-t", "300", "-s", "-l", LogFile, "-o", options],
            directory,
            ct
        );
        if (!start.Succeeded)
            throw new StartupException($"PostgreSQL {binaries.Major} did not start in {directory}:\n{start.Output}\n{LastLogLines()}");
    }

    /// <summary>Stops the server, if it runs; the mode is pg_ctl's: fast, or immediate when nothing on disk is worth keeping.</summary>
    public async Task<ProgramRun> StopAsync(string mode, CancellationToken ct) =>
        PostmasterPid() is null
            ? new(0, "")
            : await account.RunAsync(
                binaries.Program("pg_ctl"),
                ["stop", "-D", directory, "-w", "-t", StopTimeoutSeconds, "-s", "-m", mode],
                directory,
                ct
            );

    /// <summary>
    /// Stops the PostgreSQL of an earlier process of ours that was killed, and deletes what would keep a new one from starting. Only the
    /// owner of the data directory may call this.
    /// </summary>
    /// <returns>Whether a PostgreSQL was stopped.</returns>
    public async Task<bool> StopLeftoverAsync(CancellationToken ct)
    {
        if (PostmasterPid() is not { } pid || RunningProgram(pid) is not { } program)
            return false;
        // Without /proc only the name is known: any postgres with this process id counts as ours.
        var isOurs = program == "postgres" || program.Contains($"\0{directory}\0", StringComparison.Ordinal);
        if (isOurs)
            return (await StopAsync("fast", ct)).Succeeded;
        // Another cluster's PostgreSQL that got the same process id is left alone; pg_ctl start will say what is wrong.
        if (program.Contains("postgres", StringComparison.Ordinal))
            return false;
        // In a restarted container the process id usually belongs to something else, and PostgreSQL would take it for a running server.
        File.Delete(PidFile);
        foreach (var socketLock in System.IO.Directory.EnumerateFiles(directory, ".s.PGSQL.*.lock"))
            File.Delete(socketLock);
        return false;
    }

    int? PostmasterPid() =>
        File.Exists(PidFile) && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid)
            ? pid
            : null;

    /// <summary>The command line (on Linux) or the name of a running process.</summary>
    static string? RunningProgram(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            var commandLine = $"/proc/{pid}/cmdline";
            return File.Exists(commandLine) ? File.ReadAllText(commandLine) : process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            return null; // it has ended
        }
    }

    string LastLogLines() => File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(8)) : "";

    // pg_ctl hands the options to the shell.
    static string Quote(string argument) =>
        OperatingSystem.IsWindows() ? $"\"{argument}\"" : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

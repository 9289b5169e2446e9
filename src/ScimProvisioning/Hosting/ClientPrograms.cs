using System.Diagnostics;

namespace ScimProvisioning.Hosting;

/// <summary>PostgreSQL's client programs that are installed on this machine: pg_dump and pg_restore.</summary>
static class ClientPrograms
{
    /// <summary>Runs the first one that is not older than the server, and returns its exit code and what it said.</summary>
    /// <exception cref="StartupException">There is none.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string name,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string?> environment,
        int serverMajor,
        CancellationToken ct
    )
    {
        var file = await FindAsync(name, serverMajor, ct);
        var start = new ProcessStartInfo(file, arguments);
        foreach (var (variable, value) in environment)
            if (!string.IsNullOrEmpty(value))
                start.Environment[variable] = value;
        var run = await ProgramRun.ToEndAsync(start, TimeProvider.System, ct);
        return (run.ExitCode, run.Output);
    }

    static async Task<string> FindAsync(string name, int serverMajor, CancellationToken ct)
    {
        var found = new List<string>();
        foreach (var directory in PostgresBinaries.UsualDirectories().Distinct())
        {
            var file = Path.Combine(directory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
            if (!File.Exists(file))
                continue;
            var version = await ProgramRun.ToEndAsync(new ProcessStartInfo(file, ["--version"]), TimeProvider.System, ct);
            if (PostgresBinaries.MajorOf(version) is not { } major)
                continue;
            if (major >= serverMajor)
                return file;
            found.Add($"{major} in {directory}");
        }
        throw new StartupException(
            $"{name} of PostgreSQL {serverMajor} or newer is needed (found: {(found.Count == 0 ? "none" : string.Join(", ", found))}). "
                + "Debian, Ubuntu: apt-get install postgresql-client"
        );
    }
}

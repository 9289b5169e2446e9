using System.Diagnostics;

namespace ScimProvisioning.Hosting;

/// <summary>
/// The account that runs PostgreSQL's programs: the account of this process, or an unprivileged one if this process is root, because
/// PostgreSQL refuses to run as root.
/// </summary>
sealed class PostgresAccount
{
    readonly string _name;
    readonly string? _owner;
    readonly IReadOnlyList<string> _switch;
    readonly TimeProvider _clock;

    PostgresAccount(string name, string? owner, IReadOnlyList<string> switchTo, TimeProvider clock) =>
        (_name, _owner, _switch, _clock) = (name, owner, switchTo, clock);

    public static async Task<PostgresAccount> ChooseAsync(TimeProvider clock, CancellationToken ct)
    {
        if (!DataDirectory.IsRoot)
            return new(Environment.UserName, null, [], clock);
        var account =
            UnprivilegedAccount()
            ?? throw new StartupException(
                "PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody' to run it. "
                    + "Start the server as an ordinary user."
            );
        foreach (var way in WaysToBecome(account.Name, account.Uid, account.Gid))
        {
            var candidate = new PostgresAccount(account.Name, $"{account.Uid}:{account.Gid}", way, clock);
            if ((await candidate.RunAsync("true", [], "/", ct)).Succeeded)
                return candidate;
        }
        throw new StartupException(
            $"PostgreSQL refuses to run as root, and none of setpriv, runuser and su can run it as '{account.Name}'. "
                + "Start the server as an ordinary user."
        );
    }

    /// <summary>Runs one of PostgreSQL's programs to its end, without our configuration (it holds secrets) in its environment.</summary>
    public Task<ProgramRun> RunAsync(string program, IReadOnlyList<string> arguments, string workingDirectory, CancellationToken ct)
    {
        IReadOnlyList<string> command = [.. _switch, program, .. arguments];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = workingDirectory };
        foreach (var name in start.Environment.Keys.Where(IsNotForPostgres).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        return ProgramRun.ToEndAsync(start, _clock, ct);
    }

    /// <summary>Makes the account the owner of a file or an empty folder.</summary>
    public async Task GiveOwnershipAsync(string path, CancellationToken ct)
    {
        if (_owner is null)
            return;
        var chown = await ProgramRun.ToEndAsync(new("chown", [_owner, path]), _clock, ct);
        if (!chown.Succeeded)
            throw new StartupException($"{path} cannot be given to the user '{_name}': {chown.Output}");
    }

    /// <summary>Lets the account pass through the data directory without listing it, and checks that the account can reach it.</summary>
    public async Task RequirePassageAsync(DataDirectory data, CancellationToken ct)
    {
        if (_owner is null || OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(data.FullName, File.GetUnixFileMode(data.FullName) | UnixFileMode.OtherExecute);
        var visit = await RunAsync("sh", ["-c", "cd \"$0\"", data.FullName], "/", ct);
        if (!visit.Succeeded)
            throw new StartupException(
                $"PostgreSQL runs as the user '{_name}', who cannot reach the data directory {data.FullName}. "
                    + "Choose another one with Embedded__DataDirectory."
            );
    }

    // PGDATA, PGPORT and the like would change what PostgreSQL's programs do.
    static bool IsNotForPostgres(string variable) =>
        variable.StartsWith("PG", StringComparison.Ordinal) || variable.Contains("__", StringComparison.Ordinal);

    static (string Name, string Uid, string Gid)? UnprivilegedAccount()
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToList();
        var user = users.Find(fields => fields[0] == "postgres") ?? users.Find(fields => fields[0] == "nobody");
        return user is null ? null : (user[0], user[2], user[3]);
    }

    static IEnumerable<IReadOnlyList<string>> WaysToBecome(string name, string uid, string gid) =>
        [
            ["setpriv", $"--reuid={uid}", $"--regid={gid}", "--init-groups", "--"],
            ["runuser", "-u", name, "--"],
            ["su", "-s", "/bin/sh", "-c", "exec \"$0\" \"$@\"", "--", name],
        ];
}

using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.CommandLine;

/// <summary>Runs one of PostgreSQL's client programs.</summary>
/// <param name="name">Such as <c>pg_dump</c>.</param>
/// <param name="serverMajor">The major version of PostgreSQL that it talks to: an older program refuses.</param>
/// <exception cref="StartupException">It is not installed.</exception>
delegate Task<(int ExitCode, string Output)> RunClientProgram(
    string name,
    IReadOnlyList<string> arguments,
    IReadOnlyDictionary<string, string?> environment,
    int serverMajor,
    CancellationToken ct
);

/// <summary>
/// <c>backup</c> and <c>restore</c>: pg_dump and pg_restore with all rows, which row-level security hides from them, and with their rows
/// counted. The counts are in a second file beside the dump.
/// </summary>
sealed partial class BackupCommands(CommandRun run, RunClientProgram program)
{
    // Entries of a dump that a login which is no superuser may not restore, and needs not: the new database has them.
    static readonly string[] NotRestored = [" DEFAULT ACL ", " COMMENT - EXTENSION ", " SCHEMA - public ", " COMMENT - SCHEMA "];

    // Restored last: a database without it is never up to date, so no server starts on one that is restored by half.
    const string Migrations = "__EFMigrationsHistory";

    public Command BuildBackup()
    {
        var command = new Command("backup", "Writes all data into a file, with pg_dump. Servers may go on running.");
        var file = new Argument<string>("file") { Description = "The file to write; it must not exist" };
        command.Add(file);
        command.SetAction((parsed, ct) => run.RunAsync(services => BackUpAsync(services, Full(parsed.GetRequiredValue(file)), ct), ct));
        return command;
    }

    public Command BuildRestore()
    {
        var command = new Command(
            "restore",
            "Restores a backup into an empty database, with pg_restore, and checks the rows of every table."
        );
        var file = new Argument<string>("file") { Description = "The file that 'backup' has written, with its second file beside it" };
        command.Add(file);
        command.SetAction((parsed, ct) => run.RunAsync(services => RestoreAsync(services, Full(parsed.GetRequiredValue(file)), ct), ct));
        return command;
    }

    async Task<object?> BackUpAsync(IServiceProvider services, string file, CancellationToken ct)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        await using var database = await DatabaseCopy.OpenAsync(configuration, ct);
        await database.RequireSightAsync(ct);
        Create(file);
        try
        {
            // The dump and the counts are of the same moment.
            var snapshot = await database.BeginSnapshotAsync(ct);
            await RunAsync(
                "pg_dump",
                ["--format=custom", "--enable-row-security", $"--snapshot={snapshot}", $"--file={file}"],
                configuration,
                database,
                ct
            );
            var counts = await database.CountAsync(ct);
            await File.WriteAllTextAsync(CountsOf(file), JsonSerializer.Serialize(counts), ct);
            return new BackedUp(file, new FileInfo(file).Length, counts);
        }
        catch
        {
            File.Delete(file);
            throw;
        }
    }

    async Task<object?> RestoreAsync(IServiceProvider services, string file, CancellationToken ct)
    {
        var expected = ReadCounts(file);
        var configuration = services.GetRequiredService<IConfiguration>();
        await using var database = await DatabaseCopy.OpenAsync(configuration, ct);
        await database.PrepareAsync(ct);
        var (_, list) = await RunAsync("pg_restore", ["--list", file], configuration, database, ct);
        var (entries, lastEntries) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            var last = list.Split('\n').ToLookup(entry => entry.Contains($" {Migrations} ") && entry.Contains(" TABLE DATA "));
            await File.WriteAllLinesAsync(entries, last[false].Where(entry => !NotRestored.Any(entry.Contains)), ct);
            await File.WriteAllLinesAsync(lastEntries, last[true], ct);
            string[] common = ["--no-owner", "--exit-on-error", file];
            string[] sql = ["--schema-only", $"--use-list={entries}", "--file=-", .. common];
            await RequireRolesAsync((await RunAsync("pg_restore", sql, configuration, database, ct)).Output, database, ct);

            string[] into = ["--single-transaction", $"--dbname={Name(configuration)}", .. common];
            string[] first = [$"--use-list={entries}", .. into];
            await RunAsync("pg_restore", ["--section=pre-data", "--section=data", .. first], configuration, database, ct);
            try
            {
                // Row-level security comes late, so that until then all rows can be counted and changed.
                await database.ForgetTransactionsAsync(ct);
                RequireSame(expected, await database.CountAsync(ct), table => table != Migrations);
                await RunAsync("pg_restore", ["--section=post-data", .. first], configuration, database, ct);
                await database.GiveRightsAsync(ct);
                await RunAsync("pg_restore", [$"--use-list={lastEntries}", .. into], configuration, database, ct);
                RequireSame(expected, await database.CountAsync(ct), table => table == Migrations);
            }
            catch (Exception e) when (e is StartupException or NpgsqlException)
            {
                throw new StartupException($"{e.Message} The restore is not complete: drop the database {Name(configuration)}.", e);
            }
        }
        finally
        {
            File.Delete(entries);
            File.Delete(lastEntries);
        }
        return new Restored(Name(configuration), expected);
    }

    /// <summary>Roles belong to the whole cluster, so a dump names those that have rights, but does not hold them.</summary>
    /// <param name="sql">The dump without its rows.</param>
    /// <exception cref="StartupException">Some are missing.</exception>
    static async Task RequireRolesAsync(string sql, DatabaseCopy database, CancellationToken ct)
    {
        var named = Grantees().Matches(sql).SelectMany(statement => statement.Groups["role"].Captures).Select(role => Unquoted(role.Value));
        var missing = named.Distinct().Except(await database.RolesAsync(ct)).Where(role => role != "PUBLIC").Order(StringComparer.Ordinal);
        if (missing.ToList() is { Count: > 0 } roles)
            throw new StartupException(
                $"The backup has rights or policies of roles that this PostgreSQL lacks: {string.Join(", ", roles)}. Nothing was restored. "
                    + "Have a database administrator create them (CREATE ROLE … LOGIN PASSWORD '…'), then restore again."
            );
    }

    static string Unquoted(string role) => role.StartsWith('"') ? role[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : role;

    async Task<(int ExitCode, string Output)> RunAsync(
        string name,
        string[] arguments,
        IConfiguration configuration,
        DatabaseCopy database,
        CancellationToken ct
    )
    {
        // Without a terminal, a question for the password would wait for ever.
        var done = await program(
            name,
            ["--no-password", .. arguments],
            DatabaseCopy.ProgramEnvironment(configuration),
            database.ServerMajor,
            ct
        );
        return done.ExitCode == 0 ? done : throw new StartupException($"{name} failed: {done.Output}");
    }

    static void RequireSame(SortedDictionary<string, long> expected, SortedDictionary<string, long> found, Func<string, bool> isChecked)
    {
        var wrong = expected
            .Keys.Union(found.Keys)
            .Where(isChecked)
            .Where(table => expected.GetValueOrDefault(table, -1) != found.GetValueOrDefault(table, -1))
            .Select(table => $"{table} has {Rows(found, table)} and should have {Rows(expected, table)}")
            .ToList();
        if (wrong.Count > 0)
            throw new StartupException($"The restored rows are not those of the backup: {string.Join("; ", wrong)}.");
    }

    static string Rows(SortedDictionary<string, long> counts, string table) =>
        counts.TryGetValue(table, out var rows) ? $"{rows} rows" : "no table";

    static SortedDictionary<string, long> ReadCounts(string file)
    {
        try
        {
            if (!File.Exists(file))
                throw new StartupException($"There is no file {file}.");
            return JsonSerializer.Deserialize<SortedDictionary<string, long>>(File.ReadAllText(CountsOf(file)))!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartupException(
                $"{CountsOf(file)} cannot be read: {e.Message} It holds the rows of each table, which are checked after the restore. "
                    + "The command backup writes it beside the dump: keep both together.",
                e
            );
        }
    }

    /// <summary>Only the owner may read it: it holds everything.</summary>
    static void Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var _ = new FileStream(file, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{file} cannot be written: {e.Message}", e);
        }
    }

    static string Name(IConfiguration configuration) => DatabaseCopy.ProgramEnvironment(configuration)["PGDATABASE"]!;

    static string CountsOf(string file) => file + ".counts.json";

    static string Full(string file) => Path.GetFullPath(file);

    // As pg_dump writes them: one grantee, or the roles of a policy.
    [GeneratedRegex(
        """
            ^(?:GRANT\ .*?|CREATE\ POLICY\ .*?)\ TO\ (?<role>"(?:[^"]|"")+"|\w+)(?:,\ (?<role>"(?:[^"]|"")+"|\w+))*
            (?:;|\ USING\ |\ WITH\ (?:CHECK|GRANT)\ )
            """,
        RegexOptions.Multiline | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Grantees();

    /// <param name="Rows">The rows of each table.</param>
    sealed record BackedUp(string File, long Bytes, SortedDictionary<string, long> Rows);

    /// <param name="Rows">The rows of each table, as many as in the backup.</param>
    sealed record Restored(string Database, SortedDictionary<string, long> Rows);
}

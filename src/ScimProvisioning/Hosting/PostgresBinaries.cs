using System.Globalization;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Hosting;

/// <summary>A folder of PostgreSQL's server programs and the major version they belong to.</summary>
sealed partial record PostgresBinaries(string Directory, int Major)
{
    /// <summary>The oldest major version the server supports.</summary>
    public const int OldestMajor = 15;

    /// <summary>The ways to get a PostgreSQL, for a person.</summary>
    public const string WhatToDo = """
        Do one of these:
          - install PostgreSQL 15 or newer (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@18)
          - install Node.js with npm, through which the server fetches PostgreSQL itself
          - run the server with its database in containers: docker compose up
          - use a PostgreSQL you have: ConnectionStrings__Postgres="Host=...;Database=scim;Username=...;Password=..."
        """;

    static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];

    /// <summary>Folders where distributions and installers put the programs; each pattern's newest version comes first.</summary>
    static readonly (string Parent, string Pattern, string Bin)[] UsualPlaces = OperatingSystem.IsWindows()
        ? [(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin")]
        :
        [
            ("/usr/lib/postgresql", "*", "bin"), // Debian, Ubuntu
            ("/usr", "pgsql-*", "bin"), // PostgreSQL's own RPMs
            ("/usr/libexec", "postgresql*", ""), // Alpine
            ("/usr/local", "pgsql", "bin"), // built from source
            ("/opt/homebrew/opt", "postgresql@*", "bin"),
            ("/usr/local/opt", "postgresql@*", "bin"),
            ("/home/linuxbrew/.linuxbrew/opt", "postgresql@*", "bin"),
            ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        ];

    public string Program(string name) => Path.Combine(Directory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    /// <summary>
    /// The programs for a cluster: installed ones, or those of the npm package. They have the major version of the cluster if it already
    /// exists.
    /// </summary>
    public static async Task<PostgresBinaries> ChooseAsync(
        EmbeddedPostgresOptions options,
        PostgresPackage package,
        int? clusterMajor,
        PostgresAccount account,
        CancellationToken ct
    )
    {
        var directories = options.BinDirectory is { } bin ? [bin] : options.SearchDirectories ?? UsualDirectories();
        var installed = await FindAsync(directories, account, ct);
        if (installed.FirstOrDefault(Fits) is { } first)
            return first;
        if (options.BinDirectory is null && clusterMajor is null or PostgresPackage.Major && await package.InstallAsync(ct) is { } folder)
            return (await FindAsync([folder], account, ct)).FirstOrDefault(Fits)
                ?? throw new StartupException(
                    $"PostgreSQL is not installed, and the programs fetched into {folder} do not run on this machine.\n{WhatToDo}"
                );

        var found =
            installed.Count == 0 ? "none" : string.Join(", ", installed.Select(binaries => $"{binaries.Major} in {binaries.Directory}"));
        throw new StartupException(
            clusterMajor is null
                ? $"The server needs a PostgreSQL to start, and found none it can use "
                    + $"(PostgreSQL {OldestMajor} or newer; found: {found}; npm: no).\n{WhatToDo}"
                : $"The data directory holds a PostgreSQL {clusterMajor} database, and no programs of that version were found "
                    + $"(found: {found}). "
                    + $"Install PostgreSQL {clusterMajor}, or move the data to a newer version with pg_upgrade or pg_dump, "
                    + "or choose another folder with Embedded__DataDirectory."
        );

        bool Fits(PostgresBinaries binaries) => clusterMajor is null ? binaries.Major >= OldestMajor : binaries.Major == clusterMajor;
    }

    /// <summary>The complete installations among the folders, in their order; programs that do not run here do not count.</summary>
    public static async Task<IReadOnlyList<PostgresBinaries>> FindAsync(
        IEnumerable<string> directories,
        PostgresAccount account,
        CancellationToken ct
    )
    {
        var found = new List<PostgresBinaries>();
        foreach (var directory in directories.Distinct())
        {
            var candidate = new PostgresBinaries(directory, 0);
            if (!Programs.All(name => File.Exists(candidate.Program(name))))
                continue;
            var version = await account.RunAsync(candidate.Program("postgres"), ["--version"], Path.GetPathRoot(directory)!, ct);
            if (MajorOf(version) is { } major)
                found.Add(candidate with { Major = major });
        }
        return found;
    }

    /// <summary>The major version that a program of PostgreSQL tells with <c>--version</c>; <c>null</c>: it does not run here.</summary>
    public static int? MajorOf(ProgramRun version) =>
        version.Succeeded && VersionPattern().Match(version.Output) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    /// <summary>PATH first, then the usual places.</summary>
    public static IEnumerable<string> UsualDirectories() =>
        SearchPath()
            .Concat(
                UsualPlaces
                    .Where(place => System.IO.Directory.Exists(place.Parent))
                    .SelectMany(place =>
                        System
                            .IO.Directory.EnumerateDirectories(place.Parent, place.Pattern)
                            .OrderByDescending(Number)
                            .Select(directory => Path.Combine(directory, place.Bin))
                    )
            );

    public static IEnumerable<string> SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified);

    static double Number(string directory) =>
        double.TryParse(NumberPattern().Match(Path.GetFileName(directory)).Value, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex NumberPattern();
}

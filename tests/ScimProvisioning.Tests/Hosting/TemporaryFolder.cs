namespace ScimProvisioning.Tests.Hosting;

/// <summary>A folder for one test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        // PostgreSQL's account must get through when the tests run as root.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FullName, File.GetUnixFileMode(FullName) | UnixFileMode.OtherExecute);
    }

    public string FullName { get; } = Directory.CreateTempSubdirectory("scim-test-").FullName;

    public string Write(string name, string content)
    {
        var path = Path.Combine(FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        if (Directory.Exists(FullName))
            Directory.Delete(FullName, recursive: true);
    }
}

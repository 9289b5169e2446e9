using System.Security.Cryptography;

namespace ScimProvisioning.Hosting;

/// <summary>The folder where a server keeps what it generates: the embedded database and secrets.</summary>
sealed class DataDirectory
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    DataDirectory(string fullName) => FullName = fullName;

    public string FullName { get; }

    string PidFile => Combine("server.pid");

    /// <summary>Per user; for root a folder that PostgreSQL's unprivileged account can reach, which /root is not.</summary>
    public static string Default
    {
        get
        {
            if (IsRoot)
                return "/var/lib/scim-provisioning";
            var home = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            );
            return home.Length > 0
                ? Path.Combine(home, "scim-provisioning")
                : throw new StartupException(
                    "This user has no home directory: set Embedded__DataDirectory to a folder the server may write to."
                );
        }
    }

    public static bool IsRoot => !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;

    /// <summary>Creates the folder if it is missing. Only its owner can read it.</summary>
    public static DataDirectory Open(string? path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(string.IsNullOrWhiteSpace(path) ? Default : path));
        try
        {
            CreateFolder(full);
            return new(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"The data directory {full} cannot be used: {e.Message} Choose another one with Embedded__DataDirectory.",
                e
            );
        }
    }

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(path);
        else
            System.IO.Directory.CreateDirectory(path, OwnerOnlyFolder);
    }

    public string Combine(string name) => Path.Combine(FullName, name);

    /// <summary>Claims the folder for this process. The kernel releases the claim when the process ends, even after a kill -9.</summary>
    public FileStream Claim()
    {
        if (TryClaim() is { } claim)
            return claim;
        var owner = File.Exists(PidFile) ? $" (process {File.ReadAllText(PidFile).Trim()})" : "";
        throw new StartupException(
            $"Another server or command{owner} is using the data directory {FullName}. "
                + "Stop it first, or give this one a folder of its own with Embedded__DataDirectory."
        );
    }

    /// <inheritdoc cref="Claim"/>
    /// <returns><c>null</c> when another process has it.</returns>
    public FileStream? TryClaim()
    {
        var claim = TryLock("server.lock");
        // The process id has a file of its own, because another server could not read it from the locked file.
        if (claim is not null)
            File.WriteAllText(PidFile, $"{Environment.ProcessId}\n");
        return claim;
    }

    /// <summary>Opens a file that only one process can have open at a time.</summary>
    public FileStream? TryLock(string name)
    {
        try
        {
            // Private, because any user who can open the file could hold the lock.
            return OpenPrivate(Combine(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupException(
                $"The data directory {FullName} belongs to another user. Choose another one with Embedded__DataDirectory.",
                e
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>32 random bytes in base64, kept in a file that only the owner can read. The first call generates them.</summary>
    public string GetOrCreateSecret(string name)
    {
        var path = Combine(name);
        if (!File.Exists(path))
            Create(path);
        var secret = File.ReadAllText(path).Trim();
        return secret.Length > 0
            ? secret
            : throw new StartupException($"The secret in {path} is empty: restore the file, or delete it to have a new one generated.");
    }

    /// <summary>Writes the file unless another process already has. The file is complete or missing, never half-written.</summary>
    void Create(string path)
    {
        // File.Move without overwriting first looks and then moves, so two processes could both see that the file is missing.
        FileStream? turn = null;
        if (!SpinWait.SpinUntil(() => (turn = TryLock("secrets.lock")) is not null, Patience))
            throw new StartupException($"Another process does not finish making the secrets in {FullName}.");
        using (turn)
        {
            if (File.Exists(path))
                return;
            var draft = $"{path}.draft";
            File.Delete(draft);
            WritePrivate(draft, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            File.Move(draft, path);
        }
    }

    public static void WritePrivate(string path, string content)
    {
        using var stream = OpenPrivate(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
        stream.Flush(flushToDisk: true);
    }

    static FileStream OpenPrivate(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = access,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}

namespace ScimProvisioning.Hosting;

/// <summary>The configuration section "Embedded": where the private PostgreSQL lives and where its programs come from.</summary>
sealed record EmbeddedPostgresOptions
{
    /// <summary>Default: <see cref="Hosting.DataDirectory.Default"/>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The folder of initdb, pg_ctl and postgres. If it is given, no other folder is searched and nothing is downloaded.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>Folders to search instead of PATH and the usual places; an empty list hides what is installed.</summary>
    public IReadOnlyList<string>? SearchDirectories { get; init; }

    /// <summary>The npm that fetches PostgreSQL when none is installed; empty: never download.</summary>
    public string Npm { get; init; } = "npm";

    /// <summary>PostgreSQL settings on top of ours, e.g. shared_buffers.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Deletes the whole data directory when PostgreSQL stops. Not public, so that no configuration can ask for it.</summary>
    internal bool DeleteOnDispose { get; init; }

    /// <summary>A temporary cluster for tests. Its data need not survive a crash, so nothing is flushed to disk.</summary>
    public static EmbeddedPostgresOptions ThrowAway(string dataDirectory) =>
        new()
        {
            DataDirectory = dataDirectory,
            DeleteOnDispose = true,
            Settings = new Dictionary<string, string>
            {
                ["fsync"] = "off",
                ["synchronous_commit"] = "off",
                ["full_page_writes"] = "off",
            },
        };
}

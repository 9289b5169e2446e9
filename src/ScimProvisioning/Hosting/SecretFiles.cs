namespace ScimProvisioning.Hosting;

/// <summary>
/// Secrets may come from files, as containers mount them: ConnectionStrings__PostgresFile, Admin__ApiKeyFile, Tokens__SigningKeyFile,
/// Portal__OpenIdConnect__ClientSecretFile.
/// </summary>
static class SecretFiles
{
    public static readonly IReadOnlyList<string> Keys =
    [
        "ConnectionStrings:Postgres",
        "Admin:ApiKey",
        "Tokens:SigningKey",
        "Portal:OpenIdConnect:ClientSecret",
    ];

    /// <summary>Sets each secret whose "…File" variant is given to the content of that file.</summary>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        var secrets = Keys.Where(key => !string.IsNullOrEmpty(configuration[$"{key}File"]))
            .ToDictionary(key => key, key => (string?)Read(configuration, key));
        configuration.AddInMemoryCollection(secrets);
    }

    /// <summary>The environment variable of a configuration key.</summary>
    public static string Variable(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    static string Read(IConfigurationManager configuration, string key)
    {
        var (variable, file) = (Variable(key), configuration[$"{key}File"]!);
        if (!string.IsNullOrEmpty(configuration[key]))
            throw new StartupException($"{variable} and {variable}File are both set: keep one of them.");
        try
        {
            var secret = File.ReadAllText(file).Trim();
            return secret.Length > 0 ? secret : throw new StartupException($"{variable}File names {file}, which is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{variable}File names {file}, which cannot be read: {e.Message}", e);
        }
    }
}

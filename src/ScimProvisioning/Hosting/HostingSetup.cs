using Microsoft.Extensions.Configuration.Memory;

namespace ScimProvisioning.Hosting;

/// <summary>What has to stand before the other rooms: the log, the secrets, a database.</summary>
static class HostingSetup
{
    const string Connection = "ConnectionStrings:Postgres";
    const string SigningKey = "Tokens:SigningKey";
    const string AdminKey = "Admin:ApiKey";

    static readonly Dictionary<string, string?> LoggingDefaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        // What it cannot handle it passes on, and the application logs it.
        ["Logging:LogLevel:Microsoft.AspNetCore.Authentication.JwtBearer"] = "None",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-dd'T'HH:mm:ss'Z' ",
    };

    /// <summary>Standard output belongs to the answer of a command.</summary>
    static readonly Dictionary<string, string?> CommandLogging = new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:Console:LogToStandardErrorThreshold"] = "Trace",
    };

    /// <summary>
    /// Sets how the log looks and reads secrets from files. With a connection string: checks, or in development generates, the other secrets, and answers null.
    /// Without: starts a private PostgreSQL and generates what is missing, in any environment.
    /// </summary>
    public static async Task<EmbeddedPostgres?> PrepareHostAsync(this WebApplicationBuilder builder)
    {
        builder.AddLoggingDefaults();
        builder.Configuration.AddSecretFiles();
        var options = builder.Configuration.GetSection("Embedded").Get<EmbeddedPostgresOptions>() ?? new();
        if (builder.IsMissing(Connection))
            return await builder.StartEmbeddedAsync(options);

        if (builder.Environment.IsProduction())
            builder.RequireSecrets();
        if (builder.IsMissing(SigningKey))
            builder.Configuration[SigningKey] = DataDirectory.Open(options.DataDirectory).Secret("signing-key");
        return null;
    }

    /// <summary>
    /// The same for a command instead of a server. Without a connection string it uses the PostgreSQL of the server that runs on the data directory,
    /// else one of its own until the answer is disposed of. With one, in production, a signing key that is not given is not made up.
    /// </summary>
    public static async Task<IAsyncDisposable?> PrepareCommandAsync(this WebApplicationBuilder builder, CancellationToken ct)
    {
        builder.AddLoggingDefaults();
        builder.Configuration.AddInMemoryCollection(CommandLogging);
        builder.Configuration.AddSecretFiles();
        var options = builder.Configuration.GetSection("Embedded").Get<EmbeddedPostgresOptions>() ?? new();
        var isEmbedded = builder.IsMissing(Connection);
        if ((isEmbedded || !builder.Environment.IsProduction()) && builder.IsMissing(SigningKey))
            builder.Configuration[SigningKey] = DataDirectory.Open(options.DataDirectory).Secret("signing-key");
        if (!isEmbedded)
            return null;

        using var logging = builder.CreateLogging();
        var database = await CommandDatabase.OpenAsync(options, logging.CreateLogger<EmbeddedPostgres>(), TimeProvider.System, ct);
        builder.Configuration[Connection] = database.ConnectionString;
        return database;
    }

    static async Task<EmbeddedPostgres> StartEmbeddedAsync(this WebApplicationBuilder builder, EmbeddedPostgresOptions options)
    {
        using var logging = builder.CreateLogging();
        var postgres = await EmbeddedPostgres.StartAsync(
            options,
            logging.CreateLogger<EmbeddedPostgres>(),
            TimeProvider.System,
            CancellationToken.None
        );
        builder.Configuration[Connection] = postgres.ConnectionString;
        if (builder.IsMissing(SigningKey))
            builder.Configuration[SigningKey] = DataDirectory.Open(postgres.DataDirectory).Secret("signing-key");
        return postgres;
    }

    static ILoggerFactory CreateLogging(this WebApplicationBuilder builder) =>
        LoggerFactory.Create(log => log.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());

    /// <summary>Replicas must share their secrets, so none may make up its own.</summary>
    static void RequireSecrets(this WebApplicationBuilder builder)
    {
        var missing = new[] { SigningKey, AdminKey }.Where(builder.IsMissing).Select(SecretFiles.Variable).ToList();
        if (missing.Count > 0)
            throw new StartupException(
                $"Production with a connection string needs its secrets given; missing: {string.Join(", ", missing)}. "
                    + $"Set {string.Join(" and ", missing)} (each also as …File, the name of a file), for example to the output of: openssl rand -base64 32"
            );
    }

    static bool IsMissing(this WebApplicationBuilder builder, string key) => string.IsNullOrWhiteSpace(builder.Configuration[key]);

    /// <summary>Beneath every other source, so that appsettings and environment variables win.</summary>
    static void AddLoggingDefaults(this WebApplicationBuilder builder) =>
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = LoggingDefaults });
}

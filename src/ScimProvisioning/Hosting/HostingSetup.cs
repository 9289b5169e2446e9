using Microsoft.Extensions.Configuration.Memory;

namespace ScimProvisioning.Hosting;

/// <summary>Prepares what everything else needs: the log, the secrets and a database.</summary>
static class HostingSetup
{
    const string ConnectionStringName = "ConnectionStrings:Postgres";
    const string SigningKeyName = "Tokens:SigningKey";
    const string AdminKeyName = "Admin:ApiKey";

    static readonly Dictionary<string, string?> LoggingDefaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        // Health logs when its answer changes; the framework would log every probe.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        // JwtBearerHandler logs each failed login, and so does this application.
        ["Logging:LogLevel:Microsoft.AspNetCore.Authentication.JwtBearer"] = "None",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-dd'T'HH:mm:ss'Z' ",
    };

    /// <summary>What is different when the log is one of JSON.</summary>
    static readonly Dictionary<string, string?> JsonDefaults = new()
    {
        ["Logging:Console:FormatterOptions:IncludeScopes"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
    };

    /// <summary>A command prints its answer on standard output, so its log goes to standard error.</summary>
    static readonly Dictionary<string, string?> CommandLogging = new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:Console:LogToStandardErrorThreshold"] = "Trace",
    };

    /// <summary>
    /// Sets the format of the log and reads secrets from files. Without a connection string it starts the embedded PostgreSQL. With one, it
    /// returns <c>null</c>, and in Production it refuses to start without signing key and admin key. A missing signing key is generated in
    /// all other cases.
    /// </summary>
    public static async Task<EmbeddedPostgres?> PrepareHostAsync(this WebApplicationBuilder builder)
    {
        builder.AddLoggingDefaults();
        builder.ReadSettings();
        var options = builder.Configuration.GetSection("Embedded").Get<EmbeddedPostgresOptions>() ?? new();
        if (builder.IsMissing(ConnectionStringName))
            return await builder.StartEmbeddedAsync(options);

        if (builder.Environment.IsProduction())
            builder.RequireSecrets();
        if (builder.IsMissing(SigningKeyName))
            builder.Configuration[SigningKeyName] = DataDirectory.Open(options.DataDirectory).GetOrCreateSecret("signing-key");
        return null;
    }

    /// <summary>
    /// The same for a command. Without a connection string it uses the PostgreSQL of the server that runs on the data directory, or starts
    /// one that stops when the returned object is disposed. With a connection string in production it generates no signing key.
    /// </summary>
    public static async Task<IAsyncDisposable?> PrepareCommandAsync(this WebApplicationBuilder builder, CancellationToken ct)
    {
        builder.AddLoggingDefaults();
        builder.Configuration.AddInMemoryCollection(CommandLogging);
        builder.ReadSettings();
        var options = builder.Configuration.GetSection("Embedded").Get<EmbeddedPostgresOptions>() ?? new();
        var isEmbedded = builder.IsMissing(ConnectionStringName);
        if ((isEmbedded || !builder.Environment.IsProduction()) && builder.IsMissing(SigningKeyName))
            builder.Configuration[SigningKeyName] = DataDirectory.Open(options.DataDirectory).GetOrCreateSecret("signing-key");
        if (!isEmbedded)
            return null;

        using var logging = builder.CreateLogging();
        var database = await CommandDatabase.OpenAsync(options, logging.CreateLogger<EmbeddedPostgres>(), TimeProvider.System, ct);
        builder.Configuration[ConnectionStringName] = database.ConnectionString;
        return database;
    }

    /// <summary>
    /// Keeps the host from logging why the start has failed: the program ends with the same failure, and says it in a sentence.
    /// </summary>
    public static void QuietFailedStart(this WebApplicationBuilder builder, Func<bool> isStarting) =>
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && !isStarting());

    static void ReadSettings(this WebApplicationBuilder builder)
    {
        using var logging = builder.CreateLogging();
        KnownSettings.NameUnknown(builder.Configuration, logging.CreateLogger(typeof(KnownSettings)));
        builder.Configuration.AddSecretFiles();
        if (builder.Configuration[ConnectionStringName] is { } text && PostgresUrl.IsOne(text))
            builder.Configuration[ConnectionStringName] = PostgresUrl.ToConnectionString(text);
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
        builder.Configuration[ConnectionStringName] = postgres.ConnectionString;
        if (builder.IsMissing(SigningKeyName))
            builder.Configuration[SigningKeyName] = DataDirectory.Open(postgres.DataDirectory).GetOrCreateSecret("signing-key");
        return postgres;
    }

    static ILoggerFactory CreateLogging(this WebApplicationBuilder builder) =>
        LoggerFactory.Create(log => log.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());

    /// <summary>All servers of one database must have the same secrets, so a server may not generate its own.</summary>
    static void RequireSecrets(this WebApplicationBuilder builder)
    {
        var missing = new[] { SigningKeyName, AdminKeyName }.Where(builder.IsMissing).Select(SecretFiles.Variable).ToList();
        if (missing.Count > 0)
            throw new StartupException(
                $"In Production with a connection string these settings are required and missing: {string.Join(", ", missing)}. "
                    + $"Set {string.Join(" and ", missing)} (each also as …File, the name of a file), "
                    + "for example to the output of: openssl rand -base64 32"
            );
    }

    static bool IsMissing(this WebApplicationBuilder builder, string key) => string.IsNullOrWhiteSpace(builder.Configuration[key]);

    /// <summary>Added before all other sources, so that appsettings and environment variables override them.</summary>
    static void AddLoggingDefaults(this WebApplicationBuilder builder)
    {
        var isJson = RequestScope.IsLogged(builder.Configuration);
        var sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        if (isJson)
        {
            sources.Insert(0, new MemoryConfigurationSource { InitialData = JsonDefaults });
            builder.Services.AddSingleton<IExternalScopeProvider, LogScopes>();
        }
        sources.Insert(0, new MemoryConfigurationSource { InitialData = LoggingDefaults });
    }
}

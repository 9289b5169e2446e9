using Scim;

namespace ScimProvisioning.Hosting;

/// <summary>
/// The names of all settings, to find misspelt ones. Names that are not ours are left alone: ASP.NET and the platform have many. Like
/// etcd with its environment, the server warns and goes on, so that an older version starts with the settings of a newer one. One mistake
/// is refused: with a misspelt connection string it would start an empty database of its own.
/// </summary>
static partial class KnownSettings
{
    const string ConnectionString = "ConnectionStrings:Postgres";
    const string ConnectionStringFile = ConnectionString + "File";

    /// <summary>Keys of the configuration. What ends with <c>:</c> has any children: a list or a dictionary.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        ConnectionString,
        ConnectionStringFile,
        "PublicUrl",
        "Admin:ApiKey",
        "Admin:ApiKeyFile",
        "Tokens:SigningKey",
        "Tokens:SigningKeyFile",
        "Tokens:PreviousSigningKeys:",
        "TrustedProxies:",
        "Embedded:DataDirectory",
        "Embedded:BinDirectory",
        "Embedded:SearchDirectories:",
        "Embedded:Npm",
        "Embedded:Settings:",
        "Limits:Concurrency",
        "Limits:ConcurrencyAlone",
        "Limits:Queue",
        "Limits:RequestsPerSecond",
        "Entra:MetadataAddress",
        "Entra:Issuer",
        "Entra:Audiences:",
        "Entra:FederationIssuer",
        "Entra:FederationMetadataAddress",
        "OutgoingRequests:AllowedNetworks:",
        "Retention:DeletedResourceDays",
        "Retention:DeletedPersonDays",
        "Retention:ChangeLogDays",
        "Retention:AuditLogDays",
        "Retention:EventDays",
        "Retention:WebhookAttemptDays",
        "Retention:RequestDays",
        "Retention:RequestDetailDays",
        "Retention:RunDays",
        "Retention:ReconciliationDays",
        "Retention:FailedLoginDays",
        "Retention:IdempotencyKeyHours",
        "Activity:RunGapSeconds",
        "Activity:KeepPersonalData",
        "Activity:QuietDays",
        "Webhooks:AllowPrivateNetworks",
        "Webhooks:Parallel",
        "Metrics:Port",
        "Metrics:WithAdminKey",
        "Metrics:ConnectionLabel",
        "Portal:ProductName",
        "Portal:LogoUrl",
        "Portal:ReturnOrigins:",
        "Portal:FrameOrigins:",
        "Portal:OpenIdConnect:Authority",
        "Portal:OpenIdConnect:ClientId",
        "Portal:OpenIdConnect:ClientSecret",
        "Portal:OpenIdConnect:ClientSecretFile",
        "Portal:OpenIdConnect:RoleClaim",
        "Portal:OpenIdConnect:RoleValues:",
        "Portal:OpenIdConnect:Scopes:",
        "Swagger:Enabled",
    ];

    /// <summary>Names the settings that look like ours and are not, as warnings.</summary>
    /// <exception cref="StartupException">The connection string is misspelt.</exception>
    public static void NameUnknown(IConfiguration configuration, ILogger logger)
    {
        var isEmbedded = new[] { ConnectionString, ConnectionStringFile }.All(name => string.IsNullOrEmpty(configuration[name]));
        foreach (var key in Unknown(configuration))
        {
            var meant = Meant(key);
            if (isEmbedded && meant is (ConnectionString or ConnectionStringFile))
                throw new StartupException(
                    $"There is no setting {SecretFiles.Variable(key)}. Did you mean {SecretFiles.Variable(meant)}? "
                        + "Without it the server would start an empty database of its own: correct the name, or remove the setting."
                );
            if (meant is null)
                NotKnown(logger, SecretFiles.Variable(key));
            else
                Misspelt(logger, SecretFiles.Variable(key), SecretFiles.Variable(meant));
        }
    }

    static IEnumerable<string> Unknown(IConfiguration configuration) =>
        configuration
            .AsEnumerable()
            .Where(setting => setting.Value is not null && IsMeantForUs(setting.Key) && !IsKnown(setting.Key))
            .Select(setting => setting.Key)
            .Order(StringComparer.OrdinalIgnoreCase);

    static bool IsKnown(string key) =>
        Keys.Any(known =>
            known.EndsWith(':')
                ? key.StartsWith(known, StringComparison.OrdinalIgnoreCase) || key.Equals(known[..^1], StringComparison.OrdinalIgnoreCase)
                : key.Equals(known, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>In one of our sections, or nearly the name of a setting of ours.</summary>
    static bool IsMeantForUs(string key) =>
        Keys.Any(known => key.Split(':')[0].Equals(known.Split(':')[0], StringComparison.OrdinalIgnoreCase)) || Meant(key) is not null;

    /// <summary>
    /// The setting of which every part is near: <c>ConnectionStrings__Cache</c> is not meant for <c>ConnectionStrings__Postgres</c>.
    /// </summary>
    static string? Meant(string key)
    {
        var near = Keys.Select(known => known.TrimEnd(':')).Where(known => IsNear(key.Split(':'), known.Split(':')));
        return NearestName.Of(key, near) ?? near.FirstOrDefault();
    }

    // What follows the name of a list are its entries.
    static bool IsNear(string[] written, string[] known) =>
        written.Length >= known.Length && known.Zip(written).All(part => NearestName.Of(part.Second, [part.First]) is not null);

    [LoggerMessage(1, LogLevel.Warning, "There is no setting {Name}: it is ignored. Did you mean {Meant}?")]
    static partial void Misspelt(ILogger logger, string name, string meant);

    [LoggerMessage(2, LogLevel.Warning, "There is no setting {Name}: it is ignored. docs/configuration.md lists all there are")]
    static partial void NotKnown(ILogger logger, string name);
}

namespace ScimProvisioning;

/// <summary>
/// The configuration section "Metrics": where <c>/metrics</c> is served in the format of Prometheus. Unless one of the first two is set, it
/// is served nowhere.
/// </summary>
sealed record MetricsOptions
{
    const string Section = "Metrics";

    /// <summary>A port of its own, where no key is asked for; 0: any that is free.</summary>
    public int? Port { get; init; }

    /// <summary>On the server's own port, for admin keys that reach all organizations.</summary>
    public bool WithAdminKey { get; init; }

    /// <summary>Whether requests, contacts and expiries are told apart by connection. It takes some twenty series for each.</summary>
    public bool ConnectionLabel { get; init; }

    public bool AreServed => Port is not null || WithAdminKey;

    /// <exception cref="StartupException">The port is none, or a switch is neither true nor false.</exception>
    public static MetricsOptions Read(IConfiguration configuration) =>
        new()
        {
            Port = WholeNumberSetting.Read(configuration, Section, nameof(Port), otherwise: -1, least: 0, most: 65_535) is >= 0 and var port
                ? port
                : null,
            WithAdminKey = TrueOrFalseSetting.Read(configuration, $"{Section}:{nameof(WithAdminKey)}", otherwise: false),
            ConnectionLabel = TrueOrFalseSetting.Read(configuration, $"{Section}:{nameof(ConnectionLabel)}", otherwise: false),
        };
}

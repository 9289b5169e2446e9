namespace ScimProvisioning.Events.Webhooks;

/// <summary>The configuration section "Webhooks".</summary>
sealed record WebhookOptions
{
    const string Section = "Webhooks";

    /// <summary>
    /// Whether endpoints that a key for all organizations has made may lead into private and local networks, and be http: the application
    /// usually stands beside this server.
    /// </summary>
    public bool AllowPrivateNetworks { get; init; } = true;

    /// <summary>Requests to one endpoint at the same time, 1 to 100.</summary>
    public int Parallel { get; init; } = 8;

    /// <exception cref="StartupException">A value cannot be read.</exception>
    public static WebhookOptions Read(IConfiguration configuration)
    {
        var standard = new WebhookOptions();
        return new()
        {
            AllowPrivateNetworks = TrueOrFalseSetting.Read(
                configuration,
                $"{Section}:{nameof(AllowPrivateNetworks)}",
                standard.AllowPrivateNetworks
            ),
            Parallel = WholeNumberSetting.Read(configuration, Section, nameof(Parallel), standard.Parallel, least: 1, most: 100),
        };
    }
}

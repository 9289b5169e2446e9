namespace ScimProvisioning.Http.RateLimiting;

/// <summary>The configuration section "Limits": how much of this server one connection may use.</summary>
sealed record RateLimits
{
    const string Section = "Limits";

    /// <summary>Requests of one connection that are in work at the same time, while other connections are active too.</summary>
    public int Concurrency { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>The same while no other connection is active.</summary>
    public int ConcurrencyAlone { get; init; } = 16 * Environment.ProcessorCount;

    /// <summary>Requests of one connection that wait, oldest first; further ones are refused.</summary>
    public int Queue { get; init; } = 2_000;

    /// <summary>Requests of one connection in a second; so many may come at once.</summary>
    public int RequestsPerSecond { get; init; } = 5_000 * Environment.ProcessorCount;

    /// <exception cref="StartupException">A limit is no number, or so low that every request would be refused.</exception>
    public static RateLimits Read(IConfiguration configuration)
    {
        var limits = new RateLimits();
        return new()
        {
            Concurrency = WholeNumberSetting.Read(configuration, Section, nameof(Concurrency), limits.Concurrency, least: 1),
            ConcurrencyAlone = WholeNumberSetting.Read(configuration, Section, nameof(ConcurrencyAlone), limits.ConcurrencyAlone, least: 1),
            Queue = WholeNumberSetting.Read(configuration, Section, nameof(Queue), limits.Queue, least: 0),
            RequestsPerSecond = WholeNumberSetting.Read(
                configuration,
                Section,
                nameof(RequestsPerSecond),
                limits.RequestsPerSecond,
                least: 1
            ),
        };
    }
}

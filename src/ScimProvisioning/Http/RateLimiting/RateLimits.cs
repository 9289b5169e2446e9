namespace ScimProvisioning.Http.RateLimiting;

/// <summary>The configuration section "Limits": what one connection may take of this server, so that enough is left for the others.</summary>
sealed record RateLimits
{
    const string Section = "Limits";

    /// <summary>Requests of one connection that are worked on at the same time while other connections are active, too.</summary>
    public int Concurrency { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>The same while it has the server for itself.</summary>
    public int ConcurrencyAlone { get; init; } = 16 * Environment.ProcessorCount;

    /// <summary>Requests of one connection that wait for their turn, oldest first; one more is refused.</summary>
    public int Queue { get; init; } = 2_000;

    /// <summary>Requests of one connection in a second; as many may come at once.</summary>
    public int RequestsPerSecond { get; init; } = 5_000 * Environment.ProcessorCount;

    /// <exception cref="StartupException">A limit is no number, or so low that nothing would get through.</exception>
    public static RateLimits Read(IConfiguration configuration)
    {
        var limits = new RateLimits();
        return new()
        {
            Concurrency = Read(configuration, nameof(Concurrency), limits.Concurrency, least: 1),
            ConcurrencyAlone = Read(configuration, nameof(ConcurrencyAlone), limits.ConcurrencyAlone, least: 1),
            Queue = Read(configuration, nameof(Queue), limits.Queue, least: 0),
            RequestsPerSecond = Read(configuration, nameof(RequestsPerSecond), limits.RequestsPerSecond, least: 1),
        };
    }

    static int Read(IConfiguration configuration, string name, int otherwise, int least)
    {
        var text = configuration[$"{Section}:{name}"];
        if (string.IsNullOrEmpty(text))
            return otherwise;
        return int.TryParse(text, out var value) && value >= least
            ? value
            : throw new StartupException($"{Section}__{name} must be a whole number, at least {least}; it is '{text}'.");
    }
}

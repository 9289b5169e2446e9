namespace ScimProvisioning.Activity;

/// <summary>The configuration section "Activity": what is kept of requests, and what is one run.</summary>
sealed record ActivityOptions
{
    const string Section = "Activity";

    /// <summary>
    /// Requests of a connection that are not further apart, in seconds, are one run. Half of it must be longer than the longest request, a
    /// bulk, and than the clocks of the servers differ.
    /// </summary>
    public int RunGapSeconds { get; init; } = 180;

    /// <summary>
    /// Whether the log of requests has names, external ids, texts, bodies and addresses. Without them it tells what happened, and to which
    /// id.
    /// </summary>
    public bool KeepPersonalData { get; init; } = true;

    /// <summary>Days without a request of its identity provider after which a connection is worth a look.</summary>
    public int QuietDays { get; init; } = 7;

    public TimeSpan RunGap => TimeSpan.FromSeconds(RunGapSeconds);

    /// <exception cref="StartupException">A value is none.</exception>
    public static ActivityOptions Read(IConfiguration configuration)
    {
        var standard = new ActivityOptions();
        return new()
        {
            RunGapSeconds = WholeNumberSetting.Read(
                configuration,
                Section,
                nameof(RunGapSeconds),
                standard.RunGapSeconds,
                least: 120,
                most: 3_600
            ),
            QuietDays = WholeNumberSetting.Read(configuration, Section, nameof(QuietDays), standard.QuietDays, least: 1, most: 365),
            KeepPersonalData = TrueOrFalseSetting.Read(configuration, $"{Section}:{nameof(KeepPersonalData)}", standard.KeepPersonalData),
        };
    }
}

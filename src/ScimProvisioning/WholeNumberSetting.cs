namespace ScimProvisioning;

/// <summary>Reads a setting that is a whole number.</summary>
static class WholeNumberSetting
{
    /// <param name="otherwise">The value when the setting is absent or empty.</param>
    /// <exception cref="StartupException">It is no number, or out of range.</exception>
    public static int Read(IConfiguration configuration, string section, string name, int otherwise, int least, int most = int.MaxValue)
    {
        var text = configuration[$"{section}:{name}"];
        if (string.IsNullOrEmpty(text))
            return otherwise;
        var range = most == int.MaxValue ? $"at least {least}" : $"{least} to {most}";
        return int.TryParse(text, out var value) && value >= least && value <= most
            ? value
            : throw new StartupException($"{section}__{name} must be a whole number, {range}; it is '{text}'.");
    }
}

namespace ScimProvisioning;

/// <summary>Reads a setting that is on or off.</summary>
static class TrueOrFalseSetting
{
    /// <param name="key">Of the configuration, such as <c>Swagger:Enabled</c>.</param>
    /// <param name="otherwise">The value when the setting is absent or empty.</param>
    /// <exception cref="StartupException">It is neither.</exception>
    public static bool Read(IConfiguration configuration, string key, bool otherwise) =>
        configuration[key] is not { Length: > 0 } text ? otherwise
        : bool.TryParse(text, out var value) ? value
        : throw new StartupException($"{key.Replace(":", "__", StringComparison.Ordinal)} must be true or false; it is '{text}'.");
}

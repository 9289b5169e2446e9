using System.Globalization;

namespace ScimProvisioning.Tests.Generated;

/// <summary>
/// How many cases are generated, and from which seed: few and always the same, unless an environment variable says
/// otherwise.
/// </summary>
static class GeneratedAmount
{
    public static long Of(string name, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var given) ? given : otherwise;
}

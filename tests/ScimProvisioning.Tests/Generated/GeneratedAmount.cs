using System.Globalization;

namespace ScimProvisioning.Tests.Generated;

/// <summary>How much of what is generated, and which: few and always the same, unless the environment says otherwise.</summary>
static class GeneratedAmount
{
    public static long Of(string name, long otherwise) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var given) ? given : otherwise;
}

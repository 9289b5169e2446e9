using System.Globalization;

namespace ScimProvisioning.Tests.Faults;

/// <summary>How often a test breaks something: few times in a normal run; <c>SCIM_FAULT_ROUNDS</c> asks for more.</summary>
static class FaultRounds
{
    public static int Count => Setting("SCIM_FAULT_ROUNDS", 2);

    /// <summary><c>SCIM_FAULT_SEED</c>: with which requests, and when.</summary>
    public static Random Random => new(Setting("SCIM_FAULT_SEED", 20_261_129));

    static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : standard;
}

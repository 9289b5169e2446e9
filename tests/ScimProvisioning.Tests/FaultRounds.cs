using System.Globalization;

namespace ScimProvisioning.Tests;

/// <summary>How often tests of faults kill what they kill: a few times, or as often as <c>SCIM_FAULT_ROUNDS</c> says.</summary>
static class FaultRounds
{
    public static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("SCIM_FAULT_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 2;
}

namespace ScimProvisioning.Tests;

/// <summary>Tells linear from quadratic work without a limit in seconds, which a busy machine would exceed.</summary>
static class Growth
{
    const int Factor = 10;

    // Linear work takes ten times as long for ten times as much, quadratic work a hundred times as long.
    const double Limit = 40;

    // Other work on the machine may spoil a comparison: the best one counts.
    const int Attempts = 5;

    /// <param name="measure">Does the work at the given size and returns how long it took.</param>
    public static async Task AssertLinearAsync(Func<int, Task<TimeSpan>> measure, int size)
    {
        await measure(size / Factor); // the first run compiles
        var best = double.PositiveInfinity;
        for (var attempt = 0; attempt < Attempts && best > Limit; attempt++)
        {
            var (small, large) = (await measure(size / Factor), await measure(size));
            TestContext.Out.WriteLine($"{size / Factor}: {small}, {size}: {large}");
            best = Math.Min(best, large / small);
        }
        Assert.That(best, Is.LessThan(Limit), $"times as long for {Factor} times as much");
    }
}

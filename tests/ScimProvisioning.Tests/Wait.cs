using System.Diagnostics;

namespace ScimProvisioning.Tests;

/// <summary>
/// Waiting with a limit. The limit is long because a busy machine is slow; it only ends a test that would otherwise hang.
/// </summary>
static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is yes; fails the test when the limit has passed.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string description)
    {
        for (var watch = Stopwatch.StartNew(); !await condition(); await Task.Delay(Pause))
            Assert.That(watch.Elapsed, Is.LessThan(Limit), description);
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string)"/>
    public static Task UntilAsync(Func<bool> condition, string description) => UntilAsync(() => Task.FromResult(condition()), description);
}

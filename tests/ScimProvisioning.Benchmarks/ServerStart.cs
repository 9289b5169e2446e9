using System.Diagnostics;

namespace ScimProvisioning.Benchmarks;

/// <summary>One start of a server: the seconds that each part took, in their order.</summary>
/// <param name="Runtime">From the start of the process until the runtime executes code.</param>
/// <param name="Services">Until the settings are read and the services registered.</param>
/// <param name="Host">Until the host is built.</param>
/// <param name="Database">
/// Until the database is migrated or found up to date, the routes are mapped and the background jobs have begun.
/// </param>
/// <param name="Listening">Until the server listens.</param>
/// <param name="Ready">Until <c>/health/ready</c> has been answered with 200.</param>
/// <param name="ResidentMegabytes">Resident memory at that moment.</param>
sealed record ServerStart(
    double Runtime,
    double Services,
    double Host,
    double Database,
    double Listening,
    double Ready,
    double ResidentMegabytes
)
{
    public double Total => Runtime + Services + Host + Database + Listening + Ready;

    /// <param name="reached">The times of <see cref="StartSteps"/>. A step without one has taken no time of its own.</param>
    public static ServerStart Of(long started, IReadOnlyList<long> reached, long ready, long residentBytes)
    {
        var seconds = new List<double>();
        var before = started;
        foreach (var time in reached.Append(ready))
        {
            var at = Math.Max(before, time);
            seconds.Add(Stopwatch.GetElapsedTime(before, at).TotalSeconds);
            before = at;
        }
        return new(seconds[0], seconds[1], seconds[2], seconds[3], seconds[4], seconds[5], residentBytes / 1e6);
    }
}

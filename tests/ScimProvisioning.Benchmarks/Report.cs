using System.Globalization;
using System.Runtime.InteropServices;

namespace ScimProvisioning.Benchmarks;

/// <summary>The result as Markdown.</summary>
static class Report
{
    public static string Write(IReadOnlyList<Measurement> measurements, string database, BenchmarkOptions options)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores shared by load, server and database; {RuntimeInformation.FrameworkDescription}; {database}; {options.Users:N0} users, {options.Seconds} s each"),
            "",
            "| operation | connections | requests/s | p50 ms | p99 ms | server CPU µs | failures | of baseline |",
            "|---|--:|--:|--:|--:|--:|--:|--:|",
        };
        foreach (var measurement in measurements)
        {
            var baseline = measurements.First(other => other.Connections == measurement.Connections && other.Operation.Effort == measurement.Operation.Effort);
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"| {measurement.Operation.Name} | {measurement.Connections} | {measurement.PerSecond:N0} | {measurement.Milliseconds(0.50):F2} | {measurement.Milliseconds(0.99):F2} | {measurement.ProcessorMicroseconds:N0} | {measurement.Failures} | {measurement.PerSecond / baseline.PerSecond:P0} |"));
        }
        lines.AddRange(measurements.Where(measurement => measurement.Failure is not null).Select(measurement => $"\n{measurement.Operation.Name}: {measurement.Failure}"));
        return string.Join('\n', lines);
    }
}

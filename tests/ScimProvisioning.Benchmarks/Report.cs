using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ScimProvisioning.Benchmarks;

/// <summary>The result of one operation.</summary>
/// <param name="AllocatedBytes">Bytes that the server's process allocated for each request.</param>
/// <param name="ProcessorMicroseconds">Processor time of the server's process for each request, without the database's.</param>
/// <param name="DatabaseMicroseconds">Processor time of all PostgreSQL processes for each request.</param>
/// <param name="ResidentMegabytes">The largest resident memory at the end of a round.</param>
/// <param name="Failure">The first failure.</param>
sealed record Result(
    string Name,
    int Connections,
    double PerSecond,
    double P50Milliseconds,
    double P99Milliseconds,
    double AllocatedBytes,
    double ProcessorMicroseconds,
    double DatabaseMicroseconds,
    double ResidentMegabytes,
    int Failures,
    string? Failure,
    string? ComparedWith
)
{
    /// <summary>Requests per second as a share of those of the operation it is compared with.</summary>
    public double? Ratio { get; init; }
}

/// <summary>The result of a run: as JSON, and as Markdown for people.</summary>
/// <param name="Starts">Several starts of the server on the loaded database.</param>
/// <param name="Skipped">What could not be measured, and why.</param>
sealed record Report(
    string Machine,
    string Database,
    BenchmarkOptions Options,
    IReadOnlyList<Result> Operations,
    IReadOnlyList<ServerStart> Starts,
    Walk? Walk,
    IReadOnlyList<string> Skipped
)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string ThisMachine =>
        $"{Environment.ProcessorCount} cores shared by load, server and database; {RuntimeInformation.FrameworkDescription}";

    public static IReadOnlyList<Result> Compare(IReadOnlyList<Result> results) =>
        [
            .. results.Select(result =>
                result with
                {
                    Ratio =
                        result.PerSecond
                        / results
                            .FirstOrDefault(other => other.Connections == result.Connections && other.Name == result.ComparedWith)
                            ?.PerSecond,
                }
            ),
        ];

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public override string ToString()
    {
        var lines = new List<string>
        {
            Invariant($"{Machine}; {Database}; {Options.Users:N0} users, {Options.Seconds} s each"),
            "",
            "| operation | connections | requests/s | p50 ms | p99 ms | allocated B | server CPU µs | database CPU µs | resident MB"
                + " | failures | ratio | to |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
        };
        lines.AddRange(
            Operations.Select(o =>
                Invariant($"| {o.Name} | {o.Connections} | {o.PerSecond:N0} | {o.P50Milliseconds:F2} | {o.P99Milliseconds:F2} | ")
                + Invariant(
                    $"{o.AllocatedBytes:N0} | {o.ProcessorMicroseconds:N0} | {o.DatabaseMicroseconds:N0} | {o.ResidentMegabytes:N0} | "
                )
                + Invariant($"{o.Failures} | {o.Ratio:F2} | {o.ComparedWith} |")
            )
        );
        lines.Add("");
        lines.AddRange(DescribeStarts());
        if (Walk is not null)
            lines.Add(
                Invariant($"walk by cursor: {Walk.Users:N0} users in {Walk.Seconds:F1} s, {Walk.UsersPerSecond:N0} users/s, ")
                    + Invariant($"{Walk.AllocatedBytesPerUser:N0} B allocated for each, ")
                    + Invariant($"at most {Walk.MaxResidentMegabytes:N0} MB resident")
            );
        lines.AddRange(Skipped.Select(reason => $"skipped: {reason}"));
        lines.AddRange(Operations.Where(o => o.Failure is not null).Select(o => $"{o.Name}: {o.Failure}"));
        return string.Join('\n', lines);
    }

    IEnumerable<string> DescribeStarts()
    {
        if (Starts.Count == 0)
            yield break;
        yield return "| start, seconds | runtime | services | host | database | listening | ready | resident MB |";
        yield return "|--:|--:|--:|--:|--:|--:|--:|--:|";
        foreach (var start in Starts)
            yield return Invariant($"| {start.Total:F2} | {start.Runtime:F2} | {start.Services:F2} | {start.Host:F2} | ")
                + Invariant($"{start.Database:F2} | {start.Listening:F2} | {start.Ready:F2} | {start.ResidentMegabytes:N0} |");
        yield return "";
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Text.Json.Serialization;

namespace ScimProvisioning.Benchmarks;

/// <summary>What to measure, from the command line.</summary>
/// <param name="Users">Users in the directory, and rows of the floor.</param>
/// <param name="Seconds">Measured time of each operation at each number of connections.</param>
/// <param name="Server">The server's assembly: another build can be measured by the same tool.</param>
/// <param name="Only">
/// Parts of names of operations, <c>start</c> and <c>walk</c> among them; all of them when empty. The operations that they are
/// compared with run too.
/// </param>
/// <param name="Json">A file for the result.</param>
/// <param name="Events">Events in the long log of the feed, or requests in the log of requests.</param>
/// <param name="Database">The name of a database that stays for the next run.</param>
sealed record BenchmarkOptions(
    int Users,
    double Seconds,
    IReadOnlyList<int> Connections,
    [property: JsonIgnore] string Server,
    IReadOnlyList<string> Only,
    [property: JsonIgnore] string? Json,
    [property: JsonIgnore] long Events,
    [property: JsonIgnore] string? Database = null
)
{
    public const string Usage = """
        Options: --users 10000  --seconds 5  --connections 16  --only create,PATCH  --json result.json
                 --server path/to/ScimProvisioning.dll
        Or: neighbours  --users 10000  --seconds 5  --only pages  --server path/to/ScimProvisioning.dll
        Or: projection, webhooks  --users 10000  --seconds 5
        Or: look-ups  --users 10000  --seconds 5  --only email,role
        Or: large-group  --users 100000
        Or: feed, requests  --events 10000000
        Or: portal  --users 100000  --only scope,users  --database name
        Or: micro [options of BenchmarkDotNet]
        """;

    static readonly string[] Names = ["users", "seconds", "connections", "server", "only", "json", "events", "database"];

    /// <summary>The time after which a run is ended: more than a normal one needs.</summary>
    public TimeSpan Bound =>
        TimeSpan.FromMinutes(10)
        + TimeSpan.FromSeconds(Connections.Count * 20 * (Seconds + 5))
        + TimeSpan.FromMilliseconds((2 * Users) + Events);

    public bool Includes(string operation) =>
        Only.Count == 0 || Only.Any(part => operation.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The wanted operations, and those they are compared with.</summary>
    public Operation[] Select(IReadOnlyList<Operation> operations)
    {
        var wanted = operations.Where(operation => Includes(operation.Name)).ToList();
        return [.. operations.Where(operation => wanted.Contains(operation) || wanted.Any(other => other.ComparedWith == operation.Name))];
    }

    /// <exception cref="FormatException">An option that is unknown or cannot be read.</exception>
    public static BenchmarkOptions Parse(string[] args)
    {
        var given = new ConfigurationBuilder().AddCommandLine(args).Build();
        if (given.AsEnumerable().Select(option => option.Key).Except(Names).FirstOrDefault() is { } unknown)
            throw new FormatException($"There is no option '{unknown}'.");
        var options = new BenchmarkOptions(
            int.Parse(given["users"] ?? "10000", CultureInfo.InvariantCulture),
            double.Parse(given["seconds"] ?? "5", CultureInfo.InvariantCulture),
            [.. (given["connections"] ?? "16").Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))],
            given["server"] ?? Path.Combine(AppContext.BaseDirectory, "ScimProvisioning.dll"),
            given["only"]?.Split(',') ?? [],
            given["json"],
            long.Parse(given["events"] ?? "100000", CultureInfo.InvariantCulture),
            given["database"]
        );
        return
            options is { Users: >= 1_000 and < 10_000_000, Seconds: > 0 }
            && options.Connections.All(number => number is > 0 and <= Operation.MaxWorkers)
            ? options
            : throw new FormatException(
                $"At least 1,000 users and fewer than 10,000,000, more than 0 seconds, 1 to {Operation.MaxWorkers} connections."
            );
    }
}

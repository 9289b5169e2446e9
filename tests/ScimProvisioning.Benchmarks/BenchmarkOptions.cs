using System.Globalization;

namespace ScimProvisioning.Benchmarks;

/// <summary>What to measure, from the command line.</summary>
/// <param name="Users">Users in the directory, and members of the large group up to 10,000.</param>
/// <param name="Seconds">Measured time of each operation at each number of connections.</param>
/// <param name="Server">The server's assembly: another build can be measured by the same tool.</param>
/// <param name="Only">Parts of names of operations; empty: all of them. The baselines always run.</param>
sealed record BenchmarkOptions(int Users, double Seconds, IReadOnlyList<int> Connections, string Server, IReadOnlyList<string> Only)
{
    public const string Usage = "Options: --users 10000  --seconds 5  --connections 1,16  --only create,patch  --server path/to/ScimProvisioning.dll";

    static readonly string[] Names = ["users", "seconds", "connections", "server", "only"];

    /// <summary>More than any run needs that goes well.</summary>
    public TimeSpan Bound => TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(Connections.Count * 10 * (Seconds + 5)) + TimeSpan.FromMilliseconds(20 * Users);

    public bool Includes(string operation) => Only.Count == 0 || Only.Any(part => operation.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="FormatException">An option that is unknown or cannot be read.</exception>
    public static BenchmarkOptions Parse(string[] args)
    {
        var given = new ConfigurationBuilder().AddCommandLine(args).Build();
        if (given.AsEnumerable().Select(option => option.Key).Except(Names).FirstOrDefault() is { } unknown) throw new FormatException($"There is no option '{unknown}'.");
        var options = new BenchmarkOptions(
            int.Parse(given["users"] ?? "10000", CultureInfo.InvariantCulture),
            double.Parse(given["seconds"] ?? "5", CultureInfo.InvariantCulture),
            [.. (given["connections"] ?? "1,16").Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture))],
            given["server"] ?? Path.Combine(AppContext.BaseDirectory, "ScimProvisioning.dll"),
            given["only"]?.Split(',') ?? []);
        return options is { Users: >= 100, Seconds: > 0 } && options.Connections.All(number => number is > 0 and <= 64)
            ? options
            : throw new FormatException("At least 100 users, more than 0 seconds, 1 to 64 connections.");
    }
}

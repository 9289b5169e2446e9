using System.Globalization;
using System.Security.Cryptography;

namespace ScimProvisioning.Benchmarks;

/// <summary>What quiet connections notice of a noisy one: their latencies alone and beside 64 clients that send without a pause, in turn.</summary>
sealed class NeighbourBenchmark(BenchmarkOptions options)
{
    public const string Argument = "neighbours";

    const int Rounds = 5;
    const int Quiet = 8;
    const int QuietUsers = 1_000;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__Postgres"] = database.ConnectionString,
            ["Admin__ApiKey"] = _adminKey,
            ["Tokens__SigningKey"] = RandomNumberGenerator.GetHexString(64),
        };
        await using var server = await ChildProcess.StartAsync(options.Server, [], environment, ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        using var noise = new Measurement(await OperationAsync(server, "Noisy", options.Users, load, ct), Operation.MaxWorkers);
        var quiet = new List<QuietConnection>();
        try
        {
            for (var i = 0; i < Quiet; i++) quiet.Add(new(await OperationAsync(server, $"Quiet {i}", QuietUsers, load, ct)));
            await load.CompleteAsync(ct);
            await database.SettleAsync(ct);
            Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}");
            await MeasureAsync(noise, quiet, ct);
        }
        finally
        {
            foreach (var connection in quiet) connection.Dispose();
        }
    }

    async Task MeasureAsync(Measurement noise, List<QuietConnection> quiet, CancellationToken ct)
    {
        await noise.WarmUpAsync(TimeSpan.FromSeconds(5), ct);
        await RunAsync(quiet, TimeSpan.FromSeconds(2), ct);
        var duration = TimeSpan.FromSeconds(options.Seconds);
        var (alone, beside) = (new Sample(), new Sample());
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add(await RunAsync(quiet, duration, ct));
            var noisy = noise.RunAsync(duration, ct);
            beside.Add(await RunAsync(quiet, duration, ct));
            await noisy;
        }
        Console.WriteLine(Invariant($"{Quiet} quiet connections, 25 requests/s each: match, get, PATCH in turn; {Rounds} rounds of {options.Seconds} s each way"));
        Console.WriteLine($"alone:              {alone}");
        Console.WriteLine($"beside the noisy:   {beside}");
        Console.WriteLine(Invariant($"ratio:              p50 {beside.At(0.50) / alone.At(0.50):F2}, p99 {beside.At(0.99) / alone.At(0.99):F2}"));
        var result = noise.Summarise();
        Console.WriteLine(Invariant($"the noisy one:      {result.PerSecond:N0} requests/s of {result.Connections} clients, p50 {result.P50Milliseconds:F2} ms, p99 {result.P99Milliseconds:F2} ms, not successful {result.Failures}"));
        if (result.Failure is not null) Console.WriteLine(result.Failure);
    }

    static async Task<(TimeSpan[] Latencies, int Failures)[]> RunAsync(List<QuietConnection> quiet, TimeSpan duration, CancellationToken ct) =>
        await Task.WhenAll(quiet.Select((connection, i) => connection.RunAsync(TimeSpan.FromMilliseconds(40.0 * i / Quiet), duration, ct)));

    async Task<Operation> OperationAsync(ChildProcess server, string name, int users, BulkLoad load, CancellationToken ct)
    {
        var directory = await SeededDirectory.SeedAsync(await Tenant.CreateAsync(server.Address, _adminKey, name, ct), users, load, ct);
        return Operations.Mixed(name, server, directory);
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    sealed class Sample
    {
        readonly List<TimeSpan> _latencies = [];
        int _failures;

        public void Add((TimeSpan[] Latencies, int Failures)[] connections)
        {
            foreach (var (latencies, failures) in connections)
            {
                _latencies.AddRange(latencies);
                _failures += failures;
            }
            _latencies.Sort();
        }

        public double At(double percentile) => _latencies[(int)(percentile * (_latencies.Count - 1))].TotalMilliseconds;

        public override string ToString() => Invariant($"p50 {At(0.50):F2} ms, p99 {At(0.99):F2} ms, {_latencies.Count} requests, not successful {_failures}");
    }
}

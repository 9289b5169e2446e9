using System.Globalization;
using System.Security.Cryptography;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// How a busy connection slows down others: the latencies of connections with few requests, in turn alone and beside a
/// connection with 64 clients that send without a pause.
/// </summary>
sealed class NeighbourBenchmark(BenchmarkOptions options)
{
    public const string Argument = "neighbours";

    const int Rounds = 5;
    const int Quiet = 8;
    const int QuietUsers = 1_000;
    const int PageReaders = 16;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        var environment = database.ServerSettings(_adminKey);
        await using var server = await ChildProcess.StartAsync(options.Server, [], environment, ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        var pages = options.Only is ["pages"];
        using var noise = new Measurement(
            await OperationAsync(server, "Noisy", options.Users, load, pages ? Operations.LongPages : Operations.Mixed, ct),
            pages ? PageReaders : Operation.MaxWorkers
        );
        var quiet = new List<QuietConnection>();
        try
        {
            for (var i = 0; i < Quiet; i++)
                quiet.Add(new(await OperationAsync(server, $"Quiet {i}", QuietUsers, load, Operations.Mixed, ct)));
            await load.CompleteAsync(ct);
            await database.SettleAsync(ct);
            Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}");
            await MeasureAsync(noise, quiet, ct);
        }
        finally
        {
            foreach (var connection in quiet)
                connection.Dispose();
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
            var running = noise.RunAsync(duration, ct);
            beside.Add(await RunAsync(quiet, duration, ct));
            await running;
        }
        var result = noise.Summarise();
        var (p50, p99) = (beside.At(0.50) / alone.At(0.50), beside.At(0.99) / alone.At(0.99));
        var medianP99 = beside.MedianP99 / alone.MedianP99;
        var noisy = Invariant(
            $"p50 {result.P50Milliseconds:F2} ms, p99 {result.P99Milliseconds:F2} ms, {result.Failures} refused or failed {result.Failure}"
        );
        Console.WriteLine(
            Invariant(
                $"""
                {Quiet} quiet connections, 25 requests/s each: match, get, PATCH in turn; {Rounds} rounds of {options.Seconds} s each way
                alone:             {alone}
                beside the noisy:  {beside}
                ratio:             p50 {p50:F2}, p99 {p99:F2}; of the medians of the rounds' p99 {medianP99:F2}
                the noisy one:     {result.PerSecond:N0} requests/s of {result.Connections} clients, {noisy}
                """
            )
        );
    }

    static async Task<(TimeSpan[] Latencies, int Failures)[]> RunAsync(
        List<QuietConnection> quiet,
        TimeSpan duration,
        CancellationToken ct
    ) =>
        await Task.WhenAll(quiet.Select((connection, i) => connection.RunAsync(TimeSpan.FromMilliseconds(40.0 * i / Quiet), duration, ct)));

    async Task<Operation> OperationAsync(
        ChildProcess server,
        string name,
        int users,
        BulkLoad load,
        Func<string, ChildProcess, SeededDirectory, Operation> make,
        CancellationToken ct
    )
    {
        var directory = await SeededDirectory.SeedAsync(await Tenant.CreateAsync(server.Address, _adminKey, name, ct), users, load, ct);
        return make(name, server, directory);
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The latencies of all rounds, and of each round.</summary>
    sealed class Sample
    {
        readonly List<double[]> _rounds = [];
        int _failures;

        // When the machine stops for a moment, only the p99 of that round is spoilt.
        public double MedianP99 => _rounds.Select(round => Percentile(0.99, round)).Order().ElementAt(_rounds.Count / 2);

        public void Add((TimeSpan[] Latencies, int Failures)[] connections)
        {
            _rounds.Add([
                .. connections.SelectMany(connection => connection.Latencies).Select(latency => latency.TotalMilliseconds).Order(),
            ]);
            _failures += connections.Sum(connection => connection.Failures);
        }

        public double At(double percentile) => Percentile(percentile, [.. _rounds.SelectMany(round => round).Order()]);

        public override string ToString() =>
            Invariant(
                $"""
                p50 {At(0.50):F2} ms, p99 {At(
                    0.99
                ):F2} ms (median of the rounds {MedianP99:F2}), {Requests} requests, {_failures} refused or failed
                """
            );

        int Requests => _rounds.Sum(round => round.Length);

        static double Percentile(double percentile, double[] ordered) => ordered[(int)(percentile * (ordered.Length - 1))];
    }
}

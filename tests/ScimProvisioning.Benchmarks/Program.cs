using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;
using ScimProvisioning;
using ScimProvisioning.Benchmarks;

if (args is [BaselineServer.Argument])
{
    await BaselineServer.RunAsync();
    return 0;
}

BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n{BenchmarkOptions.Usage}");
    return 2;
}

using var stop = new CancellationTokenSource(options.Bound);
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;   // first the children and the database, then we
    stop.Cancel();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await RunAsync(stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped before the end: by a signal, or because it took too long.");
    return 3;
}
catch (Exception e) when (e is StartupException or InvalidOperationException or NpgsqlException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

async Task<int> RunAsync(CancellationToken ct)
{
    const int rounds = 5;
    var adminKey = RandomNumberGenerator.GetHexString(32);
    await using var database = await BenchmarkDatabase.CreateAsync(ct);
    var environment = new Dictionary<string, string>
    {
        ["ConnectionStrings__Postgres"] = database.ConnectionString,
        ["Admin__ApiKey"] = adminKey,
        ["Tokens__SigningKey"] = RandomNumberGenerator.GetHexString(64),
    };
    await using var server = await ChildProcess.StartAsync(options.Server, [], environment, ct);
    await using var baseline = await ChildProcess.StartAsync(typeof(BaselineServer).Assembly.Location, [BaselineServer.Argument], environment, ct);

    await Console.Error.WriteLineAsync($"Loading {options.Users} users and two groups ...");
    var directory = await LoadedDirectory.LoadAsync(server.Address, adminKey, options.Users, options.Connections.Max(), ct);
    await database.VacuumAsync(ct);

    Operation[] operations = [.. Operation.Baselines(baseline), .. Operation.Of(server, directory).Where(operation => options.Includes(operation.Name))];
    await Console.Error.WriteLineAsync("Warming up, then measuring ...");
    // Until the compiler has come to rest: its work is a server's first minute, not its day.
    for (var pass = 0; pass < 2; pass++) await MeasureAsync(operations, options.Connections.Max(), TimeSpan.FromSeconds(2), rounds: 1, ct);
    var measurements = new List<Measurement>();
    foreach (var connections in options.Connections) measurements.AddRange(await MeasureAsync(operations, connections, TimeSpan.FromSeconds(options.Seconds), rounds, ct));

    Console.WriteLine(Report.Write(measurements, await database.DescribeAsync(ct), options));
    if (measurements.All(measurement => measurement.Failures == 0)) return 0;
    await Console.Error.WriteLineAsync(server.Output);
    return 1;
}

// In turns of a round each: what else the machine does meanwhile meets all of them, and the baseline too.
static async Task<IReadOnlyList<Measurement>> MeasureAsync(Operation[] operations, int connections, TimeSpan duration, int rounds, CancellationToken ct)
{
    Measurement[] measurements = [.. operations.Select(operation => new Measurement(operation, connections))];
    try
    {
        foreach (var measurement in measurements) await measurement.WarmUpAsync(TimeSpan.FromSeconds(0.5), ct);
        for (var round = 0; round < rounds; round++)
            foreach (var measurement in measurements) await measurement.RunAsync(duration / rounds, ct);
        return measurements;
    }
    finally
    {
        foreach (var measurement in measurements) measurement.Dispose();
    }
}

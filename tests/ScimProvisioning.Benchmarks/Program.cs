using System.Runtime.InteropServices;
using Npgsql;
using ScimProvisioning;
using ScimProvisioning.Benchmarks;

if (args.Contains("--help"))
{
    Console.WriteLine(BenchmarkOptions.Usage);
    return 0;
}
if (args is [FloorServer.Argument])
{
    await FloorServer.RunAsync();
    return 0;
}
if (args is [MicroBenchmarks.Argument, .. var rest])
    return MicroBenchmarks.Run(rest) ? 0 : 1;

var named = new Dictionary<string, Func<BenchmarkOptions, CancellationToken, Task>>
{
    [NeighbourBenchmark.Argument] = (options, ct) => new NeighbourBenchmark(options).RunAsync(ct),
    [ProjectionBenchmark.Argument] = (options, ct) => new ProjectionBenchmark(options).RunAsync(ct),
    [FeedBenchmark.Argument] = (options, ct) => new FeedBenchmark(options).RunAsync(ct),
    [WebhookBenchmark.Argument] = (options, ct) => new WebhookBenchmark(options).RunAsync(ct),
    [RequestLogBenchmark.Argument] = (options, ct) => new RequestLogBenchmark(options).RunAsync(ct),
    [PortalBenchmark.Argument] = (options, ct) => new PortalBenchmark(options).RunAsync(ct),
    [LargeGroupBenchmark.Argument] = (options, ct) => new LargeGroupBenchmark(options).RunAsync(ct),
};
var lookUps = args is [LookUpBenchmark.Argument, ..];
var run = named.GetValueOrDefault(args.FirstOrDefault() ?? "");
BenchmarkOptions options;
try
{
    options = BenchmarkOptions.Parse(lookUps || run is not null ? args[1..] : args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n{BenchmarkOptions.Usage}");
    return 2;
}

using var stop = new CancellationTokenSource(options.Bound);
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // the child processes and the database are ended first
    stop.Cancel();
}
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (run is not null)
    {
        await run(options, stop.Token);
        return 0;
    }
    var report = lookUps ? await new LookUpBenchmark(options).RunAsync(stop.Token) : await new HttpBenchmark(options).RunAsync(stop.Token);
    Console.WriteLine(report);
    if (options.Json is not null)
        await File.WriteAllTextAsync(options.Json, report.ToJson() + "\n", stop.Token);
    return report.Operations.All(operation => operation.Failures == 0) ? 0 : 1;
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

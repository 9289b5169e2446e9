using System.Diagnostics;
using System.Text;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// One operation at one number of connections: each worker has its own socket and sends its next request when it has read the
/// answer.
/// </summary>
sealed class Measurement(Operation operation, int connections) : IDisposable
{
    const int Rounds = 5;

    readonly Worker[] _workers = [.. Enumerable.Range(0, connections).Select(worker => new Worker(operation, worker))];
    readonly List<double> _allocated = [];
    TimeSpan _elapsed;
    TimeSpan _processor;
    TimeSpan _database;
    long _resident;

    int Requests => _workers.Sum(worker => worker.Latencies.Count);

    /// <summary>Measures the operations, at each number of connections.</summary>
    public static async Task<IReadOnlyList<Result>> OfAllAsync(Operation[] operations, BenchmarkOptions options, CancellationToken ct)
    {
        await Console.Error.WriteLineAsync($"Warming up, then measuring {operations.Length} operations ...");
        // Until the code is compiled: compiling takes a server's first minute, which is not what is measured here.
        for (var pass = 0; pass < 2; pass++)
            await InTurnAsync(operations, options.Connections.Max(), TimeSpan.FromSeconds(1), rounds: 1, ct);
        var results = new List<Result>();
        foreach (var connections in options.Connections)
            results.AddRange(await InTurnAsync(operations, connections, TimeSpan.FromSeconds(options.Seconds), Rounds, ct));
        return results;
    }

    // The operations take turns in each round, so that other work on the machine disturbs all of them, and the floor too.
    static async Task<IReadOnlyList<Result>> InTurnAsync(
        Operation[] operations,
        int connections,
        TimeSpan duration,
        int rounds,
        CancellationToken ct
    )
    {
        Measurement[] measurements = [.. operations.Select(operation => new Measurement(operation, connections))];
        try
        {
            foreach (var measurement in measurements)
                await measurement.WarmUpAsync(TimeSpan.FromSeconds(0.5), ct);
            for (var round = 0; round < rounds; round++)
                foreach (var measurement in measurements)
                    await measurement.RunAsync(duration / rounds, ct);
            return [.. measurements.Select(measurement => measurement.Summarise())];
        }
        finally
        {
            foreach (var measurement in measurements)
                measurement.Dispose();
        }
    }

    /// <summary>Sends requests that are not recorded, so that code is compiled and caches are filled.</summary>
    public Task WarmUpAsync(TimeSpan duration, CancellationToken ct) => WorkAsync(duration, record: false, ct);

    /// <summary>Measures for so long and adds the result to the earlier ones.</summary>
    public async Task RunAsync(TimeSpan duration, CancellationToken ct)
    {
        var server = operation.Server;
        var (requests, allocated, processor, database, start) = (
            Requests,
            await server.AllocatedBytesAsync(ct),
            server.ProcessorTime,
            BenchmarkDatabase.ProcessorTime,
            Stopwatch.GetTimestamp()
        );
        await WorkAsync(duration, record: true, ct);
        _elapsed += Stopwatch.GetElapsedTime(start);
        _processor += server.ProcessorTime - processor;
        var spent = BenchmarkDatabase.ProcessorTime - database;
        // A session that has ended takes its time along.
        _database += spent > TimeSpan.Zero ? spent : TimeSpan.Zero;
        // The runtime's counter sometimes jumps, also backwards. The median of the rounds does not suffer from that.
        _allocated.Add((double)(await server.AllocatedBytesAsync(ct) - allocated) / (Requests - requests));
        _resident = Math.Max(_resident, server.ResidentBytes);
    }

    public Result Summarise()
    {
        TimeSpan[] latencies = [.. _workers.SelectMany(worker => worker.Latencies).Order()];
        return new(
            operation.Name,
            connections,
            latencies.Length / _elapsed.TotalSeconds,
            Milliseconds(0.50),
            Milliseconds(0.99),
            _allocated.Order().ElementAt(_allocated.Count / 2),
            _processor.TotalMicroseconds / latencies.Length,
            _database.TotalMicroseconds / latencies.Length,
            _resident / 1e6,
            _workers.Sum(worker => worker.Failures),
            _workers.Select(worker => worker.Failure).FirstOrDefault(failure => failure is not null),
            operation.ComparedWith
        );

        double Milliseconds(double percentile) => latencies[(int)(percentile * (latencies.Length - 1))].TotalMilliseconds;
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
            worker.Dispose();
    }

    Task WorkAsync(TimeSpan duration, bool record, CancellationToken ct)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return Task.WhenAll(_workers.Select(worker => Task.Run(() => worker.RunAsync(end, record, ct), ct)));
    }

    /// <summary>
    /// Uses little processor time, because it shares the processors with the servers: no client above the handler, one buffer
    /// for all answers.
    /// </summary>
    sealed class Worker(Operation operation, int number) : IDisposable
    {
        readonly HttpMessageInvoker _http = new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                ActivityHeadersPropagator = null,
            }
        );
        readonly byte[][] _expected = [Encoding.UTF8.GetBytes(operation.Expected), Encoding.UTF8.GetBytes(operation.ExpectedSecond)];
        byte[] _answer = new byte[16_384];

        public List<TimeSpan> Latencies { get; } = [];

        public int Failures { get; private set; }

        /// <summary>The first failure, as text for the report.</summary>
        public string? Failure { get; private set; }

        public async Task RunAsync(long end, bool record, CancellationToken ct)
        {
            while (Stopwatch.GetTimestamp() < end)
            {
                var requests = operation.Next(number);
                var start = Stopwatch.GetTimestamp();
                string? failure = null;
                for (var i = 0; i < requests.Length; i++)
                    using (requests[i])
                        failure ??= await SendAsync(requests[i], _expected[i], ct);
                if (record)
                    Latencies.Add(Stopwatch.GetElapsedTime(start));
                if (failure is null)
                    continue;
                Failures++;
                Failure ??= failure;
            }
        }

        public void Dispose() => _http.Dispose();

        async Task<string?> SendAsync(HttpRequestMessage request, byte[] expected, CancellationToken ct)
        {
            try
            {
                using var response = await _http.SendAsync(request, ct);
                var length = await ReadAsync(response, ct);
                return response.IsSuccessStatusCode && _answer.AsSpan(0, length).IndexOf(expected) >= 0
                    ? null
                    : $"{(int)response.StatusCode} {Encoding.UTF8.GetString(_answer.AsSpan(0, Math.Min(length, 1_000)))}";
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return e.Message;
            }
        }

        async Task<int> ReadAsync(HttpResponseMessage response, CancellationToken ct)
        {
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            for (var length = 0; ; )
            {
                if (length == _answer.Length)
                    Array.Resize(ref _answer, 2 * length);
                var read = await body.ReadAsync(_answer.AsMemory(length), ct);
                if (read == 0)
                    return length;
                length += read;
            }
        }
    }
}

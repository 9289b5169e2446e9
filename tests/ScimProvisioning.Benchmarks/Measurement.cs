using System.Diagnostics;
using System.Text;

namespace ScimProvisioning.Benchmarks;

/// <summary>One operation at one number of connections: each worker has a socket of its own and sends its next request when the answer has been read.</summary>
sealed class Measurement(Operation operation, int connections) : IDisposable
{
    readonly HttpClient[] _clients = [.. Enumerable.Range(0, connections).Select(_ => LoadedDirectory.Client(operation.Address, operation.Token))];
    readonly byte[] _expected = Encoding.UTF8.GetBytes(operation.Expected);
    readonly List<TimeSpan> _latencies = [];
    readonly Lock _gate = new();
    TimeSpan _elapsed;
    TimeSpan _busy;
    TimeSpan _processor;
    long _requests;

    public Operation Operation => operation;

    public int Connections => connections;

    public int Failures { get; private set; }

    /// <summary>The first failure, for a person.</summary>
    public string? Failure { get; private set; }

    /// <summary>Of the requests that count, in the share of the time that was theirs.</summary>
    public double PerSecond => _latencies.Count / (_elapsed.TotalSeconds * (_latencies.Sum(latency => latency.TotalSeconds) / _busy.TotalSeconds));

    /// <summary>The latency that this part of the requests stays within.</summary>
    public double Milliseconds(double percentile) => _latencies.Order().ElementAt((int)(percentile * (_latencies.Count - 1))).TotalMilliseconds;

    /// <summary>Processor time that the server takes for a request, counted or not; the database's is not in it.</summary>
    public double ProcessorMicroseconds => _processor.TotalMicroseconds / _requests;

    /// <summary>Requests without a record: compilers and caches get warm.</summary>
    public Task WarmUpAsync(TimeSpan duration, CancellationToken ct) => RunAsync(duration, record: false, ct);

    /// <summary>Adds to what was measured before.</summary>
    public async Task RunAsync(TimeSpan duration, CancellationToken ct)
    {
        var (start, processor) = (Stopwatch.GetTimestamp(), operation.Server.ProcessorTime);
        await RunAsync(duration, record: true, ct);
        _elapsed += Stopwatch.GetElapsedTime(start);
        _processor += operation.Server.ProcessorTime - processor;
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    Task RunAsync(TimeSpan duration, bool record, CancellationToken ct)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(() => WorkAsync(worker, end, record, ct), ct)));
    }

    async Task WorkAsync(int worker, long end, bool record, CancellationToken ct)
    {
        var (latencies, busy, requests) = (new List<TimeSpan>(), TimeSpan.Zero, 0);
        while (Stopwatch.GetTimestamp() < end)
        {
            var (request, counts) = operation.Next(worker);
            var start = Stopwatch.GetTimestamp();
            var failure = await SendAsync(_clients[worker], request, ct);
            var latency = Stopwatch.GetElapsedTime(start);
            busy += latency;
            requests++;
            if (counts) latencies.Add(latency);
            if (failure is not null) Fail(failure);
        }
        if (record) Keep(latencies, busy, requests);
    }

    async Task<string?> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using (request)
            using (var response = await client.SendAsync(request, ct))
            {
                var body = await response.Content.ReadAsByteArrayAsync(ct);
                return response.IsSuccessStatusCode && body.AsSpan().IndexOf(_expected) >= 0
                    ? null
                    : $"{(int)response.StatusCode} {Encoding.UTF8.GetString(body)}";
            }
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    void Keep(List<TimeSpan> latencies, TimeSpan busy, int requests)
    {
        lock (_gate)
        {
            _latencies.AddRange(latencies);
            _busy += busy;
            _requests += requests;
        }
    }

    void Fail(string failure)
    {
        lock (_gate)
        {
            Failures++;
            Failure ??= failure;
        }
    }
}

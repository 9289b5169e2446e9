using System.Diagnostics;

namespace ScimProvisioning.Benchmarks;

/// <summary>A connection that asks for little: 25 requests a second, which is what Entra expects a server to sustain, whether they are answered in time or not.</summary>
sealed class QuietConnection(Operation operation) : IDisposable
{
    const int PerSecond = 25;

    readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        }
    );

    /// <summary>For so long; the time that each request took, and how many were refused or failed.</summary>
    /// <param name="offset">Of its first request, so that connections do not all speak at once.</param>
    public async Task<(TimeSpan[] Latencies, int Failures)> RunAsync(TimeSpan offset, TimeSpan duration, CancellationToken ct)
    {
        var answers = new List<Task<(TimeSpan Latency, bool Good)>>();
        var (start, interval) = (Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(1.0 / PerSecond));
        for (var due = offset; due < duration; due += interval)
        {
            if (due - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } early)
                await Task.Delay(early, TimeProvider.System, ct);
            answers.Add(SendAsync(ct));
        }
        var all = await Task.WhenAll(answers);
        return ([.. all.Select(answer => answer.Latency)], all.Count(answer => !answer.Good));
    }

    public void Dispose() => _http.Dispose();

    async Task<(TimeSpan Latency, bool Good)> SendAsync(CancellationToken ct)
    {
        using var request = operation.Next(worker: 0);
        var start = Stopwatch.GetTimestamp();
        using var response = await _http.SendAsync(request, ct);
        await response.Content.LoadIntoBufferAsync(ct);
        return (Stopwatch.GetElapsedTime(start), response.IsSuccessStatusCode);
    }
}

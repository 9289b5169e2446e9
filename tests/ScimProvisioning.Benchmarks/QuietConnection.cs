using System.Diagnostics;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// A connection that sends 25 requests a second, the rate that Entra expects a server to sustain. It does not wait for answers
/// before it sends the next request.
/// </summary>
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

    /// <summary>Sends requests for so long. Returns the time that each took, and how many were refused or failed.</summary>
    /// <param name="offset">When it sends its first request: the connections do not all send at the same moment.</param>
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
        using var request = operation.Next(worker: 0)[0];
        var start = Stopwatch.GetTimestamp();
        using var response = await _http.SendAsync(request, ct);
        await response.Content.LoadIntoBufferAsync(ct);
        return (Stopwatch.GetElapsedTime(start), response.IsSuccessStatusCode);
    }
}

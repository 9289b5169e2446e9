using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Benchmarks;

/// <summary>A receiver of webhooks that answers at once, and notes when each request came.</summary>
sealed partial class HookSink : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly Dictionary<string, long> _byRequest = [];
    int _count;

    HookSink(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.First()}/hooks";

    /// <summary>Requests so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>When the first event of a SCIM request came.</summary>
    public long? Of(string request)
    {
        lock (_byRequest)
            return _byRequest.TryGetValue(request, out var time) ? time : null;
    }

    public static async Task<HookSink> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var sink = new HookSink(builder.Build());
        sink._app.Run(sink.TakeAsync);
        await sink._app.StartAsync(ct);
        return sink;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        var now = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _count);
        if (RequestId().Match(text) is { Success: true } id)
            lock (_byRequest)
                _byRequest.TryAdd(id.Groups[1].Value, now);
    }

    [GeneratedRegex("\"requestId\":\"([^\"]*)\"")]
    private static partial Regex RequestId();
}

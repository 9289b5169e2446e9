using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>What OTLP over HTTP is sent to. It keeps the messages as they came: protobuf has texts in them as they are.</summary>
sealed class OtlpCollector : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<(string Path, byte[] Body)> _got = [];

    OtlpCollector(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>All bytes that came for <c>traces</c> or <c>metrics</c>.</summary>
    public string Text(string signal) =>
        string.Concat(_got.Where(message => message.Path == $"/v1/{signal}").Select(message => Encoding.UTF8.GetString(message.Body)));

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.Run(collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _got.Enqueue((http.Request.Path, body.ToArray()));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

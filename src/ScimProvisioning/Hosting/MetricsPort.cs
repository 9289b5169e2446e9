using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry.Metrics;

namespace ScimProvisioning.Hosting;

/// <summary>
/// <c>/metrics</c> on a port of its own. It is a web server of its own, so that this port serves nothing else, and the other port no
/// metrics.
/// </summary>
sealed partial class MetricsPort(MeterProvider metrics, MetricsOptions options, ILogger<MetricsPort> log) : IHostedService, IAsyncDisposable
{
    WebApplication? _app;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, 0));
        builder.WebHost.UseUrls($"http://*:{options.Port}");
        _app = builder.Build();
        _app.Use(Uncounted);
        _app.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, null, "/metrics", null, null);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new StartupException($"{e.Message} Stop the other program, or set Metrics__Port to another port.", e);
        }
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Served(BindingAddress.Parse(address).Port);
    }

    // Scrapes are none of the requests that are watched.
    static Task Uncounted(HttpContext http, RequestDelegate next)
    {
        http.Features.Get<IHttpMetricsTagsFeature>()?.MetricsDisabled = true;
        return next(http);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "/metrics is served on port {Port} to everybody who reaches it")]
    partial void Served(int port);
}

using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ScimProvisioning.Hosting;

/// <summary>
/// Traces and metrics by OpenTelemetry: sent by OTLP as the standard variables <c>OTEL_*</c> say, and served at <c>/metrics</c>. Without
/// any of these settings nothing of OpenTelemetry runs.
/// </summary>
static class Telemetry
{
    const string Name = "scim-provisioning";
    const string MetricsPath = "/metrics";
    const string OwnNames = "ScimProvisioning.*";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var options = MetricsOptions.Read(builder.Configuration);
        var (traces, metrics) = (IsSent(builder.Configuration, "TRACES"), IsSent(builder.Configuration, "METRICS"));
        if (traces || metrics || options.AreServed)
            Add(builder, options, traces, metrics);
    }

    /// <summary>Serves the metrics on the server's own port, if the settings say so.</summary>
    /// <returns>The endpoint, so that the caller can say who may use it.</returns>
    public static IEndpointConventionBuilder? MapMetrics(this WebApplication app) =>
        app.Services.GetRequiredService<MetricsOptions>().WithAdminKey ? MapPrometheus(app) : null;

    /// <summary>
    /// Whether the standard variables ask for it: a collector's address, or <c>otlp</c> as the exporter. (OpenTelemetry's own default is to
    /// send to localhost always.)
    /// </summary>
    public static bool IsSent(IConfiguration configuration, string signal)
    {
        bool Has(string name) => !string.IsNullOrWhiteSpace(configuration[name]);

        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
            return false;
        return Has($"OTEL_{signal}_EXPORTER")
            ? configuration[$"OTEL_{signal}_EXPORTER"]!.Split(',', StringSplitOptions.TrimEntries).Contains("otlp", StringComparer.Ordinal)
            : Has("OTEL_EXPORTER_OTLP_ENDPOINT") || Has($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
    }

    static void Add(WebApplicationBuilder builder, MetricsOptions options, bool traces, bool metrics)
    {
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource
                    .AddService(Name, serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3))
                    // Last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES count.
                    .AddEnvironmentVariableDetector()
            );
        if (traces)
            telemetry.WithTracing(tracing =>
                tracing
                    .AddSource(OwnNames, "Npgsql", "System.Net.Http")
                    .AddAspNetCoreInstrumentation(spans => spans.Filter = IsWorthASpan)
                    .AddProcessor(new SpanPrivacy())
                    .AddOtlpExporter()
            );
        if (metrics || options.AreServed)
            telemetry.WithMetrics(measured =>
            {
                measured.AddMeter([OwnNames, .. MetricViews.Meters]).AddView(instrument => MetricViews.Of(instrument, options));
                if (metrics)
                    measured.AddOtlpExporter();
                if (options.AreServed)
                    measured.AddPrometheusExporter(served => (served.ScopeInfoEnabled, served.TargetInfoEnabled) = (false, false));
            });
        if (options.Port is not null)
            builder.Services.AddSingleton<MetricsPort>().AddHostedService(provider => provider.GetRequiredService<MetricsPort>());
    }

    // Probes come every few seconds and say nothing.
    static bool IsWorthASpan(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments(MetricsPath);

    static IEndpointConventionBuilder MapPrometheus(WebApplication app) =>
        app.MapPrometheusScrapingEndpoint(MetricsPath).DisableHttpMetrics();
}

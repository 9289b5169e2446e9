using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace ScimProvisioning.Hosting;

/// <summary>
/// Which metrics of .NET and Npgsql are kept, and by what labels. The rest is left out: operators would have to read it, and some labels
/// have no end, such as the hosts that requests go to.
/// </summary>
static class MetricViews
{
    /// <summary>Series that one metric with the label <c>connection</c> may have; what is beyond them is counted together.</summary>
    const int MostSeries = 20_000;

    static readonly Dictionary<string, Dictionary<string, string[]>> Kept = new()
    {
        ["Microsoft.AspNetCore.Hosting"] = new()
        {
            ["http.server.request.duration"] = ["http.request.method", "http.route", "http.response.status_code"],
            ["http.server.active_requests"] = [],
        },
        ["Microsoft.AspNetCore.Server.Kestrel"] = new() { ["kestrel.active_connections"] = [] },
        ["System.Net.Http"] = new() { ["http.client.request.duration"] = ["http.response.status_code", "error.type"] },
        ["Npgsql"] = new()
        {
            ["db.client.operation.duration"] = [],
            ["db.client.operation.failed"] = [],
            ["db.client.connection.count"] = ["db.client.connection.state"],
            ["db.client.connection.max"] = [],
        },
        ["System.Runtime"] = new()
        {
            ["dotnet.process.cpu.time"] = [],
            ["dotnet.process.memory.working_set"] = [],
            ["dotnet.gc.collections"] = ["gc.heap.generation"],
            ["dotnet.gc.pause.time"] = [],
            ["dotnet.thread_pool.thread.count"] = [],
            ["dotnet.thread_pool.queue.length"] = [],
            ["dotnet.exceptions"] = [],
        },
    };

    public static IEnumerable<string> Meters => Kept.Keys;

    public static MetricStreamConfiguration? Of(Instrument instrument, MetricsOptions options)
    {
        if (Kept.TryGetValue(instrument.Meter.Name, out var metrics))
            return metrics.TryGetValue(instrument.Name, out var labels) ? new() { TagKeys = labels } : MetricStreamConfiguration.Drop;
        return options.ConnectionLabel ? new() { CardinalityLimit = MostSeries } : null;
    }
}

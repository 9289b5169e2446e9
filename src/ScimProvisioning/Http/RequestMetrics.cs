using System.Diagnostics;
using System.Diagnostics.Metrics;
using Scim;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Http.Replies;

namespace ScimProvisioning.Http;

/// <summary>What an operator watches of SCIM: the meter <c>ScimProvisioning.Requests</c>. The span of a request gets the same.</summary>
sealed class RequestMetrics
{
    const string ConnectionTag = "connection";

    static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    readonly Counter<long> _requests;
    readonly Histogram<double> _duration;
    readonly bool _byConnection;

    public RequestMetrics(IMeterFactory meters, MetricsOptions options)
    {
        var meter = meters.Create("ScimProvisioning.Requests");
        _requests = meter.CreateCounter<long>("scim.requests", "{request}", "SCIM requests that were answered.");
        _duration = meter.CreateHistogram(
            "scim.request.duration",
            "s",
            "From a SCIM request to the end of its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds }
        );
        _byConnection = options.ConnectionLabel;
    }

    public bool IsWatched => _requests.Enabled || _duration.Enabled;

    public void Answered(HttpContext http, TimeSpan took)
    {
        var (resource, operation) = (ResourceOf(http), OperationOf(http));
        var connection = CurrentConnection.Of(http)?.Id;
        if (System.Diagnostics.Activity.Current is { Recorded: true } span)
            span.SetTag("scim.connection.id", connection?.ToString()).SetTag("scim.resource", resource).SetTag("scim.operation", operation);
        var tags = new TagList { { "resource", resource }, { "op", operation } };
        _duration.Record(took.TotalSeconds, tags);
        tags.Add("status", http.Response.StatusCode);
        if (_byConnection)
            tags.Add(ConnectionTag, connection?.ToString() ?? "none");
        _requests.Add(1, tags);
    }

    // The names of registered types are the customer's, and so are those that do not exist.
    static string ResourceOf(HttpContext http) =>
        RequestNote.RouteOf(http)["collection"] is not string collection
        || CurrentConnection.Of(http) is not { Connection.Types: var types }
            ? "none"
        : types.ForCollection(collection)?.Name is { } name && (name == ResourceType.User.Name || name == ResourceType.Group.Name) ? name
        : "other";

    static string OperationOf(HttpContext http)
    {
        if (RequestNote.PatternOf(http)?.EndsWith("/Bulk", StringComparison.Ordinal) is true)
            return "bulk";
        var noted = RequestNote.Of(http).Operation;
        return (noted is RequestOperation.Other ? RequestNote.Asked(http) : noted) switch
        {
            RequestOperation.Get => "read",
            RequestOperation.List or RequestOperation.Find or RequestOperation.Probe => "search",
            RequestOperation.Create => "create",
            RequestOperation.Replace => "replace",
            RequestOperation.Patch => "patch",
            RequestOperation.Delete => "delete",
            RequestOperation.Discovery => "discovery",
            _ => "none",
        };
    }
}

/// <summary>Measures SCIM requests.</summary>
static class RequestMeasuring
{
    /// <summary>Comes first, so that the answer is complete when it is measured. While nobody watches, it does nothing.</summary>
    public static void UseRequestMetrics(this WebApplication app)
    {
        var metrics = app.Services.GetRequiredService<RequestMetrics>();
        app.Use(
            (http, next) =>
                metrics.IsWatched || System.Diagnostics.Activity.Current is { Recorded: true }
                    ? MeasureAsync(metrics, http, next)
                    : next(http)
        );
    }

    static async Task MeasureAsync(RequestMetrics metrics, HttpContext http, RequestDelegate next)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            if (ScimErrorWriter.IsScim(http))
                metrics.Answered(http, Stopwatch.GetElapsedTime(began));
        }
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Diagnostics;
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
        RouteValues(http)["collection"] is not string collection || CurrentConnection.Of(http) is not { Connection.Types: var types }
            ? "none"
        : types.ForCollection(collection)?.Name is { } name && (name == ResourceType.User.Name || name == ResourceType.Group.Name) ? name
        : "other";

    static string OperationOf(HttpContext http)
    {
        var (method, values) = (http.Request.Method, RouteValues(http));
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        return PatternOf(http) switch
        {
            null => "none",
            var pattern when pattern.EndsWith("/.search", StringComparison.Ordinal) => "search",
            var pattern when pattern.EndsWith("/Bulk", StringComparison.Ordinal) => "bulk",
            _ when values.ContainsKey("id") && values.ContainsKey("collection") => isRead ? "read" : OfResource(method),
            _ when values.ContainsKey("collection") => isRead ? "search"
            : HttpMethods.IsPost(method) ? "create"
            : "none",
            _ => isRead ? "discovery" : "none",
        };
    }

    static string OfResource(string method) =>
        HttpMethods.IsPut(method) ? "replace"
        : HttpMethods.IsPatch(method) ? "patch"
        : HttpMethods.IsDelete(method) ? "delete"
        : "none";

    // A failed request has lost its endpoint; the handler of exceptions has kept it.
    static RouteValueDictionary RouteValues(HttpContext http) =>
        http.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? http.Request.RouteValues;

    static string? PatternOf(HttpContext http) =>
        ((http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText;
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

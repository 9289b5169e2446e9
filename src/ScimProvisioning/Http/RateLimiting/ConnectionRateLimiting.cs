using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Connections;

namespace ScimProvisioning.Http.RateLimiting;

/// <summary>
/// Keeps one connection from slowing down the others: each may have a few requests in work at the same time, and a queue before them. A
/// connection that has the server for itself may have more in work. Each server counts for itself.
/// </summary>
static class ConnectionRateLimiting
{
    public static void AddConnectionRateLimiting(this WebApplicationBuilder builder)
    {
        var limits = RateLimits.Read(builder.Configuration);
        builder.Services.AddSingleton<RecentTraffic>();
        builder.Services.AddSingleton<RateLimitLog>();
        // In this order a request that the first limiter refuses does not count against the rate.
        builder.Services.AddSingleton(_ => new ChainedLimiter<HttpContext>(
            new ShortWait(ConcurrencyLimiter(limits)),
            RequestRateLimiter(limits)
        ));
        builder
            .Services.AddOptions<RateLimiterOptions>()
            .Configure((RateLimiterOptions options, ChainedLimiter<HttpContext> chained) => options.GlobalLimiter = chained.Limiter);
        builder.Services.AddRateLimiter(options =>
        {
            // The text comes from ScimErrorWriter.
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                context.HttpContext.RequestServices.GetRequiredService<RateLimitLog>().Record(ConnectionOf(context.HttpContext));
                return ValueTask.CompletedTask;
            };
        });
    }

    /// <summary>Comes after authorization, when the request's connection is known. A request of no connection is not limited.</summary>
    public static void UseConnectionRateLimiting(this WebApplication app) =>
        app.UseWhen(http => CurrentConnection.Of(http) is not null, scim => scim.UseRateLimiter());

    static PartitionedRateLimiter<HttpContext> ConcurrencyLimiter(RateLimits limits) =>
        PartitionedRateLimiter.Create<HttpContext, (Guid, bool Alone)>(http =>
        {
            var connection = ConnectionOf(http);
            var alone = http.RequestServices.GetRequiredService<RecentTraffic>().IsAlone(connection);
            return RateLimitPartition.GetConcurrencyLimiter(
                (connection, Alone: alone),
                key =>
                    new()
                    {
                        PermitLimit = key.Alone ? limits.ConcurrencyAlone : limits.Concurrency,
                        QueueLimit = limits.Queue,
                        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                    }
            );
        });

    static PartitionedRateLimiter<HttpContext> RequestRateLimiter(RateLimits limits) =>
        PartitionedRateLimiter.Create<HttpContext, Guid>(http =>
            RateLimitPartition.GetTokenBucketLimiter(
                ConnectionOf(http),
                _ =>
                    new()
                    {
                        TokenLimit = limits.RequestsPerSecond,
                        TokensPerPeriod = limits.RequestsPerSecond,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    }
            )
        );

    static Guid ConnectionOf(HttpContext http) => CurrentConnection.Of(http)!.Id;
}

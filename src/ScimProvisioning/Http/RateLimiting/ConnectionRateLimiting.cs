using System.Threading.RateLimiting;
using ScimProvisioning.Auth.Connections;

namespace ScimProvisioning.Http.RateLimiting;

/// <summary>
/// Keeps one connection from taking the server from the others: each has its own few turns and its own queue before them.
/// Only one that is alone gets more turns, for it takes them from nobody. Every server counts for itself.
/// </summary>
static class ConnectionRateLimiting
{
    public static void AddConnectionRateLimiting(this WebApplicationBuilder builder)
    {
        var limits = RateLimits.Read(builder.Configuration);
        builder.Services.AddSingleton<RecentTraffic>();
        builder.Services.AddSingleton<RateLimitLog>();
        builder.Services.AddRateLimiter(options =>
        {
            // The text comes from ScimErrorWriter.
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                context.HttpContext.RequestServices.GetRequiredService<RateLimitLog>().Add(ConnectionOf(context.HttpContext));
                return ValueTask.CompletedTask;
            };
            // The bucket comes second: who is refused for want of a turn has not paid for one, and who waits for it pays once.
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(Turns(limits), Bucket(limits));
        });
    }

    /// <summary>After authorization, when it is known whose request it is. What belongs to no connection passes by.</summary>
    public static void UseConnectionRateLimiting(this WebApplication app) =>
        app.UseWhen(http => CurrentConnection.Of(http) is not null, scim => scim.UseRateLimiter());

    static PartitionedRateLimiter<HttpContext> Turns(RateLimits limits) =>
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

    static PartitionedRateLimiter<HttpContext> Bucket(RateLimits limits) =>
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

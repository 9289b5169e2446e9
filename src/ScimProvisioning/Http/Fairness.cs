using System.Threading.RateLimiting;
using ScimProvisioning.Auth;

namespace ScimProvisioning.Http;

/// <summary>
/// Keeps one connection from taking the server from the others: each has its own few turns and its own queue before them.
/// Only one that is alone gets more turns, for it takes them from nobody. Every server counts for itself.
/// </summary>
static class Fairness
{
    public static void AddFairness(this WebApplicationBuilder builder)
    {
        var limits = Limits.Read(builder.Configuration);
        builder.Services.AddSingleton<Neighbours>();
        builder.Services.AddSingleton<Refusals>();
        builder.Services.AddRateLimiter(options =>
        {
            // The text comes from ScimErrorWriter.
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = (context, _) =>
            {
                context.HttpContext.RequestServices.GetRequiredService<Refusals>().Add(ConnectionOf(context.HttpContext));
                return ValueTask.CompletedTask;
            };
            // The bucket comes second: who is refused for want of a turn has not paid for one, and who waits for it pays once.
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(Turns(limits), Bucket(limits));
        });
    }

    /// <summary>After authorization, when it is known whose request it is. What belongs to no connection passes by.</summary>
    public static void UseFairness(this WebApplication app) =>
        app.UseWhen(http => CurrentConnection.Of(http) is not null, scim => scim.UseRateLimiter());

    static PartitionedRateLimiter<HttpContext> Turns(Limits limits) =>
        PartitionedRateLimiter.Create<HttpContext, (Guid, bool Alone)>(http =>
        {
            var connection = ConnectionOf(http);
            var alone = http.RequestServices.GetRequiredService<Neighbours>().IsAlone(connection);
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

    static PartitionedRateLimiter<HttpContext> Bucket(Limits limits) =>
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

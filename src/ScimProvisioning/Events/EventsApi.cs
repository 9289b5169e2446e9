using ScimProvisioning.Events.Feed;
using ScimProvisioning.Events.Snapshots;
using ScimProvisioning.Events.Webhooks;

namespace ScimProvisioning.Events;

/// <summary>How the application is told: each feature's use cases are registered, and its endpoints are mapped.</summary>
static class EventsApi
{
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSingleton<FeedWaiters>().AddHostedService(provider => provider.GetRequiredService<FeedWaiters>());
        services.AddScoped<FeedUseCases>();
        services.AddSingleton<SnapshotWalk>().AddHostedService<SnapshotWorker>();
        services.AddScoped<SnapshotUseCases>();
        services.AddWebhooks();
        services.ConfigureSwaggerGen(EventOpenApi.Describe);
        return services;
    }

    /// <summary>Maps the endpoints below <c>/api/v1</c>.</summary>
    /// <param name="api">The group with authorization, validation and transactions around every endpoint.</param>
    public static void MapEvents(this RouteGroupBuilder api)
    {
        api.MapFeed();
        api.MapSnapshots();
        api.MapWebhooks();
    }
}

using ScimProvisioning.Activity.Health;
using ScimProvisioning.Activity.History;
using ScimProvisioning.Activity.Requests;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Activity.Why;

namespace ScimProvisioning.Activity;

/// <summary>What has happened: each feature's use cases are registered, and its endpoints are mapped.</summary>
static class ActivityApi
{
    public static IServiceCollection AddActivity(this IServiceCollection services)
    {
        services.AddSingleton(provider => ActivityOptions.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<RequestLog>().AddHostedService(provider => provider.GetRequiredService<RequestLog>());
        services.AddSingleton<RunMetrics>();
        services.AddSingleton<RunCloser>().AddHostedService(provider => provider.GetRequiredService<RunCloser>());
        services.AddSingleton<LiveCounts>();
        services.AddScoped<RequestUseCases>().AddScoped<RunUseCases>().AddScoped<WhyUseCases>();
        services.AddScoped<HistorySubjects>().AddScoped<HistoryUseCases>().AddScoped<StateUseCases>();
        services.AddScoped<HealthUseCases>();
        return services;
    }

    /// <summary>Maps the endpoints below <c>/api/v1</c>.</summary>
    /// <param name="api">The group with authorization, validation and transactions around every endpoint.</param>
    public static void MapActivity(this RouteGroupBuilder api)
    {
        api.MapRequests();
        api.MapRuns();
        api.MapWhy();
        api.MapHistory();
        api.MapConnectionHealth();
    }
}

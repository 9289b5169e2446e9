using ScimProvisioning.Support.Bundles;
using ScimProvisioning.Support.Instructions;
using ScimProvisioning.Support.Schedules;
using ScimProvisioning.Support.SelfTests;

namespace ScimProvisioning.Support;

/// <summary>What helps when something is wrong: each feature's use cases are registered, and its endpoints are mapped.</summary>
static class SupportApi
{
    public static IServiceCollection AddSupport(this IServiceCollection services)
    {
        services.AddScoped<SelfTestUseCases>();
        services.AddScoped<SupportBundle>().AddScoped<BundledWebhooks>().AddSingleton<BundledSettings>();
        services.AddScoped<ShareLinkUseCases>().AddSingleton<BundleTurns>();
        services.AddSingleton(ScheduledJob.Reconciliation).AddSingleton(ScheduledJob.Snapshot);
        services.AddSingleton<ScheduleWorker>().AddHostedService(provider => provider.GetRequiredService<ScheduleWorker>());
        services.AddScoped<ScheduleUseCases>();
        services.AddScoped<InstructionUseCases>();
        return services;
    }

    /// <summary>Maps the endpoints below <c>/api/v1</c>.</summary>
    /// <param name="api">The group with authorization, validation and transactions around every endpoint.</param>
    public static void MapSupport(this RouteGroupBuilder api)
    {
        api.MapSelfTest();
        api.MapBundles();
        api.MapSchedules();
        api.MapInstructions();
    }
}

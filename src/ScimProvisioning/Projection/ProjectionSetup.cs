namespace ScimProvisioning.Projection;

/// <summary>Registers the services of this folder.</summary>
static class ProjectionSetup
{
    public static IServiceCollection AddProjection(this IServiceCollection services)
    {
        services.AddSingleton<ProjectionMetrics>();
        services.AddSingleton<ConnectionProjection>();
        services.AddSingleton<PendingConnections>();
        services.AddSingleton<ProjectionWorker>().AddHostedService(provider => provider.GetRequiredService<ProjectionWorker>());
        services.AddSingleton<GuardReminders>().AddHostedService(provider => provider.GetRequiredService<GuardReminders>());
        return services;
    }
}

namespace ScimProvisioning.Events.Webhooks;

/// <summary>Registers the services of this folder.</summary>
static class WebhookSetup
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton(provider => WebhookOptions.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<WebhookMetrics>().AddSingleton<WebhookSecrets>().AddSingleton<WebhookClient>();
        services.AddSingleton<WebhookDisabling>().AddSingleton<EndpointDelivery>();
        services.AddSingleton<WebhookWorker>().AddHostedService(provider => provider.GetRequiredService<WebhookWorker>());
        services.AddScoped<WebhookUseCases>().AddScoped<DeliveryUseCases>().AddScoped<WebhookTest>();
        return services;
    }
}

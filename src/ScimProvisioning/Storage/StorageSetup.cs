using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Storage;

/// <summary>Registers the services of this folder.</summary>
static class StorageSetup
{
    /// <summary>
    /// The connection pool of <c>ConnectionStrings:Postgres</c>, the <see cref="ScimDbContext"/> on it, and the resources.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => PostgresPool.CreateDataSource(PostgresPool.ConnectionString(configuration)));
        services.AddDbContextFactory<ScimDbContext>(
            (provider, options) => PostgresPool.Configure(options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()))
        );
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<ScimDbContext>>().CreateDbContext());
        services.AddSingleton<Outages>().AddHostedService(provider => provider.GetRequiredService<Outages>());
        services.AddSingleton<ConnectionTypes>();
        services.AddSingleton<ChangeSignal>();
        services.AddSingleton<EventSignal>().AddSingleton<LastEvent>().AddSingleton<EventMonths>().AddSingleton<EventReader>();
        services.AddSingleton<RecentResources>().AddSingleton<LargeGroups>();
        services.AddSingleton<ResourceStore>().AddSingleton<MemberStore>();
        services.AddSingleton<ResourcePages>();
        return services;
    }
}

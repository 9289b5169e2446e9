using ScimProvisioning.Directory.Attributes;
using ScimProvisioning.Directory.Groups;
using ScimProvisioning.Directory.Imports;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Directory.Plans;
using ScimProvisioning.Directory.Purge;
using ScimProvisioning.Directory.Reconciliations;
using ScimProvisioning.Directory.Standing;
using ScimProvisioning.Directory.Users;
using ScimProvisioning.Projection;

namespace ScimProvisioning.Directory;

/// <summary>
/// The features of the directory as it is released: what the application calls, and what admins set for it. Each has messages, a class of
/// use cases and endpoints, and stands here twice: its use cases are registered, and its endpoints are mapped.
/// </summary>
static class DirectoryApi
{
    /// <summary>Registers the use cases, and what the endpoints need around them.</summary>
    public static IServiceCollection AddDirectory(this IServiceCollection services)
    {
        services.AddScoped<ServerRulesChange>().AddScoped<AttributeUseCases>().AddScoped<RoleUseCases>();
        services.AddScoped<RuleStore>().AddScoped<ScopeCounts>().AddScoped<MappingUseCases>();
        services.AddSingleton<SampleCache>().AddScoped<SuggestionUseCases>();
        services.AddSingleton<Preview>();
        services.AddSingleton<PreviewRun>().AddSingleton<PlanWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<PlanWorker>());
        services.AddScoped<PreviewUseCases>().AddScoped<PlanUseCases>();
        services.AddScoped<ProblemUseCases>().AddScoped<ProjectionUseCases>().AddScoped<RestoreUseCases>();
        services.AddSingleton<ReleasedList>().AddSingleton<KnownCatalogue>();
        services.AddScoped<GuardUseCases>();
        services.AddScoped<PurgeUseCases>();
        services.AddScoped<UserUseCases>();
        services.AddScoped<ResolveUseCases>();
        services.AddScoped<PeopleUseCases>();
        services.AddScoped<MergeUseCases>();
        services.AddScoped<GroupUseCases>().AddScoped<ReceivedGroupUseCases>();
        services.AddScoped<ImportUseCases>();
        services.AddScoped<ReconciliationUseCases>().AddScoped<ReconciliationApply>();
        services.ConfigureSwaggerGen(PersonOpenApi.Describe);
        services.ConfigureSwaggerGen(GroupMemberOpenApi.Describe);
        services.ConfigureSwaggerGen(ImportOpenApi.Describe);
        return services;
    }

    /// <summary>Maps the endpoints below <c>/api/v1</c>.</summary>
    /// <param name="api">The group with authorization, validation and transactions around every endpoint.</param>
    public static void MapDirectory(this RouteGroupBuilder api)
    {
        api.MapAttributes();
        api.MapMappings();
        api.MapPlans();
        api.MapStanding();
        api.MapGuard();
        api.MapPurge();
        api.MapUsers();
        api.MapResolve();
        api.MapPeople();
        api.MapGroups();
        api.MapImports();
        api.MapReconciliations();
    }
}

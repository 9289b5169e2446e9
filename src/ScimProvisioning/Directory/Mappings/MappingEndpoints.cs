using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>The routes of the rules of a connection.</summary>
static class MappingEndpoints
{
    public static void MapMappings(this RouteGroupBuilder api)
    {
        MapMapping(
            api.MapConnectionGroup("/mapping")
                .WithTag("Mapping", "How the users of a connection become people, whom it lets through, roles.")
        );
        MapScope(api.MapConnectionGroup("/scope").WithTags("Mapping"));
        MapRoles(api.MapConnectionGroup("/role-mappings").WithTags("Mapping"));
    }

    static void MapMapping(RouteGroupBuilder mapping)
    {
        mapping
            .MapGet(
                "",
                async (Guid id, MappingUseCases rules, CancellationToken ct) => TypedResults.Ok(await rules.GetMappingAsync(id, ct))
            )
            .WithName("getMapping")
            .WithSummary("Read the mapping");
        mapping
            .MapPut(
                "",
                async (Guid id, MappingBody request, MappingUseCases rules, CancellationToken ct) =>
                    TypedResults.Ok(await rules.ReplaceMappingAsync(id, request, ct))
            )
            .WithName("replaceMapping")
            .WithSummary("Replace the mapping at once, without a plan")
            .ProducesValidationProblem();
        mapping
            .MapDelete(
                "",
                async (Guid id, MappingUseCases rules, CancellationToken ct) =>
                {
                    await rules.ResetMappingAsync(id, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("resetMapping")
            .WithSummary("Return to the default mapping");
        mapping
            .MapGet(
                "/suggestions",
                async (Guid id, [AsParameters] SuggestionQuery query, SuggestionUseCases suggestions, CancellationToken ct) =>
                    TypedResults.Ok(await suggestions.GetAsync(id, query, ct))
            )
            .WithName("listMappingSuggestions")
            .WithSummary("What was received, with samples and the attributes that it may be")
            .ProducesValidationProblem();
    }

    static void MapScope(RouteGroupBuilder scope)
    {
        scope
            .MapGet("", async (Guid id, MappingUseCases rules, CancellationToken ct) => TypedResults.Ok(await rules.GetScopeAsync(id, ct)))
            .WithName("getScope")
            .WithSummary("Read the scope, with the members of its groups");
        scope
            .MapPut(
                "",
                async (Guid id, ScopeBody request, MappingUseCases rules, CancellationToken ct) =>
                    TypedResults.Ok(await rules.ReplaceScopeAsync(id, request, ct))
            )
            .WithName("replaceScope")
            .WithSummary("Replace the scope at once, without a plan")
            .ProducesValidationProblem();
        scope
            .MapDelete(
                "",
                async (Guid id, MappingUseCases rules, CancellationToken ct) =>
                {
                    await rules.ResetScopeAsync(id, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("resetScope")
            .WithSummary("Let everybody through");
    }

    static void MapRoles(RouteGroupBuilder roles)
    {
        roles
            .MapGet(
                "",
                async (Guid id, MappingUseCases rules, CancellationToken ct) => TypedResults.Ok(await rules.GetRoleMappingsAsync(id, ct))
            )
            .WithName("getRoleMappings")
            .WithSummary("Read who has which role");
        roles
            .MapPut(
                "",
                async (Guid id, RoleMappingsBody request, MappingUseCases rules, CancellationToken ct) =>
                    TypedResults.Ok(await rules.ReplaceRoleMappingsAsync(id, request, ct))
            )
            .WithName("replaceRoleMappings")
            .WithSummary("Replace who has which role at once, without a plan")
            .ProducesValidationProblem();
        roles
            .MapDelete(
                "",
                async (Guid id, MappingUseCases rules, CancellationToken ct) =>
                {
                    await rules.ResetRoleMappingsAsync(id, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("resetRoleMappings")
            .WithSummary("Give nobody a role");
    }
}

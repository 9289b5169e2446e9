using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Keys;

/// <summary>The routes of the keys to the admin API itself.</summary>
static class AdminKeyEndpoints
{
    const string Path = "/admin-keys";

    public static void MapAdminKeys(this RouteGroupBuilder admin)
    {
        var keys = admin.MapGroup(Path).WithTag("Admin keys", "The keys to this API.").WithParameter("id", "The id of the admin key.");
        keys.MapPost(
                "",
                async (CreateAdminKeyRequest request, AdminKeyUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateAsync(request, ct);
                    return TypedResults.Created($"{ApiRoutes.Root}{Path}/{created.Id}", created);
                }
            )
            .WithName("createAdminKey")
            .WithSummary("Make an admin key; it is shown this once")
            .ProducesValidationProblem();
        keys.MapGet(
                "",
                async ([AsParameters] PageRequest page, AdminKeyUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(page, ct))
            )
            .WithName("listAdminKeys")
            .WithSummary("List the admin keys, the configured one first, without their secrets")
            .ProducesValidationProblem();

        var key = keys.MapGroup("{id:guid}").ProducesProblem(StatusCodes.Status404NotFound);
        key.MapGet("", async (Guid id, AdminKeyUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct)))
            .WithName("getAdminKey")
            .WithSummary("Read an admin key, without its secret");
        key.MapPost(
                "revoke",
                async (Guid id, AdminKeyUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.RevokeAsync(id, ct))
            )
            .WithName("revokeAdminKey")
            .WithSummary("Revoke an admin key, from the next request on")
            .ProducesProblem(StatusCodes.Status409Conflict);
        key.MapDelete(
                "",
                async (Guid id, AdminKeyUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.RevokeAsync(id, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteAdminKey")
            .WithSummary("Revoke an admin key, from the next request on")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }
}

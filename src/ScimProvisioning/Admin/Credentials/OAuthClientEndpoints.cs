using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>The routes of the OAuth clients of a connection and of their secrets.</summary>
static class OAuthClientEndpoints
{
    const string Path = "/oauth-clients";

    public static void MapOAuthClients(this RouteGroupBuilder admin)
    {
        var clients = admin
            .MapConnectionGroup(Path)
            .WithTag("OAuth clients", "The OAuth clients of a connection: identity providers that fetch short-lived access tokens.")
            .WithParameter("clientRowId", "The id of the OAuth client in this API; its client_id is another.")
            .WithParameter("secretId", "The id of the secret.");
        MapClients(clients);
        MapSecrets(clients.MapGroup("{clientRowId:guid}/secrets"));
    }

    static void MapClients(RouteGroupBuilder clients)
    {
        clients
            .MapPost(
                "",
                async (Guid id, CreateOAuthClientRequest? request, OAuthClientUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateAsync(id, request ?? new(), ct);
                    return TypedResults.Created($"{ApiRoutes.OfConnection(id)}{Path}/{created.Id}", created);
                }
            )
            .WithName("createOAuthClient")
            .WithSummary("Make an OAuth client; its secret is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        clients
            .MapGet(
                "",
                async (Guid id, [AsParameters] PageRequest page, OAuthClientUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, page, ct))
            )
            .WithName("listOAuthClients")
            .WithSummary("List the OAuth clients of a connection, oldest first, without their secrets")
            .ProducesValidationProblem();
        clients
            .MapGet(
                "{clientRowId:guid}",
                async (Guid id, Guid clientRowId, OAuthClientUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, clientRowId, ct))
            )
            .WithName("getOAuthClient")
            .WithSummary("Read an OAuth client, without its secrets");
        clients
            .MapPost(
                "{clientRowId:guid}/revoke",
                async (Guid id, Guid clientRowId, OAuthClientUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.RevokeAsync(id, clientRowId, ct))
            )
            .WithName("revokeOAuthClient")
            .WithSummary("Revoke an OAuth client and its access tokens, from the next request on");
        clients
            .MapDelete(
                "{clientRowId:guid}",
                async (Guid id, Guid clientRowId, OAuthClientUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.RevokeAsync(id, clientRowId, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteOAuthClient")
            .WithSummary("Revoke an OAuth client and its access tokens, from the next request on");
    }

    static void MapSecrets(RouteGroupBuilder secrets)
    {
        secrets
            .MapPost(
                "",
                async (Guid id, Guid clientRowId, CreateClientSecretRequest? request, OAuthClientUseCases useCases, CancellationToken ct) =>
                    TypedResults.Created((string?)null, await useCases.CreateSecretAsync(id, clientRowId, request ?? new(), ct))
            )
            .WithName("createClientSecret")
            .WithSummary("Make another secret of an OAuth client; it is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        secrets
            .MapDelete(
                "{secretId:guid}",
                async (Guid id, Guid clientRowId, Guid secretId, OAuthClientUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.RevokeSecretAsync(id, clientRowId, secretId, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("revokeClientSecret")
            .WithSummary("Revoke a secret; access tokens that were fetched with it live on for their hour");
    }
}

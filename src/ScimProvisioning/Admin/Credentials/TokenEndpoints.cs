using Microsoft.AspNetCore.Http.HttpResults;
using ScimProvisioning.Api;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>The routes of the secret tokens of a connection.</summary>
static class TokenEndpoints
{
    const string Path = "/tokens";

    public static void MapTokens(this RouteGroupBuilder admin)
    {
        var tokens = admin
            .MapConnectionGroup(Path)
            .WithTag("Tokens", "The secret tokens that the identity provider sends with each request.")
            .WithParameter("tokenId", "The id of the token.");
        tokens
            .MapPost(
                "",
                async (Guid id, CreateTokenRequest? request, TokenUseCases useCases, CancellationToken ct) =>
                    Created(id, await useCases.CreateAsync(id, request ?? new(), ct))
            )
            .WithName("createToken")
            .WithSummary("Make a secret token; it is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        tokens
            .MapGet(
                "",
                async (Guid id, [AsParameters] PageRequest page, TokenUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, page, ct))
            )
            .WithName("listTokens")
            .WithSummary("List the tokens of a connection, oldest first, without their secrets")
            .ProducesValidationProblem();
        tokens
            .MapGet(
                "{tokenId:guid}",
                async (Guid id, Guid tokenId, TokenUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, tokenId, ct))
            )
            .WithName("getToken")
            .WithSummary("Read a token, without its secret");
        tokens
            .MapPost(
                "{tokenId:guid}/rotate",
                async (Guid id, Guid tokenId, RotateTokenRequest? request, TokenUseCases useCases, CancellationToken ct) =>
                    Created(id, await useCases.RotateAsync(id, tokenId, request ?? new(), ct))
            )
            .WithName("rotateToken")
            .WithSummary("Make a token in place of another, which stays good for a while; the new one is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        tokens
            .MapPost(
                "{tokenId:guid}/revoke",
                async (Guid id, Guid tokenId, TokenUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.RevokeAsync(id, tokenId, ct))
            )
            .WithName("revokeToken")
            .WithSummary("Revoke a token, from the next request on");
        tokens
            .MapDelete(
                "{tokenId:guid}",
                async (Guid id, Guid tokenId, TokenUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.RevokeAsync(id, tokenId, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteToken")
            .WithSummary("Revoke a token, from the next request on");
    }

    static Created<CreatedTokenResponse> Created(Guid connectionId, CreatedTokenResponse created) =>
        TypedResults.Created($"{ApiRoutes.OfConnection(connectionId)}{Path}/{created.Id}", created);
}

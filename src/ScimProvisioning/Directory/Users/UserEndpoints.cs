using System.Text.Json.Nodes;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Directory.Users;

/// <summary>The routes of people as the application sees them.</summary>
static class UserEndpoints
{
    public static void MapUsers(this RouteGroupBuilder api)
    {
        var users = api.MapGroup("/users")
            .WithTag("Users", "People as the application sees them.")
            .WithParameter("id", "The id of the person.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        users
            .MapGet(
                "",
                async (
                    [AsParameters] UserQuery query,
                    [AsParameters] PageRequest page,
                    HttpContext http,
                    UserUseCases useCases,
                    CancellationToken ct
                ) => http.Response.OkFrom(await useCases.ListAsync(CurrentAdmin.Of(http).Reach, query, page, ct))
            )
            .WithItsOwnTransactions()
            .WithName("listUsers")
            .WithSummary("List people, or look them up")
            .WithEventsPosition()
            .ForApplications()
            .ProducesValidationProblem();
        users
            .MapGet(
                "{id:guid}",
                async (Guid id, UserUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct))
            )
            .WithName("getUser")
            .WithSummary("Read a person")
            .ForApplications();
        users
            .MapPatch(
                "{id:guid}",
                async (Guid id, EditBody body, UserUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.EditAsync(id, body.Json, ct))
            )
            .WithName("updateUser")
            .WithSummary("Set appUserId, localAttributes and attributes that are not managed; null clears")
            .Accepts<JsonObject>(ScimMediaType.Json)
            .ForApplications()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        api.MapConnectionGroup("/attributes/schema")
            .WithTags("Users")
            .MapGet("", async (Guid id, UserUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.SchemaAsync(id, ct)))
            .WithName("getAttributesSchema")
            .WithSummary("Read what a form may edit in the people of a connection, as a JSON Schema with readOnly for what is managed")
            .ForApplications();
    }
}

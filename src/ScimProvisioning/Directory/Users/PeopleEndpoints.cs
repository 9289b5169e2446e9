using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Users;

/// <summary>The routes by which admins see what was received beside what the application sees, and put right who is there twice.</summary>
static class PeopleEndpoints
{
    public static void MapPeople(this RouteGroupBuilder api)
    {
        api.MapConnectionGroup("/people")
            .WithTags("Users")
            .MapGet(
                "",
                async (
                    Guid id,
                    [AsParameters] PeopleQuery query,
                    [AsParameters] PageRequest page,
                    PeopleUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListAsync(id, query, page, ct))
            )
            .WithName("listPeople")
            .WithSummary("List the received users, each beside what the application sees of it")
            .ProducesValidationProblem();
        api.MapConnectionGroup("/duplicates")
            .WithTags("Users")
            .MapGet("", async (Guid id, MergeUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.ListAsync(id, ct)))
            .WithName("listDuplicates")
            .WithSummary("List people of a connection who may be the same, with a proposal whom to merge into whom");
        api.MapGroup("/users/{id:guid}/merge")
            .WithTags("Users")
            .WithParameter("id", "The id of the person without a live SCIM resource, who is merged into the other one.")
            .MapPost(
                "",
                async (Guid id, MergeRequest request, MergeUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.MergeAsync(id, request, ct))
            )
            .ThatTellsOfPeople()
            .WithName("mergeUser")
            .WithSummary("Merge a person into another one of the same connection, who gets what he lacks")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }
}

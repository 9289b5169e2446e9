using ScimProvisioning.Api;

namespace ScimProvisioning.Activity.History;

/// <summary>The routes of what has happened to a person or a group.</summary>
static class HistoryEndpoints
{
    public static void MapHistory(this RouteGroupBuilder api)
    {
        var user = api.MapConnectionGroup("/users/{userId:guid}")
            .WithTags("Activity")
            .WithParameter("userId", "The id of the person, or of the SCIM user.");
        user.MapGet(
                "/history",
                async (Guid id, Guid userId, [AsParameters] HistoryQuery query, HistoryUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.OfUserAsync(id, userId, query, ct))
            )
            .WithName("listUserHistory")
            .WithSummary("List what has happened to a person, newest first, and when each attribute changed last")
            .ProducesValidationProblem();
        user.MapGet(
                "/state",
                async (Guid id, Guid userId, [AsParameters] StateQuery query, StateUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.OfUserAsync(id, userId, query, ct))
            )
            .WithName("getUserState")
            .WithSummary("Read a person as he was at a moment")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status410Gone);
        var group = api.MapConnectionGroup("/groups/{groupId:guid}").WithTags("Activity").WithParameter("groupId", "The id of the group.");
        group
            .MapGet(
                "/history",
                async (Guid id, Guid groupId, [AsParameters] HistoryQuery query, HistoryUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.OfGroupAsync(id, groupId, query, ct))
            )
            .WithName("listGroupHistory")
            .WithSummary("List what has happened to a group, newest first, and when its members changed last")
            .ProducesValidationProblem();
        group
            .MapGet(
                "/state",
                async (Guid id, Guid groupId, [AsParameters] StateQuery query, StateUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.OfGroupAsync(id, groupId, query, ct))
            )
            .WithName("getGroupState")
            .WithSummary("Read a group as it was at a moment")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status410Gone);
    }
}

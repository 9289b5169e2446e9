using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;

namespace ScimProvisioning.Directory.Groups;

/// <summary>The routes of groups as the application sees them, and as they were received.</summary>
static class GroupEndpoints
{
    public static void MapGroups(this RouteGroupBuilder api)
    {
        var groups = api.MapGroup("/groups")
            .WithTag("Groups", "Groups as the application sees them.")
            .WithParameter("id", "The id of the group.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        groups
            .MapGet(
                "",
                async (
                    [AsParameters] GroupQuery query,
                    [AsParameters] PageRequest page,
                    HttpContext http,
                    GroupUseCases useCases,
                    CancellationToken ct
                ) => http.Response.OkFrom(await useCases.ListAsync(CurrentAdmin.Of(http).Reach, query, page, ct))
            )
            .WithItsOwnTransactions()
            .WithName("listGroups")
            .WithSummary("List groups, or look them up")
            .WithEventsPosition()
            .ForApplications()
            .ProducesValidationProblem();
        groups
            .MapGet(
                "{id:guid}",
                async (Guid id, GroupUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct))
            )
            .WithName("getGroup")
            .WithSummary("Read a group")
            .ForApplications();
        groups
            .MapGet(
                "{id:guid}/members",
                async (Guid id, [AsParameters] PageRequest page, HttpResponse response, GroupUseCases useCases, CancellationToken ct) =>
                    response.OkFrom(await useCases.MembersAsync(id, page, ct))
            )
            .WithName("listGroupMembers")
            .WithSummary("List the people in a group, and the groups within it as they were received")
            .WithEventsPosition()
            .ForApplications()
            .ProducesValidationProblem();
        api.MapConnectionGroup("/received-groups")
            .WithTags("Groups")
            .MapGet(
                "",
                async (
                    Guid id,
                    [AsParameters] ReceivedGroupQuery query,
                    [AsParameters] PageRequest page,
                    ReceivedGroupUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListAsync(id, query, page, ct))
            )
            .WithName("listReceivedGroups")
            .WithSummary("List the received groups with their members, whether they are in scope and the roles that they give")
            .ProducesValidationProblem();
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Plans;

/// <summary>The routes of previews and plans.</summary>
static class PlanEndpoints
{
    const string Path = "/plans";

    public static void MapPlans(this RouteGroupBuilder api)
    {
        var connection = api.MapConnectionGroup("")
            .WithTag("Plans", "What new rules would do, before they are set.")
            .WithParameter("planId", "The id of the plan.");
        connection
            .MapPost(
                "/preview",
                async (Guid id, PreviewRequest? request, PreviewUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.RunAsync(id, request ?? new(null, null, null), ct))
            )
            .WithName("previewRules")
            .WithSummary("Say what rules would do, or with none, what enabling would do")
            .ThatChangesNothing()
            .ProducesValidationProblem();
        connection
            .MapPost(Path, CreateAsync)
            .ThatTellsOfPeople()
            .WithName("createPlan")
            .WithSummary("Make a plan: 201, or 202 when it is computed in the background")
            .ProducesValidationProblem();
        connection
            .MapGet(
                $"{Path}/{{planId:guid}}",
                async (Guid id, Guid planId, PlanUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, planId, ct))
            )
            .WithName("getPlan")
            .WithSummary("Read a plan");
        connection
            .MapPost(
                $"{Path}/{{planId:guid}}/apply",
                async (Guid id, Guid planId, PlanUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ApplyAsync(id, planId, ct))
            )
            .ThatTellsOfPeople()
            .WithName("applyPlan")
            .WithSummary("Do what a plan says, if it still would")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    static async Task<Results<Created<PlanResponse>, Accepted<PlanResponse>>> CreateAsync(
        Guid id,
        PlanRequest? request,
        PlanUseCases useCases,
        CancellationToken ct
    )
    {
        var plan = await useCases.CreateAsync(id, request ?? new(null, null, null, null), ct);
        var location = $"{ApiRoutes.OfConnection(id)}{Path}/{plan.Id}";
        return plan.State == PlanRow.Computing ? TypedResults.Accepted(location, plan) : TypedResults.Created(location, plan);
    }
}

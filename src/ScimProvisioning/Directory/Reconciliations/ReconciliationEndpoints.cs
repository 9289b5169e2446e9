using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Imports;

namespace ScimProvisioning.Directory.Reconciliations;

/// <summary>The routes of reconciliations.</summary>
static class ReconciliationEndpoints
{
    public static void MapReconciliations(this RouteGroupBuilder api)
    {
        var all = api.MapConnectionGroup("/reconciliations")
            .WithTag("Reconciliations", "Whether the application has the users that it should have.");
        all.MapPost("", ReconcileAsync)
            .WithName("reconcile")
            .WithSummary(
                "Compare the application's users, from a body of NDJSON or CSV, with what it was told; without a body, find who is stale"
            )
            .WithItsOwnTransactions()
            .WithMetadata(new RequestSizeLimitAttribute(FileRows.MostBytes), new TakesFile(Required: false))
            .Produces<ReconciliationResponse>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        all.MapGet(
                "",
                async (Guid id, [AsParameters] PageRequest page, ReconciliationUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, page, ct))
            )
            .WithName("listReconciliations")
            .WithSummary("List the reconciliations of a connection, the newest first")
            .ProducesValidationProblem();
        var one = all.MapGroup("/{reconciliationId:guid}").WithParameter("reconciliationId", "The id of the reconciliation.");
        one.MapGet(
                "",
                async (Guid id, Guid reconciliationId, ReconciliationUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, reconciliationId, ct))
            )
            .WithName("getReconciliation")
            .WithSummary("Read what a reconciliation has found, as counts");
        one.MapGet(
                "/differences",
                async (
                    Guid id,
                    Guid reconciliationId,
                    [AsParameters] DifferenceQuery query,
                    ReconciliationUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListDifferencesAsync(id, reconciliationId, query, ct))
            )
            .WithName("listDifferences")
            .WithSummary("List what a reconciliation has found, with what to do")
            .ProducesValidationProblem();
        one.MapPost("/apply", ApplyAsync)
            .WithName("applyReconciliation")
            .WithSummary("Tell the application again of the chosen people, as they were told last")
            .WithItsOwnTransactions()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    static async Task<IResult> ReconcileAsync(Guid id, HttpContext http, ReconciliationUseCases useCases)
    {
        var hasBody = http.Request.ContentLength is not 0 && http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true;
        var row = await useCases.RunAsync(
            id,
            // An empty file is a list, too: the application has nobody.
            hasBody ? FileRows.FormatOf(http.Request.ContentType) : FileRows.Find(http.Request.ContentType),
            http.Request.Body,
            AdminCaller.Of(http),
            http.RequestAborted
        );
        return TypedResults.Created($"{ApiRoutes.OfConnection(id)}/reconciliations/{row.Id}", row);
    }

    static async Task<IResult> ApplyAsync(
        Guid id,
        Guid reconciliationId,
        ApplyReconciliationRequest request,
        HttpContext http,
        ReconciliationApply apply
    ) => TypedResults.Ok(await apply.RunAsync(id, reconciliationId, request, AdminCaller.Of(http), http.RequestAborted));
}

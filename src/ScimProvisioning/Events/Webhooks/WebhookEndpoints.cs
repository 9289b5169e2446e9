using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>The routes of webhook endpoints and of what is sent to them.</summary>
static class WebhookEndpoints
{
    const string Path = "/webhook-endpoints";
    const string Tag = "Webhooks";

    public static void MapWebhooks(this RouteGroupBuilder api)
    {
        var endpoints = api.MapGroup(Path)
            .WithTag(Tag, "Where events are sent to, and what became of it.")
            .WithParameter("id", "The id of the webhook endpoint.");
        endpoints
            .MapPost(
                "",
                async (CreateWebhookEndpointRequest request, WebhookUseCases useCases, CancellationToken ct) =>
                {
                    var created = await useCases.CreateAsync(request, ct);
                    return TypedResults.Created($"{ApiRoutes.Root}{Path}/{created.Id}", created);
                }
            )
            .WithName("createWebhookEndpoint")
            .WithSummary("Make a webhook endpoint, which gets events from now on; its secret is shown this once")
            .ProducesValidationProblem();
        endpoints
            .MapGet(
                "",
                async ([AsParameters] PageRequest page, WebhookUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(page, ct))
            )
            .WithName("listWebhookEndpoints")
            .WithSummary("List the webhook endpoints, oldest first, without their secrets")
            .ProducesValidationProblem();
        var endpoint = endpoints.MapGroup("{id:guid}").ProducesProblem(StatusCodes.Status404NotFound);
        MapOne(endpoint);
        MapStates(endpoint);
        MapDeliveries(endpoint);
        api.MapGroup("/deliveries/{id:guid}")
            .WithTags(Tag)
            .WithParameter("id", "The id of the delivery.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .MapPost(
                "retry",
                async (Guid id, DeliveryUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.RetryAsync(id, ct))
            )
            .WithName("retryDelivery")
            .WithSummary("Try an event that was not delivered now")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    static void MapOne(RouteGroupBuilder endpoint)
    {
        endpoint
            .MapGet("", async (Guid id, WebhookUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.GetAsync(id, ct)))
            .WithName("getWebhookEndpoint")
            .WithSummary("Read a webhook endpoint, without its secret");
        endpoint
            .MapPatch(
                "",
                async (Guid id, UpdateWebhookEndpointRequest request, WebhookUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.UpdateAsync(id, request, ct))
            )
            .WithName("updateWebhookEndpoint")
            .WithSummary("Change a webhook endpoint")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        endpoint
            .MapDelete(
                "",
                async (Guid id, WebhookUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.DeleteAsync(id, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("deleteWebhookEndpoint")
            .WithSummary("Delete a webhook endpoint and what waits for it");
    }

    static void MapStates(RouteGroupBuilder endpoint)
    {
        endpoint
            .MapPost(
                "rotate-secret",
                async (Guid id, RotateWebhookSecretRequest? request, WebhookUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.RotateAsync(id, request ?? new(), ct))
            )
            .WithName("rotateWebhookSecret")
            .WithSummary("Make a new secret, shown this once; for a while both sign")
            .ProducesValidationProblem();
        endpoint
            .MapPost(
                "test",
                async (Guid id, HttpContext http, WebhookTest test) =>
                    TypedResults.Ok(await test.RunAsync(id, AdminCaller.Of(http), http.RequestAborted))
            )
            .WithName("testWebhookEndpoint")
            .WithSummary("Send an event of the type webhook.test now, and say how it was answered")
            .WithItsOwnTransactions()
            .ProducesProblem(StatusCodes.Status409Conflict);
        endpoint
            .MapPost(
                "enable",
                async (Guid id, WebhookUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.EnableAsync(id, ct))
            )
            .WithName("enableWebhookEndpoint")
            .WithSummary("Enable a webhook endpoint; it goes on where it stood, what has failed comes first");
        endpoint
            .MapPost(
                "disable",
                async (Guid id, WebhookUseCases useCases, CancellationToken ct) => TypedResults.Ok(await useCases.DisableAsync(id, ct))
            )
            .WithName("disableWebhookEndpoint")
            .WithSummary("Disable a webhook endpoint; nothing is lost");
    }

    static void MapDeliveries(RouteGroupBuilder endpoint)
    {
        endpoint
            .MapGet(
                "deliveries",
                async (
                    Guid id,
                    [AsParameters] DeliveryQuery query,
                    [AsParameters] PageRequest page,
                    DeliveryUseCases useCases,
                    CancellationToken ct
                ) => TypedResults.Ok(await useCases.ListAsync(id, query, page, ct))
            )
            .WithName("listDeliveries")
            .WithSummary("List the events that the endpoint has not taken yet")
            .ProducesValidationProblem();
        endpoint
            .MapGet(
                "attempts",
                async (Guid id, [AsParameters] PageRequest page, DeliveryUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAttemptsAsync(id, page, ct))
            )
            .WithName("listAttempts")
            .WithSummary("List the requests to the endpoint, the newest first")
            .ProducesValidationProblem();
        endpoint
            .MapPost("replay", ReplayAsync)
            .WithName("replayWebhookEndpoint")
            .WithSummary("Send events again, before new ones; dry=true only counts them")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <param name="id">The id of the webhook endpoint.</param>
    /// <param name="request">Which events.</param>
    /// <param name="dry">true: only say how many events would be sent.</param>
    /// <param name="useCases">What sends them.</param>
    /// <param name="ct">Ends the request.</param>
    static async Task<Ok<ReplayWebhookResponse>> ReplayAsync(
        Guid id,
        ReplayWebhookRequest request,
        [FromQuery(Name = "dry")] bool? dry,
        DeliveryUseCases useCases,
        CancellationToken ct
    ) => TypedResults.Ok(await useCases.ReplayAsync(id, request, dry is true, ct));
}

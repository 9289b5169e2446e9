using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>What waits for an endpoint, what was sent to it, and what is sent again.</summary>
sealed class DeliveryUseCases(ScimDbContext db, AdminTransaction transaction)
{
    /// <summary>A replay of more is refused: a snapshot tells all that there is, with far fewer events.</summary>
    const int MostReplayed = 100_000;

    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<WebhookDeliveryResponse>> ListAsync(Guid endpoint, DeliveryQuery query, PageRequest page, CancellationToken ct)
    {
        await db.ReadWebhookAsync(endpoint, ct);
        var status = string.IsNullOrEmpty(query.Status) ? null : query.Status;
        await using var rows = await db.ReadAsync(ct, WebhookDelivery.Page(endpoint, status, page.Start, page.Take));
        return page.Of(await WebhookDelivery.ReadAllAsync(rows, ct), WebhookDeliveryResponse.Of, delivery => delivery.Id);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<WebhookAttemptResponse>> ListAttemptsAsync(Guid endpoint, PageRequest page, CancellationToken ct)
    {
        await db.ReadWebhookAsync(endpoint, ct);
        await using var rows = await db.ReadAsync(ct, WebhookAttempts.Page(endpoint, page.After, page.Take));
        return page.Of(
            await WebhookAttempts.ReadAsync(rows, ct),
            row => WebhookAttemptResponse.Of(row.Attempt, row.At),
            row => row.Attempt.Id
        );
    }

    /// <summary>Tries an event at once, and from the first step of the ladder on.</summary>
    /// <exception cref="ProblemException">404; 409 when it cannot be tried now.</exception>
    public async Task<WebhookDeliveryResponse> RetryAsync(Guid id, CancellationToken ct)
    {
        var delivery = await ReadAsync(id, ct);
        // Before the row of the delivery, as the server that sends does it.
        var endpoint = await db.LockWebhookAsync(delivery.EndpointId, ct);
        if (endpoint.State == WebhookEndpoint.Disabled)
            throw ProblemException.Conflict(
                "endpoint_disabled",
                "The endpoint is disabled: enable it, and all that has failed is sent first."
            );
        await using var rows = await db.ReadAsync(ct, delivery.Retry(transaction.Now), WebhookDelivery.Wake(endpoint.Id, transaction.Now));
        var after =
            (await WebhookDelivery.ReadAllAsync(rows, ct)).FirstOrDefault()
            ?? throw ProblemException.Conflict(
                "earlier_delivery_waits",
                "An earlier event of the same object or connection comes first: retry that one."
            );
        var shown = WebhookDeliveryResponse.Of(after);
        transaction.Record(
            AuditAction.WebhookDeliveryRetried,
            "WebhookDelivery",
            id,
            endpoint.Reach.OrganizationId,
            WebhookDeliveryResponse.Of(delivery),
            shown
        );
        return shown;
    }

    /// <summary>Has events sent again that the endpoint has got, before what is new.</summary>
    /// <param name="isDry">Only says how many there are.</param>
    /// <exception cref="ProblemException">404; 409 for too many, or a disabled endpoint.</exception>
    public async Task<ReplayWebhookResponse> ReplayAsync(Guid id, ReplayWebhookRequest request, bool isDry, CancellationToken ct)
    {
        var counted = await db.ReadWebhookAsync(id, ct);
        var replay = new WebhookReplay(counted, request.Since!.Value, request.Until, WebhookRules.Names(request.Types));
        var count = await CountAsync(replay, ct);
        if (count > MostReplayed)
            throw ProblemException.Conflict(
                "too_many_events",
                $"These are more than {MostReplayed:N0} events. Choose a shorter time or fewer types; or make a snapshot, "
                    + "which tells everything that is there of a connection."
            );
        if (isDry)
            return new(count, true);
        // Not while it counts, which may take long: the server that sends would lose its right. What was sent since is not counted.
        var endpoint = await db.LockWebhookAsync(id, ct);
        replay = replay with { Endpoint = endpoint with { Position = counted.Position } };
        if (endpoint.State == WebhookEndpoint.Disabled)
            throw ProblemException.Conflict("endpoint_disabled", "The endpoint is disabled: enable it first.");
        await db.RunAsync(ct, replay.Insert(transaction.Now));
        transaction.Record(AuditAction.WebhookReplayed, WebhookUseCases.Target, id, endpoint.Reach.OrganizationId, null, request);
        return new(count, false);
    }

    async Task<long> CountAsync(WebhookReplay replay, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, replay.Count(MostReplayed + 1));
        await rows.ReadAsync(ct);
        return rows.GetInt64(0);
    }

    async Task<WebhookDelivery> ReadAsync(Guid id, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, WebhookDelivery.Read(id));
        return (await WebhookDelivery.ReadAllAsync(rows, ct)).FirstOrDefault()
            ?? throw ProblemException.NotFound($"There is no delivery {id}: it was sent, or never failed.");
    }
}

using ScimProvisioning.Api;
using ScimProvisioning.Events.Webhooks;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Support.Bundles;

/// <summary>
/// A webhook endpoint that gets events of the connection, with what waits for it and what was sent to it last: of the connection alone, for
/// an endpoint may get events of others, too.
/// </summary>
sealed record BundledWebhook(
    WebhookEndpointResponse Endpoint,
    IReadOnlyList<WebhookDeliveryResponse> Waiting,
    IReadOnlyList<WebhookAttemptResponse> Attempts
);

/// <summary>Finds them.</summary>
sealed class BundledWebhooks(ScimDbContext db, WebhookUseCases endpoints)
{
    const int Most = 50;

    public async Task<IReadOnlyList<BundledWebhook>> ReadAsync(Guid connection, CancellationToken ct)
    {
        var organization = (await db.ReadConnectionAsync(connection, ct)).OrganizationId;
        var all = await endpoints.ListAsync(new() { Limit = PageRequest.MaximumLimit }, ct);
        var found = new List<BundledWebhook>();
        foreach (var endpoint in all.Data)
            if (
                (endpoint.ConnectionId is null || endpoint.ConnectionId == connection)
                && (endpoint.OrganizationId is null || endpoint.OrganizationId == organization)
            )
                found.Add(await ReadAsync(connection, endpoint, ct));
        return found;
    }

    async Task<BundledWebhook> ReadAsync(Guid connection, WebhookEndpointResponse endpoint, CancellationToken ct)
    {
        // Of an endpoint of its own, all: the events of tests belong to no connection.
        var others = endpoint.ConnectionId is null;
        await using var rows = await db.ReadAsync(
            ct,
            WebhookDelivery.Page(endpoint.Id, null, Guid.Empty, Most, others ? connection : null),
            others ? WebhookAttempts.About(connection, endpoint.Id, Most) : WebhookAttempts.Page(endpoint.Id, null, Most)
        );
        var waiting = await WebhookDelivery.ReadAllAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var attempts = await WebhookAttempts.ReadAsync(rows, ct);
        return new(
            // Some receivers are given a secret in the query.
            endpoint with
            {
                Url = new Uri(endpoint.Url).GetLeftPart(UriPartial.Path),
            },
            waiting.ConvertAll(WebhookDeliveryResponse.Of),
            attempts.ConvertAll(row => WebhookAttemptResponse.Of(row.Attempt, row.At))
        );
    }
}

using ScimProvisioning.Api;
using ScimProvisioning.Events.Webhooks;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Support.Bundles;

/// <summary>A webhook endpoint that gets events of the connection, with what waits for it and what was sent to it last.</summary>
sealed record BundledWebhook(
    WebhookEndpointResponse Endpoint,
    IReadOnlyList<WebhookDeliveryResponse> Waiting,
    IReadOnlyList<WebhookAttemptResponse> Attempts
);

/// <summary>Finds them.</summary>
sealed class BundledWebhooks(ScimDbContext db, WebhookUseCases endpoints, DeliveryUseCases deliveries)
{
    const int Most = 50;

    static readonly PageRequest Page = new() { Limit = Most };

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
                found.Add(
                    new(
                        endpoint,
                        (await deliveries.ListAsync(endpoint.Id, new(), Page, ct)).Data,
                        (await deliveries.ListAttemptsAsync(endpoint.Id, Page, ct)).Data
                    )
                );
        return found;
    }
}

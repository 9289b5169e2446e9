using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>Creates, lists, changes and deletes webhook endpoints. A key of one organization reaches its own endpoints only.</summary>
sealed class WebhookUseCases(ScimDbContext db, AdminTransaction transaction, WebhookSecrets secrets, WebhookOptions options)
{
    public const string Target = "WebhookEndpoint";

    /// <summary>Makes an endpoint that gets the events from now on.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public async Task<CreatedWebhookEndpointResponse> CreateAsync(CreateWebhookEndpointRequest request, CancellationToken ct)
    {
        var reach = await ReachAsync(request, ct);
        var reachesPrivate = RequireUrl(request.Url!);
        var types = WebhookRules.Names(request.Types);
        var (id, secret) = (Guid.CreateVersion7(transaction.Now), WebhookSecrets.Create());
        var endpoint = new WebhookEndpoint(
            id,
            reach,
            request.Url!,
            request.Description,
            types,
            request.Payload ?? WebhookEndpoint.Full,
            request.Order ?? WebhookRules.StandardOrder(types),
            reachesPrivate,
            WebhookEndpoint.Active,
            null,
            new(secrets.Seal(secret, id), null, null),
            0,
            0,
            null,
            false,
            transaction.Now,
            transaction.Admin.Actor
        );
        await db.RunAsync(ct, endpoint.Insert());
        var shown = WebhookEndpointResponse.Of(endpoint);
        transaction.Record(AuditAction.WebhookCreated, Target, id, reach.OrganizationId, null, shown);
        return new(id, secret, shown);
    }

    public async Task<Page<WebhookEndpointResponse>> ListAsync(PageRequest page, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, WebhookEndpoint.Page(page.Start, page.Take));
        return page.Of(await WebhookEndpoint.ReadAllAsync(rows, ct), WebhookEndpointResponse.Of, endpoint => endpoint.Id);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<WebhookEndpointResponse> GetAsync(Guid id, CancellationToken ct) =>
        WebhookEndpointResponse.Of(await db.ReadWebhookAsync(id, ct));

    /// <exception cref="ProblemException">400; 404.</exception>
    public async Task<WebhookEndpointResponse> UpdateAsync(Guid id, UpdateWebhookEndpointRequest request, CancellationToken ct)
    {
        var before = await db.LockWebhookAsync(id, ct);
        var after = before with
        {
            Description = request.Description ?? before.Description,
            Types = request.Types is null ? before.Types : WebhookRules.Names(request.Types),
            Payload = request.Payload ?? before.Payload,
            Order = request.Order ?? before.Order,
        };
        // Whoever enters an address decides where it may lead.
        if (request.Url is { } url)
            after = after with { Url = url, ReachesPrivate = RequireUrl(url) };
        if (after.Order != before.Order && await HasWaitingAsync(id, ct))
            throw ProblemException.Conflict(
                "deliveries_waiting",
                "Events wait to be sent in the order that the endpoint has now: change it when none waits (GET …/deliveries)."
            );
        return await SaveAsync(before, after, AuditAction.WebhookUpdated, ct);
    }

    /// <summary>Deletes it and what waits for it; the log of its attempts is kept as long as others.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task DeleteAsync(Guid id, CancellationToken ct)
    {
        var endpoint = await db.LockWebhookAsync(id, ct);
        await db.RunAsync(ct, endpoint.Delete());
        transaction.Record(
            AuditAction.WebhookDeleted,
            Target,
            id,
            endpoint.Reach.OrganizationId,
            WebhookEndpointResponse.Of(endpoint),
            null
        );
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<RotatedWebhookSecretResponse> RotateAsync(Guid id, RotateWebhookSecretRequest request, CancellationToken ct)
    {
        var before = await db.LockWebhookAsync(id, ct);
        var secret = WebhookSecrets.Create();
        var hasOverlap = request.OverlapHours > 0;
        DateTimeOffset? until = hasOverlap ? transaction.Now.AddHours(request.OverlapHours) : null;
        var after = before with { Secrets = new(secrets.Seal(secret, id), hasOverlap ? before.Secrets.Current : null, until) };
        await SaveAsync(before, after, AuditAction.WebhookSecretRotated, ct);
        return new(id, secret, until?.UtcDateTime);
    }

    /// <summary>It goes on where it stood. What has failed is sent first; an endpoint that is enabled already begins anew too.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<WebhookEndpointResponse> EnableAsync(Guid id, CancellationToken ct)
    {
        var before = await db.LockWebhookAsync(id, ct);
        await db.RunAsync(ct, before.Enable(transaction.Now));
        var after = await db.ReadWebhookAsync(id, ct);
        Record(AuditAction.WebhookEnabled, before, after);
        return WebhookEndpointResponse.Of(after);
    }

    /// <summary>Nothing is sent any more, and nothing is lost.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<WebhookEndpointResponse> DisableAsync(Guid id, CancellationToken ct)
    {
        var before = await db.LockWebhookAsync(id, ct);
        if (before.State == WebhookEndpoint.Disabled)
            return WebhookEndpointResponse.Of(before);
        var after = before with { State = WebhookEndpoint.Disabled, DisabledReason = "admin" };
        return await SaveAsync(before, after, AuditAction.WebhookDisabled, ct);
    }

    async Task<WebhookEndpointResponse> SaveAsync(WebhookEndpoint before, WebhookEndpoint after, AuditAction action, CancellationToken ct)
    {
        await db.RunAsync(ct, after.Update());
        Record(action, before, after);
        return WebhookEndpointResponse.Of(after);
    }

    void Record(AuditAction action, WebhookEndpoint before, WebhookEndpoint after) =>
        transaction.Record(
            action,
            Target,
            after.Id,
            after.Reach.OrganizationId,
            WebhookEndpointResponse.Of(before),
            WebhookEndpointResponse.Of(after)
        );

    /// <summary>Whose events it gets, within what the admin may see.</summary>
    async Task<WebhookReach> ReachAsync(CreateWebhookEndpointRequest request, CancellationToken ct)
    {
        var organization = request.OrganizationId ?? transaction.Admin.OrganizationId;
        if (request.ConnectionId is { } id)
        {
            var connection = await db.Connections.AsNoTracking().Existing().FirstOrDefaultAsync(c => c.Id == id, ct);
            return connection is null || (organization is not null && organization != connection.OrganizationId)
                ? throw ProblemException.Invalid("connectionId", "There is no such connection.")
                : new(connection.OrganizationId, id);
        }
        if (organization is { } owner && !await db.Organizations.AnyAsync(o => o.Id == owner, ct))
            throw ProblemException.Invalid("organizationId", "There is no such organization.");
        return new(organization, null);
    }

    /// <returns>Whether the address may lead into private networks.</returns>
    bool RequireUrl(string url)
    {
        var ofOperator = transaction.Admin.OrganizationId is null && options.AllowPrivateNetworks;
        if (!ofOperator && !url.StartsWith(Uri.UriSchemeHttps + ":", StringComparison.OrdinalIgnoreCase))
            throw ProblemException.Invalid(
                "url",
                "Must be https. Only a key that is for all organizations may enter http, while Webhooks__AllowPrivateNetworks is true."
            );
        return ofOperator;
    }

    async Task<bool> HasWaitingAsync(Guid id, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, WebhookDelivery.Page(id, null, Guid.Empty, 1));
        return await rows.ReadAsync(ct);
    }
}

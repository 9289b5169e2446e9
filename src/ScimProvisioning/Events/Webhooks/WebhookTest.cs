using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>
/// Sends an event of the type <c>webhook.test</c> to one endpoint, and says how it was answered. The event is in the log as others are; the
/// request is made after the commit, and once.
/// </summary>
sealed class WebhookTest(
    ScimDbContext db,
    AdminTransaction transaction,
    EventMonths months,
    WebhookSecrets secrets,
    WebhookClient client,
    TimeProvider clock
)
{
    /// <summary>It begins and commits its own transactions. A disabled endpoint can be tested too.</summary>
    /// <exception cref="ProblemException">404; 403 for a key that may only read; 409 for a secret that cannot be opened.</exception>
    public async Task<WebhookAttemptResponse> RunAsync(Guid id, AdminCaller caller, CancellationToken ct)
    {
        var (endpoint, told) = await transaction.ChangeAsync(caller, () => TellAsync(id, ct), ct);
        var keys = secrets.Open(endpoint, clock.GetUtcNow());
        if (keys.Count == 0)
            throw ProblemException.Conflict("secret_unreadable", "The secret cannot be opened with this server's keys: rotate it.");
        // With its position, which only the database knew.
        var stored = await transaction.ReadAsync(caller.Admin, () => ReadAsync(told, ct), ct);
        var answer = await client.SendAsync(endpoint, told.Id, WebhookBody.Of(endpoint.Payload, stored, endpoint.Id, 0), keys, ct);
        var attempt = answer.Attempt(told.Id, told.Type, 1, clock.GetUtcNow());
        await LogAsync(caller.Admin, endpoint, attempt);
        return WebhookAttemptResponse.Of(attempt, clock.GetStoredNow());
    }

    async Task<(WebhookEndpoint Endpoint, NewEvent Told)> TellAsync(Guid id, CancellationToken ct)
    {
        var endpoint = await db.ReadWebhookAsync(id, ct);
        var cause = new EventCause(EventCause.Admin, transaction.RequestId);
        var told = EndpointEvent.Of(EventType.WebhookTest, endpoint, cause, transaction.Now);
        transaction.Record(
            AuditAction.WebhookTested,
            WebhookUseCases.Target,
            id,
            endpoint.Reach.OrganizationId,
            null,
            WebhookEndpointResponse.Of(endpoint)
        );
        transaction.RunLast(EndpointEvent.Append(endpoint, told));
        return (endpoint, told);
    }

    async Task<string> ReadAsync(NewEvent told, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, WebhookTurn.Body(await months.OpenAsync(ct), told));
        await rows.ReadAsync(ct);
        return rows.GetString(0);
    }

    async Task LogAsync(CurrentAdmin admin, WebhookEndpoint endpoint, WebhookAttempt attempt)
    {
        await using var written = await db.BeginAsync(admin.Reach, CancellationToken.None);
        await db.RunAsync(CancellationToken.None, WebhookResults.Log(endpoint, attempt));
        await written.CommitAsync(CancellationToken.None);
    }
}

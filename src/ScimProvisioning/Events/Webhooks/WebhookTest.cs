using System.Text.Json.Nodes;
using Scim;
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
sealed class WebhookTest(ScimDbContext db, AdminTransaction transaction, WebhookSecrets secrets, WebhookClient client, TimeProvider clock)
{
    /// <summary>It begins and commits its own transactions. A disabled endpoint can be tested too.</summary>
    /// <exception cref="ProblemException">404; 403 for a key that may only read.</exception>
    public async Task<WebhookAttemptResponse> RunAsync(
        Guid id,
        (CurrentAdmin Admin, string RequestId, string? Address) caller,
        CancellationToken ct
    )
    {
        var (endpoint, told, body) = await transaction.ChangeAsync(
            caller.Admin,
            caller.RequestId,
            caller.Address,
            () => TellAsync(id, ct),
            ct
        );
        var bytes = WebhookBody.Of(endpoint.Payload, body, endpoint.Id, 0);
        var keys = secrets.Open(endpoint, clock.GetUtcNow());
        var answer =
            keys.Count == 0
                ? throw ProblemException.Conflict("secret_unreadable", "The secret cannot be opened with this server's keys: rotate it.")
                : await client.SendAsync(endpoint, told.Id, bytes, keys, ct);
        var attempt = answer.Attempt(told.Id, told.Type, 1, clock.GetUtcNow());
        await LogAsync(caller.Admin, endpoint, attempt);
        return WebhookAttemptResponse.Of(attempt, clock.GetStoredNow());
    }

    async Task<(WebhookEndpoint Endpoint, NewEvent Told, string Body)> TellAsync(Guid id, CancellationToken ct)
    {
        var endpoint = await db.ReadWebhookAsync(id, ct);
        var told = new NewEvent(
            Guid.CreateVersion7(transaction.Now),
            EventType.WebhookTest.Name,
            id,
            0,
            transaction.Now,
            new(EventCause.Admin, transaction.RequestId),
            false,
            ScimJson.Text(new JsonObject { ["endpoint"] = WebhookDisabling.Describe(endpoint) })
        );
        transaction.Record(
            AuditAction.WebhookTested,
            WebhookUseCases.Target,
            id,
            endpoint.Reach.OrganizationId,
            null,
            WebhookEndpointResponse.Of(endpoint)
        );
        await using var rows = await db.ReadAsync(
            ct,
            [.. EventLog.Append(null, endpoint.Reach.OrganizationId, [told]), WebhookTurn.Body(told)]
        );
        // The lock before answers a row, too.
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        return (endpoint, told, rows.GetString(0));
    }

    async Task LogAsync(CurrentAdmin admin, WebhookEndpoint endpoint, WebhookAttempt attempt)
    {
        await using var written = await db.BeginAsync(admin.Reach, CancellationToken.None);
        await db.RunAsync(CancellationToken.None, WebhookResults.Log(endpoint, attempt));
        await written.CommitAsync(CancellationToken.None);
    }
}

using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>A webhook endpoint without its secret.</summary>
/// <param name="Id">The id.</param>
/// <param name="OrganizationId">Whose events it gets; null: those of all organizations.</param>
/// <param name="ConnectionId">The only connection whose events it gets; null: all.</param>
/// <param name="Url">Where events are sent to.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Types">The types of events that it gets; null: all.</param>
/// <param name="Payload">full or thin.</param>
/// <param name="Order">What stays in order: object or connection.</param>
/// <param name="State">active or disabled.</param>
/// <param name="DisabledReason">Why it is disabled: admin, failing (for five days) or gone (it has answered 410).</param>
/// <param name="FailuresInARow">How many attempts have failed since the last good one; at 20, only its first event is tried.</param>
/// <param name="FailingSince">When the first of them was; null: the last attempt has not failed.</param>
/// <param name="PreviousSecretUntil">Until then what is sent is signed with the previous secret too.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">The actor that made it, such as admin-key:{id}.</param>
sealed record WebhookEndpointResponse(
    Guid Id,
    Guid? OrganizationId,
    Guid? ConnectionId,
    string Url,
    string? Description,
    IReadOnlyList<string>? Types,
    string Payload,
    string Order,
    string State,
    string? DisabledReason,
    int FailuresInARow,
    DateTime? FailingSince,
    DateTime? PreviousSecretUntil,
    DateTime CreatedAt,
    string CreatedBy
)
{
    public static WebhookEndpointResponse Of(WebhookEndpoint row) =>
        new(
            row.Id,
            row.Reach.OrganizationId,
            row.Reach.ConnectionId,
            row.Url,
            row.Description,
            row.Types,
            row.Payload,
            row.Order,
            row.State,
            row.DisabledReason,
            row.Failures,
            row.FailingSince?.UtcDateTime,
            row.Secrets.PreviousUntil?.UtcDateTime,
            row.CreatedAt.UtcDateTime,
            row.CreatedBy
        );
}

/// <summary>A new webhook endpoint. This answer is the only one that carries <paramref name="Secret"/>.</summary>
/// <param name="Id">The id.</param>
/// <param name="Secret">What signs the messages (Standard Webhooks): whsec_ and base64.</param>
/// <param name="Endpoint">The endpoint.</param>
sealed record CreatedWebhookEndpointResponse(Guid Id, string Secret, WebhookEndpointResponse Endpoint);

/// <summary>A new secret of an endpoint. This answer is the only one that carries it.</summary>
/// <param name="Id">The endpoint.</param>
/// <param name="Secret">What signs the messages from now on.</param>
/// <param name="PreviousSecretUntil">Until then they are signed with the old one too; null: no more.</param>
sealed record RotatedWebhookSecretResponse(Guid Id, string Secret, DateTime? PreviousSecretUntil);

/// <summary>What a replay sends.</summary>
/// <param name="Count">How many events.</param>
/// <param name="IsDry">Whether nothing is sent, because only the number was asked for.</param>
sealed record ReplayWebhookResponse(long Count, bool IsDry);

/// <summary>An event that was not delivered yet.</summary>
/// <param name="Id">The id of the delivery.</param>
/// <param name="EventId">The event.</param>
/// <param name="Type">Its type.</param>
/// <param name="Status">failed, waiting or exhausted.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="NextAttemptAt">When it is tried next; null: after an earlier one, or not by itself.</param>
/// <param name="LastError">Why the last attempt failed.</param>
/// <param name="CreatedAt">Since when it waits.</param>
sealed record WebhookDeliveryResponse(
    Guid Id,
    Guid EventId,
    string Type,
    string Status,
    int Attempts,
    DateTime? NextAttemptAt,
    string? LastError,
    DateTime CreatedAt
)
{
    public static WebhookDeliveryResponse Of(WebhookDelivery row) =>
        new(row.Id, row.EventId, row.Type, row.Status, row.Attempts, row.NextAt?.UtcDateTime, row.Error, row.CreatedAt.UtcDateTime);
}

/// <summary>One request to an endpoint.</summary>
/// <param name="Id">The id of the attempt.</param>
/// <param name="EventId">The event, which is the webhook-id of the request.</param>
/// <param name="Type">Its type.</param>
/// <param name="Attempt">1 for the first one.</param>
/// <param name="Succeeded">Whether it was answered with 2xx.</param>
/// <param name="Status">The HTTP status of the answer; null: there was none.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Answer">The first 1024 bytes of the answer.</param>
/// <param name="Milliseconds">From the request to the answer.</param>
/// <param name="At">When it was.</param>
sealed record WebhookAttemptResponse(
    Guid Id,
    Guid EventId,
    string Type,
    int Attempt,
    bool Succeeded,
    int? Status,
    string? Error,
    string? Answer,
    int Milliseconds,
    DateTime At
)
{
    public static WebhookAttemptResponse Of(WebhookAttempt row, DateTimeOffset at) =>
        new(
            row.Id,
            row.EventId,
            row.Type,
            row.Attempt,
            row.Error is null,
            row.Status,
            row.Error,
            row.Answer,
            row.Milliseconds,
            at.UtcDateTime
        );
}

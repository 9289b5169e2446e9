using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>Disables an endpoint that has failed for too long or wants no more, and tells it.</summary>
sealed partial class WebhookDisabling(
    NpgsqlDataSource database,
    EventSignal signal,
    WebhookMetrics metrics,
    TimeProvider clock,
    ILogger<WebhookDisabling> log
)
{
    public const string IsGone = "gone";
    public const string HasFailed = "failing";

    /// <summary>In one transaction: the state, and the event. Nothing when the right to send was lost.</summary>
    public async Task DisableAsync(WebhookEndpoint endpoint, Guid lease, bool isGone, string error, CancellationToken ct)
    {
        var reason = isGone
            ? "The receiver has answered 410: it wants no more."
            : $"Nothing but failures for {(int)RetryLadder.Patience.TotalDays} days; the last: {error}";
        await using var session = await database.OpenConnectionAsync(ct);
        await using var transaction = await session.BeginTransactionAsync(ct);
        await using (var first = session.CreateBatch())
        {
            first.BatchCommands.Add(new(Reach.EverythingStatement));
            first.BatchCommands.Add(WebhookTurn.Disable(endpoint.Id, lease, isGone ? IsGone : HasFailed));
            if (await first.ExecuteScalarAsync(ct) is null)
                return;
        }
        var cause = new EventCause(EventCause.OfServer, null);
        var told = EndpointEvent.Of(EventType.WebhookDisabled, endpoint, cause, clock.GetStoredNow(), reason);
        await using (var last = session.CreateBatch())
        {
            foreach (var statement in EndpointEvent.Append(endpoint, told))
                last.BatchCommands.Add(statement);
            await last.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
        signal.Raise();
        metrics.Disabled();
        Disabled(endpoint.Id, reason);
    }

    [LoggerMessage(1, LogLevel.Error, "Webhook endpoint {EndpointId} was disabled. {Reason}")]
    partial void Disabled(Guid endpointId, string reason);
}

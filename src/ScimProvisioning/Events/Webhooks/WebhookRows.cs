using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>Reads and locks the row of an endpoint, for every feature below it.</summary>
static class WebhookRows
{
    /// <exception cref="ProblemException">404.</exception>
    public static Task<WebhookEndpoint> ReadWebhookAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        FindAsync(db, id, isLocked: false, ct);

    /// <summary>Locks it until the end of the transaction. What is under way to it goes on; its results are written afterwards.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public static Task<WebhookEndpoint> LockWebhookAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        FindAsync(db, id, isLocked: true, ct);

    static async Task<WebhookEndpoint> FindAsync(ScimDbContext db, Guid id, bool isLocked, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, WebhookEndpoint.Read(id, isLocked));
        return (await WebhookEndpoint.ReadAllAsync(rows, ct)).FirstOrDefault()
            ?? throw ProblemException.NotFound($"There is no webhook endpoint {id}.");
    }
}

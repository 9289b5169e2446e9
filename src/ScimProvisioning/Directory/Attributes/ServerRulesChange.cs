using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Attributes;

/// <summary>Changes what is set for the whole server. Every connection projects its people again afterwards.</summary>
sealed class ServerRulesChange(ScimDbContext db, AdminTransaction transaction)
{
    public async Task<ServerRules> ReadAsync(CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, ServerRules.Read());
        return await ServerRules.ReadAsync(rows, ct);
    }

    /// <exception cref="ProblemException">403 for a key of one organization.</exception>
    public async Task<ServerRules> LockAsync(CancellationToken ct)
    {
        if (transaction.Admin.OrganizationId is not null)
            throw ProblemException.Forbidden("This key is for one organization: what holds for all is changed with a key that is for all.");
        await using var rows = await db.ReadAsync(ct, ServerRules.Lock());
        return await ServerRules.ReadAsync(rows, ct);
    }

    public async Task SaveAsync(ServerRules next, AuditAction action, string targetType, object before, object after, CancellationToken ct)
    {
        await db.RunAsync(ct, next.Save());
        transaction.Record(action, targetType, Guid.Empty, null, before, after);
        await db.Database.ExecuteSqlAsync(
            $"SELECT FROM connections WHERE state <> {ConnectionState.Deleted} ORDER BY id FOR NO KEY UPDATE",
            ct
        );
        await transaction.LogAsync(ChangeType.RulesUpdated, await db.Connections.Existing().OrderBy(c => c.Id).ToListAsync(ct), ct);
    }
}

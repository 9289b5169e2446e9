using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Audit;

/// <summary>Lists the audit log: every change by an admin, without secrets.</summary>
sealed class AuditLogUseCases(ScimDbContext db)
{
    public async Task<Page<AuditResponse>> ListAsync(AuditQuery query, PageRequest page, CancellationToken ct)
    {
        var rows = await db
            .AuditLog.AsNoTracking()
            .Where(e =>
                (query.OrganizationId == null || e.OrganizationId == query.OrganizationId)
                && (query.ConnectionId == null || e.ConnectionId == query.ConnectionId)
            )
            .Where(e => (query.Actor == null || e.Actor == query.Actor) && (query.Action == null || e.Action == query.Action))
            .Where(e => page.After == null || e.Id < page.After)
            .OrderByDescending(e => e.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        var keys = await db.ReadKeysAsync(rows.Select(e => e.Actor), ct);
        return page.Of(rows, row => AuditResponse.Of(row, keys.GetValueOrDefault(row.Actor)?.Label), row => row.Id);
    }
}

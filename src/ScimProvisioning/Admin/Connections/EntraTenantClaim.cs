using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Connections;

/// <summary>
/// An Entra tenant belongs to one organization: nobody proves that a tenant is theirs, so the second one that names it may be after the
/// directory of the first.
/// </summary>
sealed class EntraTenantClaim(ScimDbContext db, AdminTransaction transaction)
{
    /// <param name="insists">Take it all the same, which only an admin of all organizations may.</param>
    /// <exception cref="ProblemException">409 <c>entra_tenant_taken</c>: another organization has it.</exception>
    public async Task RequireAsync(Guid? tenant, Guid organization, bool insists, CancellationToken ct)
    {
        if (tenant is null)
            return;
        // Of two organizations that take it at once, the second waits here and then sees the first.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('entra tenant ' || {tenant}::text, 0))", ct);
        var isAdminOfAll = transaction.Admin.OrganizationId is null;
        if (isAdminOfAll && insists || !await IsTakenAsync(tenant.Value, organization, ct))
            return;
        throw ProblemException.Conflict(
            "entra_tenant_taken",
            $"Another organization has the Entra tenant {tenant}. Check the id. If both organizations really share this tenant, "
                + (
                    isAdminOfAll
                        ? "send \"allowSharedTenant\": true with it."
                        : "have somebody with a full admin key of all organizations set it, with \"allowSharedTenant\": true."
                )
        );
    }

    // The admin may not see other organizations; this question alone does.
    Task<bool> IsTakenAsync(Guid tenant, Guid organization, CancellationToken ct) =>
        db.ReadWithinAsync(
            Reach.Everything,
            () => db.Connections.Existing().AnyAsync(c => c.EntraTenantId == tenant && c.OrganizationId != organization, ct),
            ct
        );
}

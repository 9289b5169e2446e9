using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Organizations;

/// <summary>Reads and locks the row of an organization.</summary>
static class OrganizationRows
{
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<Organization> ReadOrganizationAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        await db.Organizations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == id, ct) ?? throw NotFound(id);

    /// <summary>
    /// Locks the organization until the end of the transaction. Whatever changes it or gives it a connection takes this lock, so that the
    /// number of its connections, once counted, stays true.
    /// </summary>
    /// <returns><c>null</c> when there is none, or when this admin may not see it.</returns>
    public static async Task<Organization?> TryLockOrganizationAsync(this ScimDbContext db, Guid id, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"SELECT FROM organizations WHERE id = {id} FOR NO KEY UPDATE", ct);
        return await db.Organizations.FirstOrDefaultAsync(o => o.Id == id, ct);
    }

    /// <exception cref="ProblemException">404.</exception>
    public static async Task<Organization> LockOrganizationAsync(this ScimDbContext db, Guid id, CancellationToken ct) =>
        await db.TryLockOrganizationAsync(id, ct) ?? throw NotFound(id);

    static ProblemException NotFound(Guid id) => ProblemException.NotFound($"There is no organization {id}.");
}

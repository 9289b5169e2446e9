using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Keys;

/// <summary>Creates, lists, reads and revokes the keys to the admin API. An admin key of one organization may do none of this.</summary>
sealed class AdminKeyUseCases(ScimDbContext db, AdminTransaction transaction, AdminKeyStore keys)
{
    public async Task<CreatedAdminKeyResponse> CreateAsync(CreateAdminKeyRequest request, CancellationToken ct)
    {
        RequireKeyOfAll();
        if (request.OrganizationId is { } organization && await db.TryLockOrganizationAsync(organization, ct) is null)
            throw ProblemException.Invalid("organizationId", "There is no such organization.");

        var (row, key) = AdminKeyStore.Create(
            request.Label,
            request.Scope ?? AdminKey.Full,
            request.OrganizationId,
            transaction.Admin.Actor,
            transaction.Now
        );
        db.AdminKeys.Add(row);
        transaction.Record(AuditAction.AdminKeyCreated, nameof(AdminKey), row.Id, row.OrganizationId, null, AdminKeyResponse.Of(row));
        return CreatedAdminKeyResponse.Of(row, key);
    }

    public async Task<Page<AdminKeyResponse>> ListAsync(PageRequest page, CancellationToken ct)
    {
        RequireKeyOfAll();
        var stored = await db.AdminKeys.AsNoTracking().Where(k => k.Id > page.Start).OrderBy(k => k.Id).Take(page.Take).ToListAsync(ct);
        var shown = stored.Select(AdminKeyResponse.Of);
        // The list is sorted by id, and the id of the configured key is smaller than any other.
        if (keys.IsConfigured && page.Start < AdminKeyStore.ConfiguredId)
            shown = shown.Prepend(AdminKeyResponse.Configured);
        return page.Of([.. shown.Take(page.Take)], key => key, key => key.Id);
    }

    public async Task<AdminKeyResponse> GetAsync(Guid id, CancellationToken ct)
    {
        RequireKeyOfAll();
        return IsConfigured(id) ? AdminKeyResponse.Configured : AdminKeyResponse.Of(await FindAsync(id, ct));
    }

    /// <summary>Revokes a key. A key that is revoked already keeps its first time of revocation.</summary>
    /// <exception cref="ProblemException">404; 409 for the configured key, and for the last key that may do everything.</exception>
    public async Task<AdminKeyResponse> RevokeAsync(Guid id, CancellationToken ct)
    {
        RequireKeyOfAll();
        if (IsConfigured(id))
            throw ProblemException.Conflict(
                "configured_key",
                "This key is Admin__ApiKey of the configuration: remove or replace it there, and restart."
            );

        // Revocations run one after the other. Otherwise two at the same time could revoke the last two keys.
        await db.Database.ExecuteSqlAsync(
            $"SELECT FROM admin_keys WHERE id = {id} OR (scope = 'full' AND organization_id IS NULL) ORDER BY id FOR NO KEY UPDATE",
            ct
        );
        var row = await FindAsync(id, ct);
        if (row.RevokedAt is not null)
            return AdminKeyResponse.Of(row);
        if (row is { Scope: AdminKey.Full, OrganizationId: null } && !await HasAnotherFullKeyAsync(id, ct))
            throw ProblemException.Conflict("last_full_key", "This is the last key that may do everything: make another one first.");

        var before = AdminKeyResponse.Of(row);
        row.RevokedAt = transaction.Now;
        transaction.Record(AuditAction.AdminKeyRevoked, nameof(AdminKey), id, row.OrganizationId, before, AdminKeyResponse.Of(row));
        return AdminKeyResponse.Of(row);
    }

    async Task<bool> HasAnotherFullKeyAsync(Guid id, CancellationToken ct) =>
        keys.IsConfigured
        || await db.AdminKeys.AnyAsync(k => k.Id != id && k.Scope == AdminKey.Full && k.OrganizationId == null && k.RevokedAt == null, ct);

    void RequireKeyOfAll()
    {
        if (transaction.Admin.OrganizationId is not null)
            throw ProblemException.Forbidden("This admin key is for one organization: admin keys are managed with one that is for all.");
    }

    bool IsConfigured(Guid id) => id == AdminKeyStore.ConfiguredId && keys.IsConfigured;

    async Task<AdminKey> FindAsync(Guid id, CancellationToken ct) =>
        await db.AdminKeys.FirstOrDefaultAsync(k => k.Id == id, ct) ?? throw ProblemException.NotFound($"There is no admin key {id}.");
}

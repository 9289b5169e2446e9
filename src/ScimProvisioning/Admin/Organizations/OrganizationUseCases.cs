using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Admin.Organizations;

/// <summary>Creates, lists, reads, updates and deletes organizations.</summary>
sealed class OrganizationUseCases(ScimDbContext db, AdminTransaction transaction)
{
    public async Task<OrganizationResponse> CreateAsync(CreateOrganizationRequest request, CancellationToken ct)
    {
        RequireKeyOfAll("create organizations");
        var organization = new Organization
        {
            Id = Guid.CreateVersion7(transaction.Now),
            Name = request.Name!,
            ExternalId = request.ExternalId,
            MaxConnections = request.MaxConnections,
            CreatedAt = transaction.Now,
        };
        db.Organizations.Add(organization);
        var created = OrganizationResponse.Of(organization);
        transaction.Record(AuditAction.OrganizationCreated, nameof(Organization), organization.Id, organization.Id, null, created);
        await SaveAsync(organization, ct);
        return created;
    }

    public async Task<Page<OrganizationResponse>> ListAsync(OrganizationQuery query, PageRequest page, CancellationToken ct)
    {
        var rows = await db
            .Organizations.AsNoTracking()
            .Where(o => (query.ExternalId == null || o.ExternalId == query.ExternalId) && o.Id > page.Start)
            .OrderBy(o => o.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        return page.Of(rows, OrganizationResponse.Of, row => row.Id);
    }

    /// <summary>In the order of names, to choose one from; at most so many.</summary>
    public async Task<FoundOrganizations> FindAsync(OrganizationSearch search, int most, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, NamedOrganization.Find(search.Q ?? "", most + 1));
        var found = await NamedOrganization.ReadAsync(rows, ct);
        return new([.. found.Take(most)], found.Count > most);
    }

    /// <summary>The names of those that are there, by their ids.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyList<Guid> ids, CancellationToken ct) =>
        await db.Organizations.AsNoTracking().Where(o => ids.Contains(o.Id)).ToDictionaryAsync(o => o.Id, o => o.Name, ct);

    public async Task<OrganizationResponse> GetAsync(Guid id, CancellationToken ct) =>
        OrganizationResponse.Of(await db.ReadOrganizationAsync(id, ct));

    public async Task<OrganizationResponse> UpdateAsync(Guid id, UpdateOrganizationRequest request, CancellationToken ct)
    {
        var organization = await db.LockOrganizationAsync(id, ct);
        var before = OrganizationResponse.Of(organization);
        request.ApplyTo(organization);
        var after = OrganizationResponse.Of(organization);
        if (after == before)
            return after;

        if (after != before with { Name = after.Name })
            RequireKeyOfAll("change externalId and maxConnections");
        transaction.Record(AuditAction.OrganizationUpdated, nameof(Organization), id, id, before, after);
        await SaveAsync(organization, ct);
        return after;
    }

    public async Task DeleteAsync(Guid id, CancellationToken ct)
    {
        RequireKeyOfAll("delete organizations");
        var organization = await db.LockOrganizationAsync(id, ct);
        if (id == Organization.DefaultId)
            throw ProblemException.Conflict(
                "default_organization",
                "The default organization stays: it takes the connections that name no other."
            );
        if (await db.Connections.Existing().CountAsync(c => c.OrganizationId == id, ct) is > 0 and var count)
            throw ProblemException.Conflict("organization_not_empty", $"The organization has {count} connection(s): delete them first.");

        // The row stays as a tombstone, because deleted connections still belong to it and keep their change logs and their directory.
        organization.DeletedAt = transaction.Now;
        await db
            .AdminKeys.Where(k => k.OrganizationId == id && k.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, transaction.Now), ct);
        transaction.Record(AuditAction.OrganizationDeleted, nameof(Organization), id, id, OrganizationResponse.Of(organization), null);
    }

    void RequireKeyOfAll(string action)
    {
        if (transaction.Admin.OrganizationId is not null)
            throw ProblemException.Forbidden($"Only an admin key of all organizations may {action}.");
    }

    async Task SaveAsync(Organization organization, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { ConstraintName: "unique_organization_external_id" })
        {
            throw ProblemException.Conflict(
                "external_id_taken",
                $"Another organization has the externalId '{organization.ExternalId}'. "
                    + $"Find it: GET {ApiRoutes.Root}{ApiRoutes.Organizations}?externalId="
            );
        }
    }
}

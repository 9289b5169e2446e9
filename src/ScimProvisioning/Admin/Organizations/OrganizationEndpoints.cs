using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Organizations;

/// <summary>Organizations: create, list, read, change, delete.</summary>
static class OrganizationEndpoints
{
    public static void MapOrganizations(this RouteGroupBuilder admin)
    {
        var organizations = admin.MapGroup(ApiRoutes.Organizations).WithTags("Organizations");
        organizations
            .MapPost("", Create)
            .WithSummary("Create an organization")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        organizations.MapGet("", List).WithSummary("List organizations, oldest first").ProducesValidationProblem();
        var organization = organizations.MapGroup("{id:guid}").ProducesProblem(StatusCodes.Status404NotFound);
        organization.MapGet("", Get).WithSummary("Read an organization");
        organization
            .MapPatch("", Patch)
            .WithSummary("Change an organization")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        organization
            .MapDelete("", Delete)
            .WithSummary("Delete an organization without connections")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    public static async Task<Created<OrganizationResponse>> Create(
        CreateOrganizationRequest request,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        RequireAll(work, "create organizations");
        var organization = new Organization
        {
            Id = Guid.CreateVersion7(work.Now),
            Name = request.Name!,
            ExternalId = request.ExternalId,
            MaxConnections = request.MaxConnections,
            CreatedAt = work.Now,
        };
        db.Organizations.Add(organization);
        var created = OrganizationResponse.Of(organization);
        work.Record("organization.created", nameof(Organization), organization.Id, organization.Id, null, created);
        await SaveAsync(db, organization, ct);
        return TypedResults.Created($"{ApiRoutes.Root}{ApiRoutes.Organizations}/{organization.Id}", created);
    }

    static async Task<Ok<Page<OrganizationResponse>>> List(
        [AsParameters] OrganizationQuery query,
        [AsParameters] PageRequest page,
        ScimDbContext db,
        CancellationToken ct
    )
    {
        var rows = await db
            .Organizations.AsNoTracking()
            .Where(o => (query.ExternalId == null || o.ExternalId == query.ExternalId) && o.Id > page.Start)
            .OrderBy(o => o.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, OrganizationResponse.Of, row => row.Id));
    }

    static async Task<Ok<OrganizationResponse>> Get(Guid id, ScimDbContext db, CancellationToken ct) =>
        TypedResults.Ok(OrganizationResponse.Of(await db.ReadOrganizationAsync(id, ct)));

    static async Task<Ok<OrganizationResponse>> Patch(
        Guid id,
        ChangeOrganizationRequest request,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        var organization = await db.LockOrganizationAsync(id, ct);
        var before = OrganizationResponse.Of(organization);
        request.ApplyTo(organization);
        var after = OrganizationResponse.Of(organization);
        if (after == before)
            return TypedResults.Ok(after);

        if (after != before with { Name = after.Name })
            RequireAll(work, "change externalId and maxConnections");
        work.Record("organization.updated", nameof(Organization), id, id, before, after);
        await SaveAsync(db, organization, ct);
        return TypedResults.Ok(after);
    }

    public static async Task<NoContent> Delete(Guid id, ScimDbContext db, AdminTransaction work, CancellationToken ct)
    {
        RequireAll(work, "delete organizations");
        var organization = await db.LockOrganizationAsync(id, ct);
        if (id == Organization.DefaultId)
            throw ProblemException.Conflict(
                "default_organization",
                "The default organization stays: it takes the connections that name no other."
            );
        if (await db.Connections.Existing().CountAsync(c => c.OrganizationId == id, ct) is > 0 and var count)
            throw ProblemException.Conflict("organization_not_empty", $"The organization has {count} connection(s): delete them first.");

        // A tombstone: the deleted connections, which keep their events and their directory, still belong to it.
        organization.DeletedAt = work.Now;
        await db
            .AdminKeys.Where(k => k.OrganizationId == id && k.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, work.Now), ct);
        work.Record("organization.deleted", nameof(Organization), id, id, OrganizationResponse.Of(organization), null);
        return TypedResults.NoContent();
    }

    static void RequireAll(AdminTransaction work, string what)
    {
        if (work.Admin.OrganizationId is not null)
            throw ProblemException.Forbidden($"Only an admin key of all organizations may {what}.");
    }

    static async Task SaveAsync(ScimDbContext db, Organization organization, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { ConstraintName: "unique_organization_external_id" })
        {
            throw ProblemException.Conflict(
                "external_id_taken",
                $"Another organization has the externalId '{organization.ExternalId}'. Find it: GET {ApiRoutes.Root}{ApiRoutes.Organizations}?externalId="
            );
        }
    }
}

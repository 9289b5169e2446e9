using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Keys;

/// <summary>The keys to the admin API itself: make, list, read, revoke.</summary>
static class AdminKeyEndpoints
{
    const string Path = "/admin-keys";

    public static void MapAdminKeys(this RouteGroupBuilder admin)
    {
        var keys = admin.MapGroup(Path).WithTags("Admin keys");
        keys.AddEndpointFilter(
            (call, next) =>
                CurrentAdmin.Of(call.HttpContext).OrganizationId is null
                    ? next(call)
                    : throw ProblemException.Forbidden(
                        "This admin key is for one organization: admin keys are managed with one that is for all."
                    )
        );
        keys.MapPost("", Create).WithSummary("Make an admin key; it is shown this once").ProducesValidationProblem();
        keys.MapGet("", List)
            .WithSummary("List the admin keys, the configured one first, without their secrets")
            .ProducesValidationProblem();
        keys.MapGet("{id:guid}", Get).WithSummary("Read an admin key, without its secret").ProducesProblem(StatusCodes.Status404NotFound);
        keys.MapPost("{id:guid}/revoke", Revoke)
            .WithSummary("Revoke an admin key, from the next request on")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        keys.MapDelete("{id:guid}", Delete)
            .WithSummary("Revoke an admin key, from the next request on")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    public static async Task<Created<CreatedAdminKeyResponse>> Create(
        CreateAdminKeyRequest request,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        if (request.OrganizationId is { } organization && await db.TryLockOrganizationAsync(organization, ct) is null)
            throw ProblemException.Invalid("organizationId", "There is no such organization.");

        var (row, key) = AdminKeyStore.Create(
            request.Label,
            request.Scope ?? AdminKey.Full,
            request.OrganizationId,
            work.Admin.Actor,
            work.Now
        );
        db.AdminKeys.Add(row);
        work.Record("admin_key.created", nameof(AdminKey), row.Id, row.OrganizationId, null, AdminKeyResponse.Of(row));
        return TypedResults.Created($"{ApiRoutes.Root}{Path}/{row.Id}", CreatedAdminKeyResponse.Of(row, key));
    }

    public static async Task<Ok<Page<AdminKeyResponse>>> List(
        [AsParameters] PageRequest page,
        ScimDbContext db,
        AdminKeyStore keys,
        CancellationToken ct
    )
    {
        var stored = await db.AdminKeys.AsNoTracking().Where(k => k.Id > page.Start).OrderBy(k => k.Id).Take(page.Take).ToListAsync(ct);
        var shown = stored.Select(AdminKeyResponse.Of);
        // Its id is older than any other.
        if (keys.IsConfigured && page.Start < AdminKeyStore.ConfiguredId)
            shown = shown.Prepend(AdminKeyResponse.Configured);
        return TypedResults.Ok(page.Of([.. shown.Take(page.Take)], key => key, key => key.Id));
    }

    static async Task<Ok<AdminKeyResponse>> Get(Guid id, ScimDbContext db, AdminKeyStore keys, CancellationToken ct) =>
        TypedResults.Ok(IsConfigured(id, keys) ? AdminKeyResponse.Configured : AdminKeyResponse.Of(await FindAsync(id, db, ct)));

    public static async Task<Ok<AdminKeyResponse>> Revoke(
        Guid id,
        ScimDbContext db,
        AdminKeyStore keys,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        if (IsConfigured(id, keys))
            throw ProblemException.Conflict(
                "configured_key",
                "This key is Admin__ApiKey of the configuration: remove or replace it there, and restart."
            );

        // One revocation after the other, so that the last two keys are not revoked at once.
        await db.Database.ExecuteSqlAsync(
            $"SELECT FROM admin_keys WHERE id = {id} OR (scope = 'full' AND organization_id IS NULL) ORDER BY id FOR NO KEY UPDATE",
            ct
        );
        var row = await FindAsync(id, db, ct);
        // Revoking twice keeps the first moment.
        if (row.RevokedAt is not null)
            return TypedResults.Ok(AdminKeyResponse.Of(row));
        if (
            row is { Scope: AdminKey.Full, OrganizationId: null }
            && !keys.IsConfigured
            && !await db.AdminKeys.AnyAsync(
                k => k.Id != id && k.Scope == AdminKey.Full && k.OrganizationId == null && k.RevokedAt == null,
                ct
            )
        )
            throw ProblemException.Conflict("last_full_key", "This is the last key that may do everything: make another one first.");

        var before = AdminKeyResponse.Of(row);
        row.RevokedAt = work.Now;
        work.Record("admin_key.revoked", nameof(AdminKey), id, row.OrganizationId, before, AdminKeyResponse.Of(row));
        return TypedResults.Ok(AdminKeyResponse.Of(row));
    }

    static async Task<NoContent> Delete(Guid id, ScimDbContext db, AdminKeyStore keys, AdminTransaction work, CancellationToken ct)
    {
        await Revoke(id, db, keys, work, ct);
        return TypedResults.NoContent();
    }

    static bool IsConfigured(Guid id, AdminKeyStore keys) => id == AdminKeyStore.ConfiguredId && keys.IsConfigured;

    static async Task<AdminKey> FindAsync(Guid id, ScimDbContext db, CancellationToken ct) =>
        await db.AdminKeys.FirstOrDefaultAsync(k => k.Id == id, ct) ?? throw ProblemException.NotFound($"There is no admin key {id}.");
}

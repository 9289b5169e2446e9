using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Connections;

/// <summary>Connections: create, list, read, change.</summary>
static class ConnectionEndpoints
{
    public static void MapConnections(this RouteGroupBuilder admin)
    {
        var connections = admin.MapGroup(ApiRoutes.Connections).WithTags("Connections");
        connections
            .MapPost("", Create)
            .WithSummary("Create a connection")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        connections.MapGet("", List).WithSummary("List connections, oldest first").ProducesValidationProblem();
        connections.MapGet("{id:guid}", Get).WithSummary("Read a connection").ProducesProblem(StatusCodes.Status404NotFound);
        connections
            .MapPatch("{id:guid}", Patch)
            .WithSummary("Change a connection; its Tenant URL and its tokens stay")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);

        var ofOrganization = admin
            .MapGroup(ApiRoutes.Organizations + "/{organizationId:guid}" + ApiRoutes.Connections)
            .WithTags("Connections")
            .ProducesProblem(StatusCodes.Status404NotFound);
        ofOrganization
            .MapPost("", CreateIn)
            .WithSummary("Create a connection of an organization")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        ofOrganization.MapGet("", ListIn).WithSummary("List the connections of an organization, oldest first").ProducesValidationProblem();
    }

    public static async Task<Created<ConnectionResponse>> Create(
        CreateConnectionRequest request,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var organizationId = request.OrganizationId ?? work.Admin.OrganizationId ?? Organization.DefaultId;
        var organization =
            await db.TryLockOrganizationAsync(organizationId, ct)
            ?? throw ProblemException.Invalid("organizationId", "There is no such organization.");
        await RequireRoomAsync(organization, db, ct);

        var connection = new Connection
        {
            Id = Guid.CreateVersion7(work.Now),
            OrganizationId = organizationId,
            Key = ConnectionKey.Create(),
            Name = request.Name!,
            Provider = ConnectionRules.ProviderOf(request.Provider ?? ConnectionRules.DefaultProvider),
            State = ConnectionState.Pending,
            Version = 0,
            CreatedAt = work.Now,
            EntraTenantId = request.EntraTenantId,
            EntraAppObjectId = request.EntraAppObjectId,
            AllowedAddresses = ConnectionRules.BlocksOf(request.AllowedAddresses),
            Settings = request.Settings?.Over(ConnectionSettings.Default) ?? ConnectionSettings.Default,
        };
        db.Connections.Add(connection);
        var created = ConnectionResponse.Of(connection, url);
        await work.RecordAsync("connection.created", connection, nameof(Connection), connection.Id, null, created, ct);
        return TypedResults.Created(
            $"{ApiRoutes.Root}{ApiRoutes.Connections}/{connection.Id}",
            created with
            {
                Counts = ResourceCounts.None,
            }
        );
    }

    static async Task<Created<ConnectionResponse>> CreateIn(
        Guid organizationId,
        CreateConnectionRequest request,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        if (request.OrganizationId is { } other && other != organizationId)
            throw ProblemException.Invalid("organizationId", "Must be that of the path, or absent.");
        await db.ReadOrganizationAsync(organizationId, ct);
        return await Create(request with { OrganizationId = organizationId }, db, work, url, ct);
    }

    public static async Task<Ok<Page<ConnectionResponse>>> List(
        [FromQuery] Guid? organizationId,
        [AsParameters] ConnectionQuery query,
        [AsParameters] PageRequest page,
        ScimDbContext db,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var rows = await query
            .Of(db.Connections.Existing())
            .Where(c => (organizationId == null || c.OrganizationId == organizationId) && c.Id > page.Start)
            .OrderBy(c => c.Id)
            .Take(page.Take)
            .WithoutDocuments()
            .ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, row => ConnectionResponse.Of(row, url), row => row.Id));
    }

    static async Task<Ok<Page<ConnectionResponse>>> ListIn(
        Guid organizationId,
        [AsParameters] ConnectionQuery query,
        [AsParameters] PageRequest page,
        ScimDbContext db,
        PublicUrl url,
        CancellationToken ct
    )
    {
        await db.ReadOrganizationAsync(organizationId, ct);
        return await List(organizationId, query, page, db, url, ct);
    }

    static async Task<Ok<ConnectionResponse>> Get(Guid id, ScimDbContext db, PublicUrl url, CancellationToken ct) =>
        TypedResults.Ok(await ConnectionResponse.WithCountsAsync(await db.ReadConnectionAsync(id, ct), url, db, ct));

    static async Task<Ok<ConnectionResponse>> Patch(
        Guid id,
        ChangeConnectionRequest request,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var before = ConnectionResponse.Of(connection, url);
        request.ApplyTo(connection);
        if (db.ChangeTracker.HasChanges())
            await work.RecordAsync(
                "connection.updated",
                connection,
                nameof(Connection),
                id,
                before,
                ConnectionResponse.Of(connection, url),
                ct
            );
        return TypedResults.Ok(await ConnectionResponse.WithCountsAsync(connection, url, db, ct));
    }

    /// <summary>Under the lock of the organization: of two that are created at once, the second counts the first.</summary>
    static async Task RequireRoomAsync(Organization organization, ScimDbContext db, CancellationToken ct)
    {
        if (
            organization.MaxConnections is { } limit
            && await db.Connections.Existing().CountAsync(c => c.OrganizationId == organization.Id, ct) >= limit
        )
            throw ProblemException.Conflict(
                "max_connections",
                $"The organization may have {limit} connection(s), and has them: delete one, or have its maxConnections raised (PATCH {ApiRoutes.Root}{ApiRoutes.Organizations}/{organization.Id})."
            );
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Admin;

/// <summary>Connections: create, list, read.</summary>
static class ConnectionEndpoints
{
    /// <summary>Where connections are, below the admin API.</summary>
    public const string Path = "/connections";

    public static void MapConnections(this RouteGroupBuilder admin)
    {
        var connections = admin.MapGroup(Path).WithTags("Connections");
        connections.MapPost("", Create).WithSummary("Create a connection").ProducesValidationProblem();
        connections.MapGet("", List).WithSummary("List connections, oldest first").ProducesValidationProblem();
        connections.MapGet("{id:guid}", Get).WithSummary("Read a connection").ProducesProblem(StatusCodes.Status404NotFound);
    }

    public static async Task<Created<ConnectionResponse>> Create(CreateConnectionRequest request, ScimDbContext db, AdminWork work, PublicUrl url, CancellationToken ct)
    {
        var organizationId = request.OrganizationId ?? work.Admin.OrganizationId ?? Organization.DefaultId;
        if (!await db.Organizations.AnyAsync(o => o.Id == organizationId, ct)) throw ProblemException.Invalid("organizationId", "There is no such organization.");

        var connection = new Connection
        {
            Id = Guid.CreateVersion7(work.Now),
            OrganizationId = organizationId,
            Key = ConnectionKey.Create(),
            Name = request.Name!,
            Provider = request.Provider ?? CreateConnectionRequest.DefaultProvider,
            State = ConnectionState.Pending,
            Version = 0,
            CreatedAt = work.Now,
        };
        db.Connections.Add(connection);
        await work.RecordAsync("connection.created", connection, nameof(Connection), connection.Id, null, ConnectionResponse.Of(connection, url), ct);
        return TypedResults.Created($"{AdminApi.Path}{Path}/{connection.Id}", ConnectionResponse.Of(connection, url));
    }

    public static async Task<Ok<Page<ConnectionResponse>>> List([AsParameters] PageRequest page, ScimDbContext db, PublicUrl url, CancellationToken ct)
    {
        var rows = await db.Existing().Where(c => c.Id > page.Start).OrderBy(c => c.Id).Take(page.Take).WithoutDocuments().ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, row => ConnectionResponse.Of(row, url), row => row.Id));
    }

    static async Task<Ok<ConnectionResponse>> Get(Guid id, ScimDbContext db, PublicUrl url, CancellationToken ct) =>
        TypedResults.Ok(ConnectionResponse.Of(await db.ReadConnectionAsync(id, ct), url));
}

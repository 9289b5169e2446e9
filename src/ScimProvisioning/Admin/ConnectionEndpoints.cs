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

    /// <summary>The answer to an id that names no connection.</summary>
    public static ProblemHttpResult NotFound(Guid id) =>
        TypedResults.Problem($"There is no connection {id}.", statusCode: StatusCodes.Status404NotFound);

    static async Task<Results<Created<ConnectionResponse>, ValidationProblem>> Create(
        CreateConnectionRequest request, ScimDbContext db, PublicUrl url, TimeProvider clock, CancellationToken ct)
    {
        var organizationId = request.OrganizationId ?? Organization.DefaultId;
        if (!await db.Organizations.AnyAsync(o => o.Id == organizationId, ct))
            return TypedResults.ValidationProblem([new("organizationId", ["There is no such organization."])]);

        var now = clock.GetStoredNow();
        var connection = new Connection
        {
            Id = Guid.CreateVersion7(now),
            OrganizationId = organizationId,
            Key = ConnectionKey.Create(),
            Name = request.Name!,
            Provider = request.Provider ?? CreateConnectionRequest.DefaultProvider,
            State = ConnectionState.Pending,
            CreatedAt = now,
        };
        db.Connections.Add(connection);
        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"{AdminApi.Path}{Path}/{connection.Id}", ConnectionResponse.Of(connection, url));
    }

    static async Task<Ok<Page<ConnectionResponse>>> List(
        [AsParameters] PageRequest page, ScimDbContext db, PublicUrl url, CancellationToken ct)
    {
        var rows = await db.Connections.Where(c => c.Id > page.Start).OrderBy(c => c.Id).Take(page.Take).WithoutDocuments().ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, row => ConnectionResponse.Of(row, url), row => row.Id));
    }

    static async Task<Results<Ok<ConnectionResponse>, ProblemHttpResult>> Get(Guid id, ScimDbContext db, PublicUrl url, CancellationToken ct) =>
        await db.Connections.Where(c => c.Id == id).WithoutDocuments().FirstOrDefaultAsync(ct) is { } connection
            ? TypedResults.Ok(ConnectionResponse.Of(connection, url))
            : NotFound(id);
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Entra;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>The OAuth clients of a connection: make, list, read, revoke.</summary>
static class OAuthClientEndpoints
{
    public const string Path = ApiRoutes.Connection + "/oauth-clients";

    public static void MapOAuthClients(this RouteGroupBuilder admin)
    {
        var clients = admin.MapGroup(Path).WithTags("OAuth clients").ProducesProblem(StatusCodes.Status404NotFound);
        clients
            .MapPost("", Create)
            .WithSummary("Make an OAuth client; its secret is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        clients
            .MapGet("", List)
            .WithSummary("List the OAuth clients of a connection, oldest first, without their secrets")
            .ProducesValidationProblem();
        clients.MapGet("{clientRowId:guid}", Get).WithSummary("Read an OAuth client, without its secrets");
        clients
            .MapPost("{clientRowId:guid}/revoke", Revoke)
            .WithSummary("Revoke an OAuth client and its access tokens, from the next request on");
        clients
            .MapDelete("{clientRowId:guid}", Delete)
            .WithSummary("Revoke an OAuth client and its access tokens, from the next request on");
        clients.MapClientSecrets();
    }

    public static async Task<Created<CreatedOAuthClientResponse>> Create(
        Guid id,
        CreateOAuthClientRequest? request,
        ScimDbContext db,
        AdminTransaction work,
        EntraOptions entra,
        PublicUrl url,
        CancellationToken ct
    )
    {
        request ??= new();
        var connection = await db.LockConnectedAsync(id, ct);
        var client = new OAuthClient
        {
            Id = Guid.CreateVersion7(work.Now),
            ConnectionId = id,
            ClientId = ClientId.Create(),
            Label = request.Label,
            Scopes = ScopeRules.Of(request.Scopes),
            AssertionIssuer = request.Federation is { } federation ? Issuer(federation, connection, entra) : null,
            AssertionSubject = request.Federation?.Subject,
            AssertionAudience = request.Federation?.Audience,
            CreatedAt = work.Now,
            CreatedBy = work.Admin.Actor,
        };
        var secret = request.Federation is null ? ClientSecret.Create(client, request.ExpiresInDays, work.Admin.Actor, work.Now) : null;
        if (secret is not null)
            client.Secrets.Add(secret.Row);
        db.OAuthClients.Add(client);
        await work.RecordAsync(
            "connection.oauth_client_created",
            connection,
            nameof(OAuthClient),
            client.Id,
            null,
            OAuthClientResponse.Of(client, connection.Key, url, work.Now),
            ct
        );
        return TypedResults.Created(
            $"{ApiRoutes.Root}{ApiRoutes.Connections}/{id}/oauth-clients/{client.Id}",
            new CreatedOAuthClientResponse(
                client.Id,
                client.ClientId,
                secret?.Value,
                secret?.Row.Id,
                url.OfTokens,
                url.Of(connection.Key),
                client.Label,
                client.Scopes,
                FederationResponse.Of(client),
                work.Now.UtcDateTime,
                secret?.Row.ExpiresAt?.UtcDateTime
            )
        );
    }

    static async Task<Ok<Page<OAuthClientResponse>>> List(
        Guid id,
        [AsParameters] PageRequest page,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.ReadConnectionAsync(id, ct);
        var rows = await Of(id, db).AsNoTracking().Where(c => c.Id > page.Start).OrderBy(c => c.Id).Take(page.Take).ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, row => OAuthClientResponse.Of(row, connection.Key, url, work.Now), row => row.Id));
    }

    static async Task<Ok<OAuthClientResponse>> Get(
        Guid id,
        Guid clientRowId,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.ReadConnectionAsync(id, ct);
        return TypedResults.Ok(OAuthClientResponse.Of(await db.FindOAuthClientAsync(id, clientRowId, ct), connection.Key, url, work.Now));
    }

    public static async Task<Ok<OAuthClientResponse>> Revoke(
        Guid id,
        Guid clientRowId,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var client = await db.FindOAuthClientAsync(id, clientRowId, ct);
        // Revoking twice keeps the first moment.
        if (client.RevokedAt is null)
        {
            var before = OAuthClientResponse.Of(client, connection.Key, url, work.Now);
            client.RevokedAt = work.Now;
            await db
                .Tokens.Where(t => t.ConnectionId == id && t.OAuthClientId == clientRowId && t.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, work.Now), ct);
            await work.RecordAsync(
                "connection.oauth_client_revoked",
                connection,
                nameof(OAuthClient),
                clientRowId,
                before,
                OAuthClientResponse.Of(client, connection.Key, url, work.Now),
                ct
            );
        }
        return TypedResults.Ok(OAuthClientResponse.Of(client, connection.Key, url, work.Now));
    }

    static async Task<NoContent> Delete(
        Guid id,
        Guid clientRowId,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        await Revoke(id, clientRowId, db, work, url, ct);
        return TypedResults.NoContent();
    }

    /// <exception cref="ProblemException">404.</exception>
    public static async Task<OAuthClient> FindOAuthClientAsync(this ScimDbContext db, Guid id, Guid clientRowId, CancellationToken ct) =>
        await Of(id, db).FirstOrDefaultAsync(c => c.Id == clientRowId, ct)
        ?? throw ProblemException.NotFound($"Connection {id} has no OAuth client {clientRowId}.");

    static IQueryable<OAuthClient> Of(Guid id, ScimDbContext db) =>
        db.OAuthClients.Include(c => c.Secrets).Where(c => c.ConnectionId == id);

    static string Issuer(FederationRequest federation, Connection connection, EntraOptions entra) =>
        federation.Issuer
        ?? (
            connection.EntraTenantId is { } tenant
                ? entra.FederationIssuerOf(tenant)
                : throw ProblemException.Invalid("federation.issuer", "Must be given, since the connection has no entraTenantId.")
        );
}

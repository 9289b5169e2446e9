using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>The secret tokens of a connection: make, list, read, rotate, revoke. Access tokens of its OAuth clients are none of them.</summary>
static class TokenEndpoints
{
    public static void MapTokens(this RouteGroupBuilder admin)
    {
        var tokens = admin.MapGroup(ApiRoutes.Connection + "/tokens").WithTags("Tokens").ProducesProblem(StatusCodes.Status404NotFound);
        tokens
            .MapPost("", Create)
            .WithSummary("Make a secret token; it is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        tokens
            .MapGet("", List)
            .WithSummary("List the tokens of a connection, oldest first, without their secrets")
            .ProducesValidationProblem();
        tokens.MapGet("{tokenId:guid}", Get).WithSummary("Read a token, without its secret");
        tokens
            .MapPost("{tokenId:guid}/rotate", Rotate)
            .WithSummary("Make a token in place of another, which stays good for a while; the new one is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        tokens.MapPost("{tokenId:guid}/revoke", Revoke).WithSummary("Revoke a token, from the next request on");
        tokens.MapDelete("{tokenId:guid}", Delete).WithSummary("Revoke a token, from the next request on");
    }

    public static async Task<Created<CreatedTokenResponse>> Create(
        Guid id,
        CreateTokenRequest? request,
        ScimDbContext db,
        AdminTransaction work,
        IOptions<SigningKeys> keys,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectedAsync(id, ct);
        return await MakeAsync(connection, request ?? new(), null, db, work, keys.Value, url, ct);
    }

    public static async Task<Ok<Page<TokenResponse>>> List(
        Guid id,
        [AsParameters] PageRequest page,
        ScimDbContext db,
        AdminTransaction work,
        CancellationToken ct
    )
    {
        await db.RequireConnectionAsync(id, ct);
        var rows = await Of(id, db).AsNoTracking().Where(t => t.Id > page.Start).OrderBy(t => t.Id).Take(page.Take).ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, row => TokenResponse.Of(row, work.Now), row => row.Id));
    }

    static async Task<Ok<TokenResponse>> Get(Guid id, Guid tokenId, ScimDbContext db, AdminTransaction work, CancellationToken ct)
    {
        await db.RequireConnectionAsync(id, ct);
        return TypedResults.Ok(TokenResponse.Of(await FindAsync(id, tokenId, db, ct), work.Now));
    }

    public static async Task<Created<CreatedTokenResponse>> Rotate(
        Guid id,
        Guid tokenId,
        RotateTokenRequest? request,
        ScimDbContext db,
        AdminTransaction work,
        IOptions<SigningKeys> keys,
        PublicUrl url,
        CancellationToken ct
    )
    {
        request ??= new();
        var connection = await db.LockConnectedAsync(id, ct);
        var old = await FindAsync(id, tokenId, db, ct);
        var before = TokenResponse.Of(old, work.Now);
        if (before.Status != TokenResponse.Active)
            throw ProblemException.Conflict("token_not_active", $"Token {tokenId} is {before.Status}: make a new one instead.");

        var end = work.Now.AddHours(request.OverlapHours);
        if (request.OverlapHours == 0)
            old.RevokedAt = work.Now;
        else if (old.ExpiresAt is null || old.ExpiresAt > end)
            old.ExpiresAt = end;
        await work.RecordAsync("connection.token_rotated", connection, nameof(Token), tokenId, before, TokenResponse.Of(old, work.Now), ct);
        return await MakeAsync(connection, request, old, db, work, keys.Value, url, ct);
    }

    public static async Task<Ok<TokenResponse>> Revoke(Guid id, Guid tokenId, ScimDbContext db, AdminTransaction work, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var token = await FindAsync(id, tokenId, db, ct);
        // Revoking twice keeps the first moment.
        if (token.RevokedAt is null)
        {
            var before = TokenResponse.Of(token, work.Now);
            token.RevokedAt = work.Now;
            await work.RecordAsync(
                "connection.token_revoked",
                connection,
                nameof(Token),
                tokenId,
                before,
                TokenResponse.Of(token, work.Now),
                ct
            );
        }
        return TypedResults.Ok(TokenResponse.Of(token, work.Now));
    }

    static async Task<NoContent> Delete(Guid id, Guid tokenId, ScimDbContext db, AdminTransaction work, CancellationToken ct)
    {
        await Revoke(id, tokenId, db, work, ct);
        return TypedResults.NoContent();
    }

    static async Task<Created<CreatedTokenResponse>> MakeAsync(
        Connection connection,
        CreateTokenRequest request,
        Token? old,
        ScimDbContext db,
        AdminTransaction work,
        SigningKeys keys,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var expiresAt = request.ExpiryFrom(work.Now);
        var secret = SecretToken.Create(keys, work.Now, expiresAt);
        var token = new Token
        {
            Id = Guid.CreateVersion7(work.Now),
            ConnectionId = connection.Id,
            Label = request.Label ?? old?.Label,
            JtiHash = secret.JtiHash,
            Hint = secret.Hint,
            Scopes = ScopeRules.Of(request.Scopes ?? old?.Scopes),
            CreatedAt = work.Now,
            CreatedBy = work.Admin.Actor,
            ExpiresAt = expiresAt,
        };
        db.Tokens.Add(token);
        await work.RecordAsync(
            "connection.token_created",
            connection,
            nameof(Token),
            token.Id,
            null,
            TokenResponse.Of(token, work.Now),
            ct
        );
        return TypedResults.Created(
            $"{ApiRoutes.Root}{ApiRoutes.Connections}/{connection.Id}/tokens/{token.Id}",
            new CreatedTokenResponse(
                token.Id,
                token.Label,
                secret.Value,
                token.Hint,
                url.Of(connection.Key),
                token.Scopes,
                work.Now.UtcDateTime,
                expiresAt?.UtcDateTime
            )
        );
    }

    static IQueryable<Token> Of(Guid id, ScimDbContext db) => db.Tokens.Where(t => t.ConnectionId == id && t.OAuthClientId == null);

    static async Task<Token> FindAsync(Guid id, Guid tokenId, ScimDbContext db, CancellationToken ct) =>
        await Of(id, db).FirstOrDefaultAsync(t => t.Id == tokenId, ct)
        ?? throw ProblemException.NotFound($"Connection {id} has no token {tokenId}.");
}

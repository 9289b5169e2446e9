using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Admin;

/// <summary>The secret tokens of a connection: make, list, revoke.</summary>
static class TokenEndpoints
{
    public static void MapTokens(this RouteGroupBuilder admin)
    {
        var tokens = admin.MapGroup(ConnectionEndpoints.Path + "/{id:guid}/tokens").WithTags("Tokens")
            .ProducesProblem(StatusCodes.Status404NotFound);
        tokens.MapPost("", Create).WithSummary("Make a secret token; it is shown this once").ProducesValidationProblem();
        tokens.MapGet("", List).WithSummary("List the tokens of a connection, oldest first, without their secrets").ProducesValidationProblem();
        tokens.MapDelete("{tokenId:guid}", Revoke).WithSummary("Revoke a token, from the next request on");
    }

    public static async Task<Created<CreatedTokenResponse>> Create(
        Guid id, CreateTokenRequest? request, ScimDbContext db, AdminWork work, IOptions<SigningKeys> keys, PublicUrl url, CancellationToken ct)
    {
        request ??= new();
        var connection = await db.LockConnectionAsync(id, ct);
        DateTimeOffset? expiresAt = request.ExpiresInDays is { } days ? work.Now.AddDays(days) : null;
        var secret = SecretToken.Create(keys.Value, work.Now, expiresAt);
        var token = new Token
        {
            Id = Guid.CreateVersion7(work.Now),
            ConnectionId = id,
            Label = request.Label,
            JtiHash = secret.JtiHash,
            Hint = secret.Hint,
            CreatedAt = work.Now,
            CreatedBy = work.Admin.Actor,
            ExpiresAt = expiresAt,
        };
        db.Tokens.Add(token);
        await work.RecordAsync("connection.token_created", connection, nameof(Token), token.Id, null, TokenResponse.Of(token), ct);
        return TypedResults.Created((string?)null, new CreatedTokenResponse(
            token.Id, token.Label, secret.Value, token.Hint, url.Of(connection.Key), work.Now.UtcDateTime, expiresAt?.UtcDateTime));
    }

    static async Task<Ok<Page<TokenResponse>>> List(Guid id, [AsParameters] PageRequest page, ScimDbContext db, CancellationToken ct)
    {
        await db.RequireConnectionAsync(id, ct);
        var rows = await db.Tokens.AsNoTracking()
            .Where(t => t.ConnectionId == id && t.OAuthClientId == null && t.Id > page.Start)
            .OrderBy(t => t.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, TokenResponse.Of, row => row.Id));
    }

    public static async Task<NoContent> Revoke(Guid id, Guid tokenId, ScimDbContext db, AdminWork work, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var token = await db.Tokens.FirstOrDefaultAsync(t => t.Id == tokenId && t.ConnectionId == id && t.OAuthClientId == null, ct)
            ?? throw ProblemException.NotFound($"Connection {id} has no token {tokenId}.");
        // Revoking twice keeps the first moment.
        if (token.RevokedAt is not null) return TypedResults.NoContent();

        var before = TokenResponse.Of(token);
        token.RevokedAt = work.Now;
        await work.RecordAsync("connection.token_revoked", connection, nameof(Token), tokenId, before, TokenResponse.Of(token), ct);
        return TypedResults.NoContent();
    }
}

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

    static async Task<Results<Created<CreatedTokenResponse>, ProblemHttpResult>> Create(
        Guid id,
        CreateTokenRequest? request,
        ScimDbContext db,
        IOptions<SigningKeys> keys,
        PublicUrl url,
        TimeProvider clock,
        CancellationToken ct)
    {
        if (await db.Connections.Where(c => c.Id == id).Select(c => c.Key).FirstOrDefaultAsync(ct) is not { } connectionKey)
            return ConnectionEndpoints.NotFound(id);

        request ??= new();
        var now = clock.GetStoredNow();
        DateTimeOffset? expiresAt = request.ExpiresInDays is { } days ? now.AddDays(days) : null;
        var secret = SecretToken.Create(keys.Value, now, expiresAt);
        var token = new Token
        {
            Id = Guid.CreateVersion7(now),
            ConnectionId = id,
            Label = request.Label,
            JtiHash = secret.JtiHash,
            Hint = secret.Hint,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        db.Tokens.Add(token);
        await db.SaveChangesAsync(ct);
        return TypedResults.Created((string?)null, new CreatedTokenResponse(
            token.Id, token.Label, secret.Value, token.Hint, url.Of(connectionKey), now.UtcDateTime, expiresAt?.UtcDateTime));
    }

    static async Task<Results<Ok<Page<TokenResponse>>, ProblemHttpResult>> List(
        Guid id, [AsParameters] PageRequest page, ScimDbContext db, CancellationToken ct)
    {
        if (!await db.Connections.AnyAsync(c => c.Id == id, ct))
            return ConnectionEndpoints.NotFound(id);

        var rows = await db.Tokens.AsNoTracking()
            .Where(t => t.ConnectionId == id && t.Id > page.Start)
            .OrderBy(t => t.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, TokenResponse.Of, row => row.Id));
    }

    static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        Guid id, Guid tokenId, ScimDbContext db, TokenChanges changes, TimeProvider clock, CancellationToken ct)
    {
        DateTimeOffset? now = clock.GetStoredNow();
        // Revoking twice keeps the first moment.
        var revoked = await changes.CommitAsync(
            db,
            () => db.Tokens.Where(t => t.Id == tokenId && t.ConnectionId == id)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, t => t.RevokedAt ?? now), ct),
            ct);
        return revoked > 0
            ? TypedResults.NoContent()
            : TypedResults.Problem($"Connection {id} has no token {tokenId}.", statusCode: StatusCodes.Status404NotFound);
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>
/// Creates, lists, reads, rotates and revokes the secret tokens of a connection. The access tokens of OAuth clients are not among them.
/// </summary>
sealed class TokenUseCases(ScimDbContext db, AdminTransaction transaction, IOptions<SigningKeys> keys, PublicUrl url)
{
    public async Task<CreatedTokenResponse> CreateAsync(Guid connectionId, CreateTokenRequest request, CancellationToken ct)
    {
        var connection = await db.LockNotDisconnectedAsync(connectionId, ct);
        return await CreateAsync(connection, request, replaced: null, ct);
    }

    public async Task<Page<TokenResponse>> ListAsync(Guid connectionId, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        var rows = await TokensOf(connectionId)
            .AsNoTracking()
            .Where(t => t.Id > page.Start)
            .OrderBy(t => t.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        return page.Of(rows, row => TokenResponse.Of(row, transaction.Now), row => row.Id);
    }

    public async Task<TokenResponse> GetAsync(Guid connectionId, Guid tokenId, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        return TokenResponse.Of(await FindAsync(connectionId, tokenId, ct), transaction.Now);
    }

    /// <summary>Creates a token in place of another one, which stays valid for the hours of the overlap.</summary>
    /// <exception cref="ProblemException">404; 409 when the old token is not active.</exception>
    public async Task<CreatedTokenResponse> RotateAsync(Guid connectionId, Guid tokenId, RotateTokenRequest request, CancellationToken ct)
    {
        var connection = await db.LockNotDisconnectedAsync(connectionId, ct);
        var old = await FindAsync(connectionId, tokenId, ct);
        var before = TokenResponse.Of(old, transaction.Now);
        if (before.Status != TokenResponse.Active)
            throw ProblemException.Conflict("token_not_active", $"Token {tokenId} is {before.Status}: make a new one instead.");

        old.ReplacedAt = transaction.Now;
        var end = transaction.Now.AddHours(request.OverlapHours);
        if (request.OverlapHours == 0)
            old.RevokedAt = transaction.Now;
        else if (old.ExpiresAt is null || old.ExpiresAt > end)
            old.ExpiresAt = end;
        var after = TokenResponse.Of(old, transaction.Now);
        await transaction.RecordAsync(ChangeType.TokenRotated, connection, nameof(Token), tokenId, before, after, ct);
        return await CreateAsync(connection, request, old, ct);
    }

    /// <summary>Revokes a token. A token that is revoked already keeps its first time of revocation.</summary>
    public async Task<TokenResponse> RevokeAsync(Guid connectionId, Guid tokenId, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(connectionId, ct);
        var token = await FindAsync(connectionId, tokenId, ct);
        if (token.RevokedAt is null)
        {
            var before = TokenResponse.Of(token, transaction.Now);
            token.RevokedAt = transaction.Now;
            var after = TokenResponse.Of(token, transaction.Now);
            await transaction.RecordAsync(ChangeType.TokenRevoked, connection, nameof(Token), tokenId, before, after, ct);
        }
        return TokenResponse.Of(token, transaction.Now);
    }

    /// <param name="replaced">The token whose label and scopes the new one takes, unless the request names its own.</param>
    async Task<CreatedTokenResponse> CreateAsync(Connection connection, CreateTokenRequest request, Token? replaced, CancellationToken ct)
    {
        var expiresAt = request.ExpiryFrom(transaction.Now);
        var secret = SecretToken.Create(keys.Value, transaction.Now, expiresAt);
        var token = new Token
        {
            Id = Guid.CreateVersion7(transaction.Now),
            ConnectionId = connection.Id,
            Label = request.Label ?? replaced?.Label,
            JtiHash = secret.JtiHash,
            Hint = secret.Hint,
            Scopes = ScopeRules.Of(request.Scopes ?? replaced?.Scopes),
            CreatedAt = transaction.Now,
            CreatedBy = transaction.Admin.Actor,
            ExpiresAt = expiresAt,
        };
        db.Tokens.Add(token);
        var created = TokenResponse.Of(token, transaction.Now);
        await transaction.RecordAsync(ChangeType.TokenCreated, connection, nameof(Token), token.Id, null, created, ct);
        return CreatedTokenResponse.Of(token, secret.Value, url.Of(connection.Key));
    }

    IQueryable<Token> TokensOf(Guid connectionId) => db.Tokens.Where(t => t.ConnectionId == connectionId && t.OAuthClientId == null);

    async Task<Token> FindAsync(Guid connectionId, Guid tokenId, CancellationToken ct) =>
        await TokensOf(connectionId).FirstOrDefaultAsync(t => t.Id == tokenId, ct)
        ?? throw ProblemException.NotFound($"Connection {connectionId} has no token {tokenId}.");
}

using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>Finds out which client asks, and whether it is the one that it says.</summary>
sealed class ClientAuthentication(ClientAssertions assertions, ConnectionCache cache, FailedLoginLog failures, TimeProvider clock)
{
    /// <summary>The client, tracked, with its connection; its secret, if it came with one, has been noted as used.</summary>
    /// <exception cref="OAuthException">It is none, or not now.</exception>
    /// <exception cref="UnavailableException">The keys of its issuer cannot be had.</exception>
    public async Task<OAuthClient> LogInAsync(HttpContext http, ScimDbContext db, TokenRequest request)
    {
        var (jwt, ct) = (UnverifiedJwt.Read(request.Assertion), http.RequestAborted);
        OAuthClient? client;
        // Whose client it is comes out only now. No session is held while keys are fetched from somebody else's server.
        await using (await db.BeginAsync(Reach.Everything, ct))
            client = await FindAsync(db, request.ClientId, jwt, ct);
        var connection = client is null ? null : await cache.FindConnectionAsync(client.Connection!.Key, ct);
        var refusal =
            client is null || connection is null
                ? FailedLoginReason.Unknown
                : CredentialCheck.Check(http, connection)
                    ?? (client.RevokedAt is null ? await ProveAsync(client, request, jwt, ct) : FailedLoginReason.Revoked);
        if (refusal is not { } reason)
            return client!;
        throw failures.AreTooMany(http, new(reason, connection, OAuthClientId: client?.Id))
            ? OAuthException.InvalidClient(StatusCodes.Status429TooManyRequests)
            : OAuthException.InvalidClient();
    }

    static async Task<OAuthClient?> FindAsync(ScimDbContext db, string? clientId, UnverifiedJwt? jwt, CancellationToken ct)
    {
        var clients = db.OAuthClients.Include(c => c.Connection).Include(c => c.Secrets);
        if (clientId is not null)
            return ClientId.IsPossible(clientId) ? await clients.FirstOrDefaultAsync(c => c.ClientId == clientId, ct) : null;
        // RFC 7523 §3: without client_id the assertion tells the client; it is not for us to choose among several.
        if (
            jwt is null
            || !jwt
                .Audiences.Append(jwt.Issuer)
                .Append(jwt.Subject)
                .All(text => text is not null && !text.Contains('\0', StringComparison.Ordinal))
        )
            return null;
        return
            await clients
                .Where(c =>
                    c.AssertionIssuer == jwt.Issuer && c.AssertionSubject == jwt.Subject && jwt.Audiences.Contains(c.AssertionAudience!)
                )
                .Take(2)
                .ToListAsync(ct)
                is [var client]
            ? client
            : null;
    }

    async Task<FailedLoginReason?> ProveAsync(OAuthClient client, TokenRequest request, UnverifiedJwt? jwt, CancellationToken ct)
    {
        if (request.Assertion is { } assertion)
            return await assertions.RefusalAsync(client, assertion, jwt, ct);
        var now = clock.GetStoredNow();
        if (ClientSecret.Find(client, request.Secret ?? "") is not { } secret)
            return FailedLoginReason.WrongSecret;
        if (!ClientSecret.IsLive(secret, now))
            return secret.RevokedAt is null ? FailedLoginReason.Expired : FailedLoginReason.Revoked;
        secret.LastUsedAt = now;
        return null;
    }
}

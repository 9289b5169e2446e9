using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>Authenticates an OAuth client by its secret or its assertion.</summary>
sealed class ClientAuthentication(
    ClientAssertions assertions,
    ConnectionCache cache,
    UnknownCallers unknown,
    LoginThrottle throttle,
    FailedLoginLog failures,
    TimeProvider clock
)
{
    /// <summary>The client with its connection, both tracked; the use of its secret is noted on the row.</summary>
    /// <exception cref="OAuthException">The client is unknown, its proof is wrong, or it cannot log in now.</exception>
    /// <exception cref="UnavailableException">The keys of its issuer cannot be fetched.</exception>
    public async Task<OAuthClient> LogInAsync(HttpContext http, ScimDbContext db, TokenRequest request)
    {
        var (jwt, ct) = (UnverifiedJwt.Read(request.Assertion), http.RequestAborted);
        // Each guess is another credential: a secret belongs to it, and of an assertion what does not change from one to the next.
        var credential = $"{request.ClientId} {request.Secret} {jwt?.Issuer} {jwt?.Subject}";
        var (client, isRefused) = await unknown.FindAsync(http, credential, () => LookUpAsync(db, request.ClientId, jwt, ct));
        if (isRefused)
            throw await RefuseAsync(http, RejectedCredential.NotLookedUp);
        var connection = client is null ? null : await cache.FindConnectionAsync(client.Connection!.Key, ct);
        var failure =
            client is null || connection is null
                ? FailedLoginReason.Unknown
                : CredentialCheck.CheckConnection(http, connection)
                    ?? (client.RevokedAt is null ? await VerifyAsync(client, request, jwt, ct) : FailedLoginReason.Revoked);
        if (failure is not { } reason)
            return client!;
        // A forged assertion names the same issuer and subject as the good ones: it must not make their client unknown.
        if (request.Assertion is null)
            unknown.Forget<OAuthClient>(credential);
        throw await RefuseAsync(http, new(reason, connection, OAuthClientId: client?.Id));
    }

    async Task<OAuthException> RefuseAsync(HttpContext http, RejectedCredential login)
    {
        if (!failures.Record(http, login))
            return OAuthException.InvalidClient();
        await throttle.HoldBackAsync(http);
        return OAuthException.InvalidClient(StatusCodes.Status429TooManyRequests);
    }

    // Which organization it belongs to is known only after the look-up. No session is held while keys are fetched from an issuer.
    static async Task<OAuthClient?> LookUpAsync(ScimDbContext db, string? clientId, UnverifiedJwt? jwt, CancellationToken ct)
    {
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        return await FindAsync(db, clientId, jwt, ct);
    }

    static async Task<OAuthClient?> FindAsync(ScimDbContext db, string? clientId, UnverifiedJwt? jwt, CancellationToken ct)
    {
        var clients = db.OAuthClients.Include(c => c.Connection).Include(c => c.Secrets);
        if (clientId is not null)
            return ClientId.IsPossible(clientId) ? await clients.FirstOrDefaultAsync(c => c.ClientId == clientId, ct) : null;
        // RFC 7523 §3: without client_id the assertion names the client. When it fits several, none is chosen.
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

    async Task<FailedLoginReason?> VerifyAsync(OAuthClient client, TokenRequest request, UnverifiedJwt? jwt, CancellationToken ct)
    {
        if (request.Assertion is { } assertion)
            return await assertions.VerifyAsync(client, assertion, jwt, ct);
        var now = clock.GetStoredNow();
        if (ClientSecret.Find(client, request.Secret ?? "") is not { } secret)
            return FailedLoginReason.WrongSecret;
        if (!ClientSecret.IsActive(secret, now))
            return secret.RevokedAt is null ? FailedLoginReason.Expired : FailedLoginReason.Revoked;
        secret.LastUsedAt = now;
        return null;
    }
}

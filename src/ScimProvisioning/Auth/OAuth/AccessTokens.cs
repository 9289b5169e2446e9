using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>
/// Issues access tokens: secret tokens that live for an hour, and that are checked, cached and revoked like the others. They end at once
/// when their client is revoked or their connection is disconnected.
/// </summary>
sealed class AccessTokens(IOptions<SigningKeys> keys, TimeProvider clock)
{
    /// <summary>Entra accepts 60 minutes to 6 hours.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>For this long, an admin can still tell an expired token from an unknown one.</summary>
    public static readonly TimeSpan KeptAfterwards = TimeSpan.FromDays(1);

    /// <summary>Signs a token, and adds its row.</summary>
    /// <exception cref="OAuthException">The client was revoked, or its connection closed, while it logged in.</exception>
    public async Task<string> IssueAsync(ScimDbContext db, OAuthClient client, IReadOnlyList<string> scopes, CancellationToken ct)
    {
        // An admin who revokes a client locks the connection while its tokens are ended. With this lock no new one is made meanwhile.
        await db.Database.ExecuteSqlAsync($"SELECT FROM connections WHERE id = {client.ConnectionId} FOR SHARE", ct);
        if (
            !await db.OAuthClients.AnyAsync(
                c => c.Id == client.Id && c.RevokedAt == null && ConnectionState.Live.Contains(c.Connection!.State),
                ct
            )
        )
            throw OAuthException.InvalidClient();

        var now = clock.GetStoredNow();
        await db
            .Tokens.Where(t => t.ConnectionId == client.ConnectionId && t.OAuthClientId == client.Id && t.ExpiresAt < now - KeptAfterwards)
            .ExecuteDeleteAsync(ct);
        var token = SecretToken.Create(keys.Value, now, now + Life);
        db.Tokens.Add(
            new()
            {
                Id = Guid.CreateVersion7(now),
                ConnectionId = client.ConnectionId,
                OAuthClientId = client.Id,
                JtiHash = token.JtiHash,
                Hint = token.Hint,
                Scopes = [.. scopes],
                CreatedAt = now,
                CreatedBy = $"oauth-client:{client.Id}",
                ExpiresAt = now + Life,
            }
        );
        return token.Value;
    }
}

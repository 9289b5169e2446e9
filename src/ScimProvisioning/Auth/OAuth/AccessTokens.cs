using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>
/// Access tokens are secret tokens that live for an hour: what checks, revokes and remembers those does it for these too, and a connection that
/// is disconnected, or a client that is revoked, ends them at once.
/// </summary>
sealed class AccessTokens(IOptions<SigningKeys> keys, TimeProvider clock)
{
    /// <summary>Entra takes 60 minutes to 6 hours.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <summary>Long enough to tell an expired token from an unknown one.</summary>
    public static readonly TimeSpan KeptAfterwards = TimeSpan.FromDays(1);

    /// <summary>Signs a token, and adds its row.</summary>
    /// <exception cref="OAuthException">The client was revoked, or its connection closed, while it logged in.</exception>
    public async Task<string> IssueAsync(ScimDbContext db, OAuthClient client, IReadOnlyList<string> scopes, CancellationToken ct)
    {
        // An admin who revokes holds the connection, and ends the tokens that there are: from here on none can come to be beside him.
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

using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Audit;

/// <summary>Lists the failed logins of a connection. Only the admin is told the reasons: the client that failed is not.</summary>
sealed class FailedLoginUseCases(ScimDbContext db)
{
    public async Task<Page<FailedLoginResponse>> ListAsync(Guid connectionId, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        var rows = await db
            .FailedLogins.AsNoTracking()
            .Where(f => f.ConnectionId == connectionId && (page.After == null || f.Id < page.After))
            .OrderByDescending(f => f.Id)
            .Take(page.Take)
            .Select(f => new
            {
                Login = f,
                Token = db.Tokens.FirstOrDefault(t => t.Id == f.TokenId && t.ConnectionId == connectionId),
                Client = db.OAuthClients.FirstOrDefault(c => c.Id == f.OAuthClientId && c.ConnectionId == connectionId),
            })
            .ToListAsync(ct);
        return page.Of(rows, row => FailedLoginResponse.Of(row.Login, row.Token, row.Client), row => row.Login.Id);
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Audit;

/// <summary>A login that the connection refused.</summary>
/// <param name="Id">The id, which sorts by time.</param>
/// <param name="At">When; of what repeats itself within a minute, the last time.</param>
/// <param name="Reason">missing, unknown, expired, revoked, wrong_connection, address_not_allowed, disabled, disconnected, …</param>
/// <param name="Message">What that means, and what to do.</param>
/// <param name="TokenId">The token, when it is one of this connection.</param>
/// <param name="TokenHint">What the token can be recognised by.</param>
/// <param name="TokenLabel">What people call the token.</param>
/// <param name="ClientId">The OAuth client, when it is one of this connection.</param>
/// <param name="ClientLabel">What people call the client.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="UserAgent">What the client calls itself.</param>
/// <param name="RequestId">The X-Request-Id of the answer.</param>
sealed record FailedLoginResponse(
    Guid Id,
    DateTime At,
    string Reason,
    string Message,
    Guid? TokenId,
    string? TokenHint,
    string? TokenLabel,
    string? ClientId,
    string? ClientLabel,
    string? Address,
    string? UserAgent,
    string RequestId
);

/// <summary>The diagnosis of a connection that nobody gets into: the callers are told nothing, the admin everything.</summary>
static class FailedLoginEndpoints
{
    public static void MapFailedLogins(this RouteGroupBuilder admin) =>
        admin
            .MapGet(ApiRoutes.Connection + "/failed-logins", List)
            .WithTags("Failed logins")
            .WithSummary($"Read who could not log in, and why: the last {FailedLoginLog.Kept}, newest first")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);

    static async Task<Ok<Page<FailedLoginResponse>>> List(Guid id, [AsParameters] PageRequest page, ScimDbContext db, CancellationToken ct)
    {
        await db.RequireConnectionAsync(id, ct);
        var rows = await db
            .FailedLogins.AsNoTracking()
            .Where(f => f.ConnectionId == id && (page.After == null || f.Id < page.After))
            .OrderByDescending(f => f.Id)
            .Take(page.Take)
            .Select(f => new
            {
                Login = f,
                Token = db.Tokens.FirstOrDefault(t => t.Id == f.TokenId && t.ConnectionId == id),
                Client = db.OAuthClients.FirstOrDefault(c => c.Id == f.OAuthClientId && c.ConnectionId == id),
            })
            .ToListAsync(ct);
        return TypedResults.Ok(page.Of(rows, row => Shown(row.Login, row.Token, row.Client), row => row.Login.Id));
    }

    static FailedLoginResponse Shown(FailedLogin row, Token? token, OAuthClient? client) =>
        new(
            row.Id,
            row.OccurredAt.UtcDateTime,
            row.Reason,
            FailedLoginMessages.Of(row.Reason),
            row.TokenId,
            token?.Hint,
            token?.Label,
            client?.ClientId,
            client?.Label,
            row.Address,
            row.UserAgent,
            row.RequestId
        );
}

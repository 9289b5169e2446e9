using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Support.Bundles;

/// <summary>
/// Makes, lists and revokes links that need no login, and opens them. A secret of 256 bits is in the link, and only its hash is stored.
/// </summary>
sealed class ShareLinkUseCases(
    ScimDbContext db,
    AdminTransaction transaction,
    NpgsqlDataSource database,
    UnknownCallers callers,
    LoginThrottle throttle,
    BundleTurns turns,
    SupportBundle bundle,
    PublicUrl url,
    TimeProvider clock
)
{
    /// <summary>Where links begin.</summary>
    public const string Path = "/share";

    const string Target = "ShareLink";
    const int StandardHours = 24;

    /// <exception cref="ProblemException">404.</exception>
    public async Task<CreatedShareLinkResponse> CreateAsync(Guid connectionId, CreateShareLinkRequest request, CancellationToken ct)
    {
        var connection = await db.ReadConnectionAsync(connectionId, ct);
        var secret = RandomSecret.Create();
        var link = new ShareLink(
            connectionId,
            Guid.CreateVersion7(transaction.Now),
            connection.OrganizationId,
            RandomSecret.HashOf(secret),
            request.What!,
            request.Redact ?? true,
            transaction.Admin.OrganizationId is null,
            transaction.Now,
            transaction.Admin.Actor,
            transaction.Now.AddHours(request.Hours ?? StandardHours),
            0,
            null
        );
        await db.RunAsync(ct, link.Insert());
        var shown = ShareLinkResponse.Of(link);
        transaction.Record(
            AuditAction.ShareLinkCreated,
            Target,
            link.Id,
            link.Organization,
            null,
            new
            {
                connectionId,
                shown.What,
                shown.Redact,
                shown.ExpiresAt,
            },
            connectionId
        );
        return new($"{url.Root}{Path}/{secret}", shown);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<ShareLinkResponse>> ListAsync(Guid connectionId, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connectionId),
            ShareLink.Page(connectionId, page.Start, page.Take)
        );
        return page.Of(await ShareLink.ReadAsync(rows, ct), ShareLinkResponse.Of, link => link.Id);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task RevokeAsync(Guid connectionId, Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        List<ShareLink> revoked;
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connectionId), ShareLink.Delete(connectionId, id)))
            revoked = await ShareLink.ReadAsync(rows, ct);
        if (revoked is not [var link])
            throw ProblemException.NotFound($"The connection has no share link {id}.");
        transaction.Record(
            AuditAction.ShareLinkRevoked,
            Target,
            id,
            link.Organization,
            new { connectionId, link.What },
            null,
            connectionId
        );
    }

    /// <summary>Opens a link. Guesses are slowed down as those of logins are.</summary>
    /// <returns>
    /// The file; <c>null</c>: there is no such link (any more). <c>IsThrottled</c>: this address asks too often, or others have the turns.
    /// </returns>
    public async Task<((byte[] Zip, string Name)? File, bool IsThrottled)> OpenAsync(HttpContext http, string secret)
    {
        var (link, isRefused) = await callers.FindAsync(http, secret, () => UseAsync(secret, http.RequestAborted));
        if (link is null)
            return (null, isRefused || throttle.RecordFailure(http));
        using var turn = turns.Take();
        if (turn is null)
            return (null, true);
        var admin = new CurrentAdmin($"share-link:{link.Id}", null, CanWrite: false, link.WithServer ? null : link.Organization);
        var zip = await transaction.ReadAsync(
            admin,
            () => bundle.MakeAsync(link.Connection, link.Redact, link.WithServer, http.RequestAborted),
            http.RequestAborted
        );
        return ((zip, bundle.FileName(link.Connection)), false);
    }

    async Task<ShareLink?> UseAsync(string secret, CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(
            database,
            ct,
            ShareLink.Use(RandomSecret.HashOf(secret), clock.GetStoredNow())
        );
        return (await ShareLink.ReadAsync(rows, ct)).FirstOrDefault();
    }
}

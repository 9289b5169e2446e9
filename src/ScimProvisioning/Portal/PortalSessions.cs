using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Npgsql;
using ScimProvisioning.Admin.PortalLinks;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Portal;

/// <summary>
/// Begins sessions, and looks at each request whether its session is still good: a link that is revoked, and a key that is revoked, end
/// theirs.
/// </summary>
sealed class PortalSessions(
    NpgsqlDataSource database,
    AdminKeyStore keys,
    UnknownCallers callers,
    LoginThrottle throttle,
    TimeProvider clock
)
{
    /// <summary>The link with this secret, without using it: programs that scan mails open links, too.</summary>
    /// <returns><c>null</c>: there is none. <c>IsThrottled</c>: this address asks too often.</returns>
    public async Task<(PortalLink? Link, bool IsThrottled)> FindAsync(HttpContext http, string secret)
    {
        var hash = PortalLinkUseCases.HashOf(secret);
        var (link, isRefused) = await callers.FindAsync(http, secret, () => ReadAsync(PortalLink.Find(hash), http.RequestAborted));
        return (link, link is null && (isRefused || throttle.RecordFailure(http)));
    }

    /// <summary>Uses a link, and begins a session of its own; false: it cannot be used (any more).</summary>
    public async Task<bool> OpenAsync(HttpContext http, string secret)
    {
        var use = PortalLink.Use(PortalLinkUseCases.HashOf(secret), clock.GetStoredNow());
        if (await ReadAsync(use, http.RequestAborted) is not { } link)
            return false;
        await http.SignInAsync(PortalSession.Scheme, PortalSession.ForLink(link.Organization, link.Id));
        return true;
    }

    /// <summary>Begins the session of an operator; false: the key is none, or that of an application.</summary>
    /// <returns><c>IsThrottled</c>: this address asks too often.</returns>
    public async Task<(bool IsGood, bool IsThrottled)> SignInAsync(HttpContext http, string key)
    {
        var (admin, isRefused) = keys.FindConfigured(key) is { } configured
            ? (configured, false)
            : await callers.FindAsync(http, key, () => keys.FindStoredAsync(key, http.RequestAborted));
        if (admin is null or { IsApp: true })
            return (false, isRefused || throttle.RecordFailure(http));
        await http.SignInAsync(PortalSession.Scheme, PortalSession.ForKey(key));
        return (true, false);
    }

    /// <summary>Called with each request that carries a session.</summary>
    public static async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (await http.RequestServices.GetRequiredService<PortalSessions>().OfAsync(context) is { } session)
            http.Features.Set(session);
        else
            context.RejectPrincipal();
    }

    async Task<PortalSession?> OfAsync(CookieValidatePrincipalContext context)
    {
        var (user, ct) = (context.Principal!, context.HttpContext.RequestAborted);
        if (PortalSession.LinkOf(user) is var (organization, id))
            return await ReadAsync(PortalLink.OfSession(organization, id), ct) is { } link
                ? new(new($"portal:{id}", null, !link.ReadOnly, organization), link.Connection, link.ReturnUrl, IsOperator: false)
                : null;
        return PortalSession.KeyOf(user) is { } hash && await keys.FindAsync(hash, ct) is { IsApp: false } admin
            ? new(admin, null, null, IsOperator: true)
            : null;
    }

    async Task<PortalLink?> ReadAsync(NpgsqlBatchCommand statement, CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, statement);
        return (await PortalLink.ReadAsync(rows, ct)).FirstOrDefault();
    }
}

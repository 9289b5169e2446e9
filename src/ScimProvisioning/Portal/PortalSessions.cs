using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Npgsql;
using ScimProvisioning.Admin.PortalLinks;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Portal;

/// <summary>
/// Begins sessions, and looks at each request whether its session is still good: a link that is revoked, and a key that is revoked, end
/// theirs, and who signs out his own.
/// </summary>
sealed class PortalSessions(
    NpgsqlDataSource database,
    AdminKeyStore keys,
    UnknownCallers callers,
    FailedLoginLog failures,
    LoginThrottle throttle,
    IServiceScopeFactory scopes,
    PortalOptions options,
    TimeProvider clock
)
{
    /// <summary>The link with this secret, without using it: programs that scan mails open links, too.</summary>
    /// <returns><c>null</c>: there is none. <c>IsThrottled</c>: this address asks too often.</returns>
    public async Task<(PortalLink? Link, bool IsThrottled)> FindAsync(HttpContext http, string secret)
    {
        var hash = RandomSecret.HashOf(secret);
        var (link, isRefused) = await callers.FindAsync(http, secret, () => ReadAsync(PortalLink.Find(hash), http.RequestAborted));
        return (link, link is null && await IsThrottledAsync(http, isRefused));
    }

    /// <summary>Uses a link, and begins a session of its own; false: it cannot be used (any more).</summary>
    public async Task<bool> OpenAsync(HttpContext http, string secret)
    {
        var (hash, ct) = (RandomSecret.HashOf(secret), http.RequestAborted);
        if (await ReadAsync(PortalLink.Find(hash), ct) is not { } found)
            return false;
        // It reaches more than the link does: whether the admin key is revoked that has made it.
        var opener = new CurrentAdmin(ActorOf(found.Id), null, CanWrite: true, OrganizationId: null);
        await using var scope = scopes.CreateAsyncScope();
        var links = scope.ServiceProvider.GetRequiredService<PortalLinkUseCases>();
        var link = await scope
            .ServiceProvider.GetRequiredService<AdminTransaction>()
            .ChangeAsync(AdminCaller.Of(http, opener), () => links.UseAsync(hash, ct), ct);
        if (link is null)
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
            return (false, await IsThrottledAsync(http, isRefused));
        await http.SignInAsync(PortalSession.Scheme, PortalSession.ForKey(key));
        return (true, false);
    }

    /// <summary>Ends the session here and, for whoever has copied the cookie, everywhere.</summary>
    public async Task SignOutAsync(HttpContext http)
    {
        var (id, now) = (PortalSession.IdOf(http.User), clock.GetStoredNow());
        await AcrossConnections.ExecuteAsync(
            database,
            http.RequestAborted,
            EndedSession.Insert(id, now + PortalSession.Longest),
            EndedSession.DeleteOld(now)
        );
        await http.SignOutAsync(PortalSession.Scheme);
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
        if (await AcrossConnections.ExecuteAsync(database, ct, EndedSession.Find(PortalSession.IdOf(user))))
            return null;
        if (PortalSession.LinkOf(user) is var (organization, id))
            return await ReadAsync(PortalLink.OfSession(organization, id), ct) is { } link
                ? new(new(ActorOf(id), null, !link.ReadOnly, organization), link.Connection, link.ReturnUrl, link.OrganizationName)
                : null;
        if (PortalSession.SubjectOf(user, options.OpenIdConnect.Version) is { } subject)
            return options.OpenIdConnect.IsOn ? new(new($"oidc:{subject}", null, CanWrite: true, null), IsOperator: true) : null;
        return PortalSession.KeyOf(user) is { } hash && await keys.FindAsync(hash, ct) is { IsApp: false } admin
            ? new(admin, IsOperator: true)
            : null;
    }

    /// <summary>Counts a failure, and slows down who guesses, as the admin API does: what is good gets in from the same address.</summary>
    async Task<bool> IsThrottledAsync(HttpContext http, bool isRefused)
    {
        if (!failures.Record(http, isRefused ? RejectedCredential.NotLookedUp : new(FailedLoginReason.Unknown)))
            return false;
        await throttle.HoldBackAsync(http);
        return true;
    }

    static string ActorOf(Guid link) => $"portal:{link}";

    async Task<PortalLink?> ReadAsync(NpgsqlBatchCommand statement, CancellationToken ct)
    {
        await using var rows = await AcrossConnections.RunAsync(database, ct, statement);
        return (await PortalLink.ReadAsync(rows, ct)).FirstOrDefault();
    }
}

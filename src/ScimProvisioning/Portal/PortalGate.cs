using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using ScimProvisioning.Auth;

namespace ScimProvisioning.Portal;

/// <summary>
/// What every request of the portal passes: headers that keep a browser from being misused, the choice of language and colours, and the
/// session. A page is closed unless it says <c>[AllowAnonymous]</c>; a link to one connection opens only paths that name it.
/// </summary>
static class PortalGate
{
    public const string Root = "/portal";
    public const string Console = "/console";

    /// <summary>The route value with the id of the connection that a page is about.</summary>
    public const string Connection = "connection";

    const int MaxFormBytes = 64 * 1024;

    public static bool IsPortal(HttpContext http) =>
        http.Request.Path.StartsWithSegments(Root) || http.Request.Path.StartsWithSegments(Console);

    public static async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        var portal = http.RequestServices.GetRequiredService<PortalOptions>();
        // When the answer begins, because an error removes what was set before.
        http.Response.OnStarting(() => WriteHeadersAsync(http, portal));
        // Also behind a proxy that is not trusted: the token of a form would be refused over http.
        if (http.RequestServices.GetRequiredService<PublicUrl>().IsHttps)
            http.Request.Scheme = Uri.UriSchemeHttps;
        if (IsOfAnotherSite(http))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        if (Choices.Take(http))
            return;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = MaxFormBytes;
        if (http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(http);
            return;
        }
        var login = await http.AuthenticateAsync(PortalSession.Scheme);
        if (!login.Succeeded || http.Features.Get<PortalSession>() is not { } session)
        {
            http.Response.Redirect($"{PortalPaths.BaseOf(http)}{Root}/ended");
            return;
        }
        http.User = login.Principal;
        if (session.Connection is { } only && LeadsElsewhere(http, only))
        {
            if (http.Request.Path.Value is Root or Root + "/connections")
                http.Response.Redirect($"{PortalPaths.BaseOf(http)}{Root}/connections/{only}");
            else
                http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        await next(http);
    }

    /// <summary>Behind the check of the token in a form: what has failed it gets our page for errors.</summary>
    public static Task RefuseForgeryAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
            return next(http);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    /// <summary>
    /// Whether a page of another site sends a form here, as far as the browser tells: beside the token in each form. Our own policy makes
    /// browsers send <c>Origin: null</c>, and a page of ours in a frame of another site is of our origin, too.
    /// </summary>
    static bool IsOfAnotherSite(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return false;
        if (http.Request.Headers["Sec-Fetch-Site"] == "cross-site")
            return true;
        return http.Request.Headers.Origin is [{ } origin]
            && origin != "null"
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var sent) && IsOurs(http, sent));
    }

    // Behind a proxy, the request may name another host than the browser knows.
    static bool IsOurs(HttpContext http, Uri origin) =>
        origin.Authority.Equals(http.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
        || origin.Authority == new Uri(http.RequestServices.GetRequiredService<PublicUrl>().Root).Authority;

    static bool LeadsElsewhere(HttpContext http, Guid only) =>
        !http.Request.Path.StartsWithSegments($"{Root}/sign-out")
        && !(Guid.TryParse(http.GetRouteValue(Connection)?.ToString(), out var asked) && asked == only);

    static Task WriteHeadersAsync(HttpContext http, PortalOptions portal)
    {
        var headers = http.Response.Headers;
        var logo = portal.LogoUrl is { } url && PortalOptions.OriginOf(url) is { } origin ? " " + origin : "";
        // Customers may be in a frame of the application; operators never are.
        var isForOperators = http.Request.Path.StartsWithSegments(Console) || http.Features.Get<PortalSession>() is { IsOperator: true };
        var mayBeFramed = portal.FrameOrigins is not [] && !isForOperators;
        var frames = mayBeFramed ? string.Join(' ', portal.FrameOrigins.Select(PortalOptions.OriginOf)) : "'none'";
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:{logo}; connect-src 'self'; "
            + $"form-action 'self'; base-uri 'none'; frame-ancestors {frames}";
        if (!mayBeFramed)
            headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex";
        if (!http.Request.Path.StartsWithSegments(PortalAssets.Path))
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}

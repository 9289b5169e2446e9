using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.ResponseCompression;
using ScimProvisioning.Auth;

namespace ScimProvisioning.Portal;

/// <summary>
/// The pages for customers and operators: rendered on the server, without a connection that stays open and without need of scripts. Pages
/// call the use cases of the admin API.
/// </summary>
static class PortalSetup
{
    const string Partitioned = "Partitioned";

    public static IServiceCollection AddPortal(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRazorComponents();
        services.AddSingleton<PortalSessions>().AddSingleton<LiveConnections>();
        // In front, because the first writer that can write is used.
        services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ErrorPage>());
        services.AddAuthentication().AddCookie(PortalSession.Scheme);
        services
            .AddOptions<CookieAuthenticationOptions>(PortalSession.Scheme)
            .Configure<PortalOptions, PublicUrl>(
                (cookies, portal, url) =>
                {
                    cookies.ExpireTimeSpan = PortalSession.Longest;
                    cookies.SlidingExpiration = false;
                    cookies.Events.OnValidatePrincipal = PortalSessions.CheckAsync;
                    Restrict(cookies.Cookie, "portal", url);
                    LetIntoFrames(cookies.Cookie, portal);
                    cookies.Events.OnSigningIn = context =>
                    {
                        var isOperator = PortalSession.LinkOf(context.Principal!) is null;
                        FitCookie(context.HttpContext, context.Options, context.CookieOptions, isOperator);
                        return Task.CompletedTask;
                    };
                    cookies.Events.OnSigningOut = context =>
                    {
                        var isOperator = context.HttpContext.Features.Get<PortalSession>() is { IsOperator: true };
                        FitCookie(context.HttpContext, context.Options, context.CookieOptions, isOperator);
                        return Task.CompletedTask;
                    };
                }
            );
        services.AddOpenIdSignIn(configuration);
        services.Configure<ResponseCompressionOptions>(compression =>
        {
            compression.MimeTypes = ["text/html"];
            compression.EnableForHttps = true;
        });
        services.AddResponseCompression();
        services.AddAntiforgery();
        services
            .AddOptions<AntiforgeryOptions>()
            .Configure<PortalOptions, PublicUrl>(
                (antiforgery, portal, url) =>
                {
                    // PortalGate says in the policy who may frame a page.
                    antiforgery.SuppressXFrameOptionsHeader = true;
                    Restrict(antiforgery.Cookie, "portal-form", url);
                    LetIntoFrames(antiforgery.Cookie, portal);
                }
            );
        return services;
    }

    /// <summary>Guards the paths of the portal. It stands behind routing, and in front of the endpoints.</summary>
    public static void UsePortal(this WebApplication app)
    {
        app.Services.GetRequiredService<PortalOptions>().Check(app.Services.GetRequiredService<PublicUrl>().IsHttps);
        app.UseWhen(
            PortalGate.IsPortal,
            portal =>
            {
                // Who watches the lengths of compressed answers could find out what is in them (BREACH). Secrets are shown only in answers
                // to forms that were sent, and the token against forgery is another text in each page.
                portal.UseWhen(http => HttpMethods.IsGet(http.Request.Method), page => page.UseResponseCompression());
                portal.Use(PortalGate.PassAsync);
                portal.UseAntiforgery();
                portal.Use(PortalGate.RefuseForgeryAsync);
            }
        );
    }

    public static void MapPortal(this WebApplication app)
    {
        app.MapPortalAssets();
        app.MapLive();
        app.MapOpenIdSignIn();
        app.MapBundleDownload();
        app.MapInstructionDownload();
        app.MapPost(
                $"{PortalGate.Root}/sign-out",
                async (HttpContext http, IAntiforgery antiforgery, PortalSessions sessions) =>
                {
                    if (!await antiforgery.IsRequestValidAsync(http))
                        return (IResult)TypedResults.StatusCode(StatusCodes.Status400BadRequest);
                    await sessions.SignOutAsync(http);
                    return TypedResults.Redirect($"{PortalPaths.BaseOf(http)}{PortalGate.Root}/ended?left=1");
                }
            )
            .ExcludeFromDescription();
        app.MapRazorComponents<App>().ExcludeFromDescription();
    }

    /// <summary>A cookie that no script reads and that other sites do not send.</summary>
    public static void Restrict(CookieBuilder cookie, string name, PublicUrl url)
    {
        cookie.Name = name;
        cookie.HttpOnly = true;
        cookie.IsEssential = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = url.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    /// <summary>Lets a cookie be sent from where sites may show the portal in a frame, too.</summary>
    public static void LetIntoFrames(CookieBuilder cookie, PortalOptions portal)
    {
        if (portal.FrameOrigins is [])
            return;
        // A page of another site shows the portal: browsers then send a cookie only if it says all of this.
        cookie.SameSite = SameSiteMode.None;
        cookie.SecurePolicy = CookieSecurePolicy.Always;
        cookie.Extensions.Add(Partitioned);
    }

    /// <summary>The session of an operator is in no frame. A browser that holds a cookie of the other kind drops it.</summary>
    static void FitCookie(HttpContext http, CookieAuthenticationOptions scheme, CookieOptions cookie, bool isOperator)
    {
        if (!cookie.Extensions.Contains(Partitioned))
            return;
        var other = new CookieOptions(cookie);
        var ofOperator = isOperator ? cookie : other;
        ofOperator.SameSite = SameSiteMode.Lax;
        ofOperator.Extensions.Clear();
        if (http.Request.Cookies.ContainsKey(scheme.Cookie.Name!))
            http.Response.Cookies.Delete(scheme.Cookie.Name!, other);
    }
}

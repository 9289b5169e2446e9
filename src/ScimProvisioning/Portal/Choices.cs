using ScimProvisioning.Auth;

namespace ScimProvisioning.Portal;

/// <summary>What somebody chooses for the look of the portal: language and colours. It is kept in cookies, and no secret.</summary>
static class Choices
{
    public const string Language = "lang";
    public const string Theme = "theme";
    public const string Dark = "dark";
    public const string Light = "light";

    /// <summary>Keeps a choice that the query makes (<c>?lang=de</c>, <c>?theme=dark</c>), and shows the same page again.</summary>
    public static bool Take(HttpContext http)
    {
        var query = http.Request.Query;
        if (!HttpMethods.IsGet(http.Request.Method) || !(query.ContainsKey(Language) || query.ContainsKey(Theme)))
            return false;
        foreach (var name in (string[])[Language, Theme])
            if (query[name] is [{ } chosen])
                Keep(http, name, chosen);
        var rest = QueryString.Create(query.Where(pair => pair.Key is not (Language or Theme)));
        // The path is our own, and not what a client might take for another server.
        http.Response.Redirect(PortalPaths.BaseOf(http) + http.Request.Path.ToUriComponent() + rest);
        return true;
    }

    /// <summary><c>dark</c>, <c>light</c>, or <c>null</c> for what the system is set to.</summary>
    public static string? ThemeOf(HttpContext http) =>
        http.Request.Cookies["portal-" + Theme] is (Dark or Light) and var theme ? theme : null;

    static void Keep(HttpContext http, string name, string chosen)
    {
        var services = http.RequestServices;
        var cookie = new CookieBuilder { MaxAge = TimeSpan.FromDays(365) };
        PortalSetup.Restrict(cookie, "portal-" + name, services.GetRequiredService<PublicUrl>());
        PortalSetup.LetIntoFrames(cookie, services.GetRequiredService<PortalOptions>());
        if (chosen is Dark or Light || Texts.Languages.Contains(chosen))
            http.Response.Cookies.Append(cookie.Name!, chosen, cookie.Build(http));
        else
            http.Response.Cookies.Delete(cookie.Name!, cookie.Build(http));
    }
}

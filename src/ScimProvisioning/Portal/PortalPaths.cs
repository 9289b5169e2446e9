using ScimProvisioning.Auth;

namespace ScimProvisioning.Portal;

/// <summary>Paths in links: the server may be reached below a path of its own, which the proxy in front takes away.</summary>
static class PortalPaths
{
    /// <summary>The path of <c>PublicUrl</c> without a slash at the end; empty for most.</summary>
    public static string BaseOf(HttpContext http) =>
        new Uri(http.RequestServices.GetRequiredService<PublicUrl>().Root).AbsolutePath.TrimEnd('/');

    /// <summary>The page that was asked for, with its query.</summary>
    public static string Here(HttpContext http) => BaseOf(http) + http.Request.Path.ToUriComponent() + http.Request.QueryString;
}

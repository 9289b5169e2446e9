namespace ScimProvisioning.Auth.Connections;

/// <summary>The public name of a connection in its Tenant URL. With its prefix it can never look like a collection ("Users").</summary>
static class ConnectionKey
{
    /// <summary>What every key begins with, and no collection does.</summary>
    public const string Prefix = "con-";

    /// <summary>The route value that carries the key.</summary>
    public const string RouteValue = "connectionKey";

    /// <summary>
    /// The route segment of a key, with the letters and the length of <see cref="RandomName"/>, to be put into a template:
    /// <c>"/scim/v2/" + ConnectionKey.RoutePattern</c>.
    /// </summary>
    public const string RoutePattern = "{" + RouteValue + ":regex(^" + Prefix + "[a-z2-7]{{20}}$)}";

    /// <summary>The key in the URL of the request, which may write it in any letter case; <c>null</c> when it has none.</summary>
    public static string? Of(HttpContext http) => (http.GetRouteValue(RouteValue) as string)?.ToLowerInvariant();

    /// <summary>A new name of 100 random bits.</summary>
    public static string Create() => RandomName.Create(Prefix);
}

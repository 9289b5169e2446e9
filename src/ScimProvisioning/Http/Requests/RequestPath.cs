namespace ScimProvisioning.Http.Requests;

/// <summary>Ignores doubled and trailing slashes, because people paste Tenant URLs.</summary>
static class RequestPath
{
    public static void UseTolerantPaths(this WebApplication app) =>
        app.Use(
            (http, next) =>
            {
                var path = http.Request.Path.Value ?? "";
                if (path.Contains("//", StringComparison.Ordinal))
                    http.Request.Path = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
                return next(http);
            }
        );
}

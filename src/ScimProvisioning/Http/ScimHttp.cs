using ScimProvisioning.Auth;

namespace ScimProvisioning.Http;

/// <summary>SCIM over HTTP: what the server needs for it, and its routes.</summary>
static class ScimHttp
{
    /// <summary>Path of the alias that takes the connection from the token alone; the Tenant URL adds the connection's key.</summary>
    public const string Root = "/scim/v2";

    public static void AddScimHttp(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A filter of 10,000 characters, percent-encoded, must reach the parser to be answered in SCIM.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 96 * 1024;
            // Beyond our own limit, so that a client that sends too much still reads why.
            kestrel.Limits.MaxRequestBodySize = 8 * ResourceBody.MaxBytes;
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddErrors();
        builder.AddFairness();
        builder.Services.AddSingleton<Cursors>();
        builder.Services.AddSingleton<ResourceOperations>();
    }

    public static void MapScim(this WebApplication app)
    {
        foreach (var prefix in (string[])[Root, $"{Root}/{ConnectionKey.RoutePattern}"])
        {
            var scim = app.MapGroup(prefix).RequireAuthorization(Access.ScimPolicy).ExcludeFromDescription();
            DiscoveryEndpoints.Map(scim);
            SearchEndpoints.Map(scim);
            BulkEndpoint.Map(scim);
            ResourceEndpoints.Map(scim);
            // RFC 7644 §3.11: a token stands for a connection, and a connection is no resource.
            scim.Map("Me", () => ScimResult.NotImplemented);
        }
        // Whoever asks for something else must say who he is first.
        app.Map(Root + "/{**rest}", () => TypedResults.StatusCode(StatusCodes.Status404NotFound))
            .RequireAuthorization(Access.ScimPolicy)
            .ExcludeFromDescription();
    }

    /// <summary>RFC 9110 §9.1: whatever can be read can be asked about.</summary>
    public static void MapRead(this RouteGroupBuilder scim, string pattern, Delegate read) =>
        scim.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], read);
}

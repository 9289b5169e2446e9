using Scim;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Http.Bulk;
using ScimProvisioning.Http.Discovery;
using ScimProvisioning.Http.Lists;
using ScimProvisioning.Http.RateLimiting;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Resources;

namespace ScimProvisioning.Http;

/// <summary>SCIM over HTTP: its services, its limits and its routes.</summary>
static class ScimHttp
{
    public static void AddScimHttp(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A filter of 10,000 characters, percent-encoded, must reach our parser, so that a refusal is a SCIM error.
            kestrel.Limits.MaxRequestLineSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 96 * 1024;
            // Above our own limit, so that a client that sends too much gets our error.
            kestrel.Limits.MaxRequestBodySize = 8 * ResourceBody.MaxBytes;
            // Of each connection, before anything knows whose it is: a body waits in the client until its turn comes.
            kestrel.Limits.MaxRequestBufferSize = 128 * 1024;
            kestrel.AddServerHeader = false;
        });
        builder.Services.AddErrors();
        builder.AddConnectionRateLimiting();
        builder.Services.AddSingleton<RequestMetrics>();
        builder.Services.AddSingleton<Cursors>();
        builder.Services.AddSingleton<PageTurns>();
        builder.Services.AddSingleton<ResourceOperations>();
    }

    public static void MapScim(this WebApplication app)
    {
        foreach (var prefix in (string[])[ScimRoutes.Root, $"{ScimRoutes.Root}/{ConnectionKey.RoutePattern}"])
        {
            var scim = app.MapGroup(prefix).RequireAuthorization(AuthSetup.ScimPolicy).ExcludeFromDescription();
            DiscoveryEndpoints.Map(scim);
            SearchEndpoints.Map(scim);
            BulkEndpoint.Map(scim);
            ResourceEndpoints.Map(scim);
            // RFC 7644 §3.11. A token belongs to a connection, which is no resource.
            scim.Map("Me", () => ScimResult.NotImplemented);
        }
        // Unknown paths need a token too: without one, every path is answered 401.
        app.Map(ScimRoutes.Root + "/{**rest}", () => TypedResults.StatusCode(StatusCodes.Status404NotFound))
            .RequireAuthorization(AuthSetup.ScimPolicy)
            .ExcludeFromDescription();
        // RFC 7644 §3.13. No token is asked for: whoever has the wrong version has the wrong Tenant URL, and should read that.
        app.Map(
                ScimRoutes.AllVersions + "/{version:regex(^[vV]\\d)}/{**rest}",
                string (string version) =>
                    throw ScimException.InvalidVersion(
                        $"This server speaks SCIM 2.0 only, at {ScimRoutes.Root}: correct the Tenant URL, which names another version."
                    )
            )
            .ExcludeFromDescription();
    }
}

using Microsoft.AspNetCore.Http.Features;
using Scim;
using ScimProvisioning.Auth.OAuth;

namespace ScimProvisioning.Http.Requests;

/// <summary>
/// Refuses compressed bodies with 415 (RFC 9110 §15.5.16): a small one can hold far more than the limits allow, and no identity provider
/// sends them.
/// </summary>
static class RequestBodyEncoding
{
    const string Identity = "identity";

    /// <summary>Runs after authorization, so that strangers are answered 401.</summary>
    public static void UseRequestBodyEncoding(this WebApplication app) =>
        app.Use(
            (http, next) =>
            {
                if (http.Request.Headers.ContentEncoding.Count > 0 && IsRefused(http.Request))
                    throw ScimException.UnsupportedMediaType("The body is compressed: send it as it is, without Content-Encoding.");
                return next(http);
            }
        );

    // TokenRequest refuses it in OAuth's error format.
    static bool IsRefused(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
        && !Identity.Equals(request.Headers.ContentEncoding, StringComparison.OrdinalIgnoreCase)
        && !request.Path.StartsWithSegments(AccessTokenEndpoint.Path);
}

using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Http.Replies;

namespace ScimProvisioning.Http;

/// <summary>
/// Answers requests of a paused connection with 503, so that clients send them again later. Other closed states refuse the token before.
/// </summary>
static class ConnectionGate
{
    const string RetryAfterSeconds = "60";
    const string Detail = "The connection is paused by its administrator. Nothing was lost and nothing was changed: try again later.";

    public static void UseConnectionGate(this WebApplication app) =>
        app.Use((http, next) => CurrentConnection.Of(http) is { IsPaused: true } ? RefuseAsync(http) : next(http));

    static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return ScimErrorWriter.WriteAsync(http, StatusCodes.Status503ServiceUnavailable, scimType: null, Detail);
    }
}

using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Http.Replies;

namespace ScimProvisioning.Http;

/// <summary>Holds the requests of a paused connection off: they are asked to come again. A connection in any other closed state has no callers at all.</summary>
static class ConnectionGate
{
    const string RetryAfterSeconds = "60";
    const string Detail = "The connection is paused by its administrator. Nothing was lost and nothing was changed: try again later.";

    public static void UseConnectionGate(this WebApplication app) =>
        app.Use((http, next) => CurrentConnection.Of(http) is { IsPaused: true } ? HoldOffAsync(http) : next(http));

    static Task HoldOffAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return ScimResult.WriteJsonAsync(http, ScimErrorWriter.Message(StatusCodes.Status503ServiceUnavailable, null, Detail));
    }
}

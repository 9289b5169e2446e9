using System.Diagnostics;

namespace ScimProvisioning.Activity.Requests;

/// <summary>Logs requests from outside, when all others have done their part.</summary>
static class RequestLogging
{
    /// <summary>Comes first, so that it sees the answer as it is sent.</summary>
    public static void UseRequestLog(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<RequestLog>();
        app.Use(
            async (http, next) =>
            {
                var (note, began) = (new RequestNote(), Stopwatch.GetTimestamp());
                http.Features.Set(note);
                try
                {
                    await next(http);
                }
                finally
                {
                    log.Record(http, note, began);
                }
            }
        );
    }
}

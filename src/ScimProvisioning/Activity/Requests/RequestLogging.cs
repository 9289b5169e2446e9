using System.Diagnostics;

namespace ScimProvisioning.Activity.Requests;

/// <summary>Logs requests from outside, when all others have done their part.</summary>
static partial class RequestLogging
{
    /// <summary>Comes first, so that it sees the answer as it is sent.</summary>
    public static void UseRequestLog(this WebApplication app)
    {
        var requests = app.Services.GetRequiredService<RequestLog>();
        var log = app.Services.GetRequiredService<ILogger<RequestLog>>();
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
                    Record(requests, http, note, began, log);
                }
            }
        );
    }

    /// <summary>The request was answered, so whatever goes wrong here must not become its failure.</summary>
    static void Record(RequestLog requests, HttpContext http, RequestNote note, long began, ILogger log)
    {
        try
        {
            requests.Record(http, note, began);
        }
        catch (Exception e)
        {
            NotRecorded(log, e);
        }
    }

    [LoggerMessage(2, LogLevel.Error, "A SCIM request could not be logged")]
    static partial void NotRecorded(ILogger log, Exception failure);
}

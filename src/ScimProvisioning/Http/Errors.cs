using Scim;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Http;

/// <summary>Every failure of the application leaves by this door: SCIM errors under <see cref="ScimHttp.Root"/>, problem details (RFC 9457) elsewhere.</summary>
static class Errors
{
    const string RequestIdHeader = "X-Request-Id";

    public static void AddErrors(this IServiceCollection services)
    {
        services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ScimErrorWriter>());   // the first that can write, writes
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Extensions["requestId"] = context.HttpContext.TraceIdentifier;
            if (context.ProblemDetails.Status == StatusCodes.Status503ServiceUnavailable) context.HttpContext.Response.Headers.RetryAfter = ScimErrorWriter.RetryAfterSeconds;
        });
    }

    public static void UseErrors(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (http.Request.Headers[RequestIdHeader] is [{ } given] && IsRequestId(given)) http.TraceIdentifier = given;
            http.Response.OnStarting(() =>
            {
                http.Response.Headers[RequestIdHeader] = http.TraceIdentifier;
                return Task.CompletedTask;
            });
            return next(http);
        });
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = StatusOf,
            SuppressDiagnosticsCallback = context => StatusOf(context.Exception) < 500,   // the caller's mistake is not our incident
        });
        app.UseStatusCodePages();
    }

    static int StatusOf(Exception exception) => exception switch
    {
        ScimException scim => scim.Status,
        BadHttpRequestException bad => bad.StatusCode,
        _ when Database.IsUnavailable(exception) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    static bool IsRequestId(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}

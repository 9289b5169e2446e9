using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Routing.Patterns;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Http.Replies;

/// <summary>
/// Turns every failure of the application into a reply: SCIM errors under <see cref="ScimRoutes.Root"/>, problem details (RFC 9457)
/// elsewhere.
/// </summary>
static partial class Errors
{
    const string RequestIdHeader = "X-Request-Id";

    public static void AddErrors(this IServiceCollection services)
    {
        // In front, because the first writer that can write is used.
        services.Insert(0, ServiceDescriptor.Singleton<IProblemDetailsWriter, ScimErrorWriter>());
        // In Production too: the exception tells where a request cannot be read.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails(options =>
            options.CustomizeProblemDetails = context =>
            {
                var problem = context.ProblemDetails;
                var failure = context.Exception is BadHttpRequestException bad
                    ? UnreadableRequest.Explain(bad, context.HttpContext)
                    : context.Exception;
                problem.Detail ??= DetailOf(failure, context.HttpContext);
                problem.Extensions["code"] = CodeOf(failure, problem.Status);
                if (failure is ProblemException { Errors: { } errors })
                    problem.Extensions["errors"] = errors;
                problem.Extensions["requestId"] = context.HttpContext.TraceIdentifier;
                if (problem.Status == StatusCodes.Status503ServiceUnavailable)
                    context.HttpContext.Response.Headers.RetryAfter = ScimErrorWriter.RetryAfterSeconds;
            }
        );
    }

    public static void UseErrors(this WebApplication app)
    {
        var isScopeLogged = RequestScope.IsLogged(app.Configuration);
        app.Use(
            async (http, next) =>
            {
                if (http.Request.Headers[RequestIdHeader] is [{ } given] && IsRequestId(given))
                    http.TraceIdentifier = given;
                http.Response.OnStarting(() =>
                {
                    http.Response.Headers[RequestIdHeader] = http.TraceIdentifier;
                    SafetyHeaders.Write(http);
                    return Task.CompletedTask;
                });
                using var scope = isScopeLogged ? new RequestScope(http.TraceIdentifier, () => CurrentConnection.Of(http)?.Id) : null;
                using var logged = scope is null ? null : app.Logger.BeginScope(scope);
                await next(http);
                LogRefusal(app, http);
            }
        );
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                StatusCodeSelector = StatusOf,
                // A caller's mistake is no error of ours, and an outage of the database needs no stack trace for each request.
                SuppressDiagnosticsCallback = context =>
                    StatusOf(context.Exception) is var status && (status < 500 || status == StatusCodes.Status503ServiceUnavailable),
            }
        );
        app.Use(
            async (http, next) =>
            {
                try
                {
                    await next(http);
                }
                // The client has hung up. Whatever follows from that is no incident, and nobody reads an answer.
                catch (Exception e) when (http.RequestAborted.IsCancellationRequested)
                {
                    Abandoned(app.Logger, http.TraceIdentifier, e);
                    if (!http.Response.HasStarted)
                        http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                }
                // Half of the reply is sent, so that it cannot become a 503: the client must see that it ends too early.
                catch (Exception e) when (http.Response.HasStarted && IsOutage(e))
                {
                    app.Services.GetRequiredService<Outages>().Record(e, http.TraceIdentifier);
                    http.Abort();
                }
            }
        );
        // Inside, so that the same holds for what it writes.
        app.UseStatusCodePages();
    }

    static void LogRefusal(WebApplication app, HttpContext http)
    {
        var (status, failed) = (http.Response.StatusCode, http.Features.Get<IExceptionHandlerFeature>());
        if (status == StatusCodes.Status503ServiceUnavailable && failed?.Error is { } failure && IsOutage(failure))
            app.Services.GetRequiredService<Outages>().Record(failure, http.TraceIdentifier);
        // RateLimitLog tells of requests beyond the rate limit, many in one line.
        else if (status is >= 400 and < 500 and not StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            Refused(
                app.Logger,
                http.TraceIdentifier,
                http.Request.Method,
                RouteOf(failed?.Endpoint ?? http.GetEndpoint()),
                CurrentConnection.Of(http)?.Id,
                status,
                LoggedCodeOf(http, failed?.Error, status)
            );
    }

    // The pattern of the route and not the path, which may hold personal data.
    static string RouteOf(Endpoint? endpoint) =>
        (endpoint as RouteEndpoint)?.RoutePattern is { } pattern
            ? "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(NameOf))))
            : "no route";

    static string NameOf(RoutePatternPart part) =>
        part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => "",
        };

    static string LoggedCodeOf(HttpContext http, Exception? failure, int status) =>
        failure switch
        {
            ScimException { ScimType: { } type } => type,
            not ScimException when status is StatusCodes.Status400BadRequest && ScimErrorWriter.IsScim(http) => ScimErrorWriter.Unreadable,
            BadHttpRequestException bad => CodeOf(UnreadableRequest.Explain(bad, http), status),
            _ => http.Features.Get<OAuthException>()?.Error ?? CodeOf(failure, status),
        };

    static bool IsOutage(Exception failure) => failure is not UnavailableException && PostgresPool.IsUnavailable(failure);

    static int StatusOf(Exception exception) =>
        exception switch
        {
            ScimException scim => scim.Status,
            ProblemException problem => problem.Status,
            BadHttpRequestException bad => bad.StatusCode,
            // The client has hung up while it sent its request: no error of ours, and nobody reads the answer.
            ConnectionResetException or ConnectionAbortedException => StatusCodes.Status499ClientClosedRequest,
            UnavailableException => StatusCodes.Status503ServiceUnavailable,
            // How Kestrel reports the size of a chunk that is no 32-bit number.
            IOException { InnerException: OverflowException } => StatusCodes.Status400BadRequest,
            _ when IsOutage(exception) => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status500InternalServerError,
        };

    /// <summary>The code for programs: it stays the same when the text changes.</summary>
    static string CodeOf(Exception? failure, int? status) =>
        failure switch
        {
            ProblemException problem => problem.Code,
            ScimException { ScimType: { } type } => JsonNamingPolicy.SnakeCaseLower.ConvertName(type),
            _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(
                ((HttpStatusCode)(status ?? StatusCodes.Status500InternalServerError)).ToString()
            ),
        };

    static string DetailOf(Exception? failure, HttpContext http) =>
        failure switch
        {
            ProblemException or ScimException or UnavailableException => failure.Message,
            _ => http.Response.StatusCode switch
            {
                StatusCodes.Status401Unauthorized => AdminKeyHandler.Advice,
                StatusCodes.Status403Forbidden => "This needs an admin key of the scope full or read that reaches all organizations.",
                StatusCodes.Status404NotFound => WrongId.In(http.Request.Path) ?? "There is nothing at this address.",
                StatusCodes.Status405MethodNotAllowed => $"{http.Request.Method} is not possible here.",
                StatusCodes.Status408RequestTimeout => BodyMemory.TooSlow,
                StatusCodes.Status413PayloadTooLarge => "The request is too large.",
                StatusCodes.Status415UnsupportedMediaType => "Send application/json.",
                StatusCodes.Status429TooManyRequests =>
                    "Too many logins from this address have failed. Correct the admin key and wait for the seconds of Retry-After.",
                StatusCodes.Status503ServiceUnavailable => "The database cannot be reached at the moment. Try again.",
                _ => "Something went wrong on our side. Give the operator the request id.",
            },
        };

    // Neither path nor detail: both may hold personal data.
    [LoggerMessage(
        2,
        LogLevel.Information,
        "Request {RequestId} ({Method} {Route}, connection {ConnectionId}) was answered {Status} {Code}"
    )]
    static partial void Refused(ILogger logger, string requestId, string method, string route, Guid? connectionId, int status, string code);

    [LoggerMessage(3, LogLevel.Debug, "The client of request {RequestId} hung up before it was answered")]
    static partial void Abandoned(ILogger logger, string requestId, Exception failure);

    static bool IsRequestId(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}

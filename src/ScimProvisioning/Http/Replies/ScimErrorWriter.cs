using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Diagnostics;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Http.Requests;

namespace ScimProvisioning.Http.Replies;

/// <summary>
/// Writes the error message of RFC 7644 §3.12. Admins read <c>detail</c> in Entra's provisioning log, so it says what to change.
/// </summary>
sealed class ScimErrorWriter : IProblemDetailsWriter
{
    public const string RetryAfterSeconds = "5";

    /// <summary>The <c>scimType</c> of a request that could not be read at all.</summary>
    public const string Unreadable = "invalidSyntax";

    public bool CanWrite(ProblemDetailsContext context) => IsScim(context.HttpContext);

    public static bool IsScim(HttpContext http) => http.Request.Path.StartsWithSegments(ScimRoutes.AllVersions);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var failure = http.Features.Get<IExceptionHandlerFeature>()?.Error as ScimException;
        var status = http.Response.StatusCode;
        var scimType = failure is null && status == StatusCodes.Status400BadRequest ? Unreadable : failure?.ScimType;
        if (
            status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            && http.Response.Headers.RetryAfter.Count == 0
        )
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
        await WriteAsync(http, status, scimType, failure?.Message ?? Describe(http, status));
    }

    /// <summary>Answers with an error message, and notes it for the log of requests.</summary>
    public static Task WriteAsync(HttpContext http, int status, string? scimType, string detail)
    {
        var note = RequestNote.Of(http);
        (note.ScimType, note.Detail) = (scimType, detail);
        return ScimResult.WriteJsonAsync(http, Message(status, scimType, detail));
    }

    /// <summary>The error message itself.</summary>
    public static JsonObject Message(int status, string? scimType, string detail)
    {
        var error = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:Error"),
            ["status"] = status.ToString(CultureInfo.InvariantCulture),
        };
        if (scimType is not null)
            error["scimType"] = scimType;
        error["detail"] = detail;
        return error;
    }

    static string Describe(HttpContext http, int status) =>
        status switch
        {
            StatusCodes.Status400BadRequest => "The request could not be read.",
            StatusCodes.Status401Unauthorized =>
                "The secret token is missing, unknown, expired or revoked, or does not open this Tenant URL. "
                    + "The failed logins of the connection tell which. Often a new token helps, entered as Secret Token.",
            StatusCodes.Status403Forbidden => $"The token lacks the scope '{ScimScope.Needed(http)}' that this request needs. "
                + "Make a token with the scopes read and write, and enter it as Secret Token.",
            StatusCodes.Status404NotFound => "There is nothing at this address. Check the Tenant URL.",
            StatusCodes.Status405MethodNotAllowed => $"{http.Request.Method} is not possible here.",
            StatusCodes.Status408RequestTimeout => BodyMemory.TooSlow,
            StatusCodes.Status413PayloadTooLarge => $"The request is too large: at most {ResourceBody.MaxBytes} bytes (maxPayloadSize).",
            StatusCodes.Status415UnsupportedMediaType => "Send application/scim+json or application/json.",
            StatusCodes.Status429TooManyRequests when CurrentConnection.Of(http) is null =>
                "Too many logins from this address have failed. Correct the secret token and wait for the seconds of Retry-After.",
            StatusCodes.Status429TooManyRequests => "This connection sends more requests than the server takes from one of them. "
                + "Nothing was changed: send the request again after the seconds of Retry-After, and fewer at the same time.",
            StatusCodes.Status501NotImplemented =>
                "There is no /Me: a secret token stands for a connection, not for a user. Name the user: /Users/{id}.",
            StatusCodes.Status503ServiceUnavailable => "The directory cannot be reached at the moment. Try again.",
            _ => $"Something went wrong on our side. Give the operator the request id {http.TraceIdentifier}.",
        };
}

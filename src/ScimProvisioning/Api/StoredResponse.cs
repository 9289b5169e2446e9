using System.Text.Json.Serialization;

namespace ScimProvisioning.Api;

/// <summary>An HTTP response that can be sent again, when the same request comes again.</summary>
sealed record StoredResponse(int Status, string? Location, string? ContentType, byte[] Body) : IResult
{
    const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>Whether this was sent before; a header tells the caller so.</summary>
    [JsonIgnore]
    public bool IsReplayed { get; init; }

    /// <summary>Writes a result into memory. It is not sent yet, because the change that it reports is not committed yet.</summary>
    public static async Task<StoredResponse> CaptureAsync(HttpContext http, IResult result)
    {
        var (response, originalBody) = (http.Response, http.Response.Body);
        using var body = new MemoryStream();
        response.Body = body;
        try
        {
            await result.ExecuteAsync(http);
        }
        finally
        {
            response.Body = originalBody;
        }
        return new(response.StatusCode, response.Headers.Location, response.ContentType, body.ToArray());
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Location is not null)
            response.Headers.Location = Location;
        if (ContentType is not null)
            response.ContentType = ContentType;
        if (IsReplayed)
            response.Headers[ReplayedHeader] = "true";
        await response.Body.WriteAsync(Body, httpContext.RequestAborted);
    }
}

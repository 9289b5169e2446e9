using System.Text.Json.Serialization;

namespace ScimProvisioning.Api;

/// <summary>An answer that can be given again.</summary>
sealed record StoredAnswer(int Status, string? Location, string? ContentType, byte[] Body) : IResult
{
    const string ReplayedHeader = "Idempotency-Replayed";

    [JsonIgnore]
    public bool IsReplayed { get; init; }

    /// <summary>Lets the result write itself, to nobody yet: what it belongs to is not committed.</summary>
    public static async Task<StoredAnswer> OfAsync(HttpContext http, IResult result)
    {
        var (response, client) = (http.Response, http.Response.Body);
        using var body = new MemoryStream();
        response.Body = body;
        try
        {
            await result.ExecuteAsync(http);
        }
        finally
        {
            response.Body = client;
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

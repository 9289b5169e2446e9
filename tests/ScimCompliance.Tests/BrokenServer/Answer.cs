using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>An answer of the server. Defects may rewrite it.</summary>
sealed class Answer(int status, JsonNode? body = null)
{
    public int Status { get; set; } = status;

    public JsonNode? Body { get; set; } = body;

    /// <summary>Sent instead of <see cref="Body"/>, for text that is no valid JSON.</summary>
    public string? Text { get; set; }

    public string MediaType { get; set; } = "application/scim+json";

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The resources in the answer: one, or those of a list.</summary>
    public IEnumerable<JsonObject> ShownResources =>
        Body switch
        {
            JsonObject list when list["Resources"] is JsonArray resources => resources.OfType<JsonObject>(),
            JsonObject one when one["id"] is not null && one["meta"] is not null => [one],
            _ => [],
        };

    public bool IsError => Status >= 400;

    public static Answer Error(ScimException failure) => Error(failure.Status, failure.ScimType, failure.Message);

    /// <summary>RFC 7644 §3.12.</summary>
    public static Answer Error(int status, string? scimType, string detail)
    {
        var error = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:Error"),
            ["status"] = status.ToString(CultureInfo.InvariantCulture),
        };
        if (scimType is not null)
            error["scimType"] = scimType;
        error["detail"] = detail;
        return new(status, error);
    }

    public static Answer NotAllowed(string allow) => Error(405, null, $"Only {allow} here.").With("Allow", allow);

    /// <summary>RFC 7644 §3.4.2.</summary>
    public static Answer List(IEnumerable<JsonNode> resources, int total, int? startIndex = 1)
    {
        var shown = new JsonArray([.. resources]);
        var list = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:ListResponse"),
            ["totalResults"] = total,
        };
        if (startIndex is not null)
            list["startIndex"] = startIndex;
        list["itemsPerPage"] = shown.Count;
        list["Resources"] = shown;
        return new(200, list);
    }

    public Answer With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        if (Text is null && Body is null || Status is 204 or 304)
            return;
        var bytes = Text is not null ? Encoding.UTF8.GetBytes(Text) : ScimJson.Utf8(Body!);
        response.ContentType = MediaType;
        response.ContentLength = bytes.Length;
        if (response.HttpContext.Request.Method is not "HEAD")
            await response.Body.WriteAsync(bytes);
    }
}

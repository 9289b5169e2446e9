using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimCompliance.Http;

/// <summary>
/// An answer, and the expectations of checks. One that is not met throws <see cref="CheckFailed"/>. Methods whose name begins with Require
/// are preparations: they throw <see cref="Blocked"/>.
/// </summary>
sealed class Reply
{
    public Reply(Exchange exchange)
    {
        Exchange = exchange;
        try
        {
            // Skip a byte order mark: one check reports it, the others go on.
            Json = string.IsNullOrWhiteSpace(exchange.ResponseBody) ? null : JsonNode.Parse(exchange.ResponseBody.TrimStart('\uFEFF'));
            // A duplicate member throws only when the object is first read: read it here.
            _ = Json?.ToJsonString();
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException)
        {
            Json = null;
            JsonError = broken.Message;
        }
    }

    public Exchange Exchange { get; }

    /// <summary>0 when no answer came.</summary>
    public int Status => Exchange.Status;

    /// <summary>Null when the body is empty or no JSON.</summary>
    public JsonNode? Json { get; }

    /// <summary>Why the body could not be read.</summary>
    public string? JsonError { get; }

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The body is a SCIM error by its schemas (RFC 7644 §3.12).</summary>
    public bool IsErrorDocument => this["schemas"].Items().Any(schema => schema.Text() == SchemaUrn.Error);

    public JsonNode? this[string path] => Json.At(path);

    /// <summary>The elements of <c>Resources</c>.</summary>
    public IReadOnlyList<JsonNode?> Resources => [.. this["Resources"].Items()];

    /// <summary>totalResults of a list; -1 when it is missing or no number. A string is accepted: one check reports that.</summary>
    public int TotalResults =>
        int.TryParse(this["totalResults"].Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : -1;

    /// <summary>Ids of the elements of <c>Resources</c>, in their order.</summary>
    public IReadOnlyList<string> Ids => [.. Resources.Select(resource => resource.At("id").Text())];

    /// <summary>The Content-Type without its parameters; "" when there is none.</summary>
    public string MediaType => (Header("Content-Type") ?? "").Split(';')[0].Trim();

    public string? Header(string name) =>
        Exchange.ResponseHeaders.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The Retry-After of a 429 or 503; null when there is none or it is a date.</summary>
    public TimeSpan? RetryAfter =>
        int.TryParse(Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>The answer in a few words.</summary>
    public string Summary =>
        Status is 0 ? Exchange.Failure ?? "no answer"
        : this["detail"].Text() is { Length: > 0 } detail
            ? $"{Status}{(this["scimType"].Text() is { Length: > 0 } type ? " " + type : "")}: {detail}"
        : Status.ToString(CultureInfo.InvariantCulture);

    /// <summary>Expects one of these statuses.</summary>
    public Reply Expect(params int[] statuses) =>
        statuses.Contains(Status) ? this : throw new CheckFailed($"{Asked} is answered {Or(statuses)}", Summary);

    /// <summary>
    /// Expects success, and requires the answer to show the resource. Other checks say whether status and body are right.
    /// </summary>
    public Reply SuccessWithResource() =>
        Success().Json is JsonObject ? this : throw new Blocked($"{Asked} succeeds, but its answer does not show the resource");

    /// <summary>Expects a 2xx.</summary>
    public Reply Success() => IsSuccess ? this : throw new CheckFailed($"{Asked} succeeds", Summary);

    /// <summary>Expects a SCIM error (RFC 7644 §3.12) with this status and, when given, one of these scimTypes.</summary>
    public Reply Error(int status, params string[] scimTypes)
    {
        Expect(status);
        // One check reports errors without a body; the others need not.
        if (scimTypes is not [] && Json is not JsonObject)
            throw new Blocked($"{Asked} is answered {Status} as it should, but without a SCIM error, so that its scimType cannot be read");
        if (scimTypes is not [] && !scimTypes.Contains(this["scimType"].Text()))
            throw new CheckFailed(
                $"scimType {Or(scimTypes)}",
                this["scimType"] is null ? "no scimType" : $"scimType '{this["scimType"].Text()}'"
            );
        return this;
    }

    /// <summary>Expects a refusal because a value is taken: 409, or 400 uniqueness, which RFC 7644 Table 9 allows.</summary>
    public Reply Conflict() => Status is 400 && this["scimType"].Text() is "uniqueness" ? this : Expect(409);

    /// <summary>Expects the attribute to have this value.</summary>
    // One check reports an id that is no text; the others accept a number too.
    public Reply Is(string path, JsonNode? expected) =>
        JsonNode.DeepEquals(this[path], expected) || path.Split('.')[^1] is "id" && this[path] is { } id && id.Text() == expected.Text()
            ? this
            : throw new CheckFailed($"{path} is {Describe(expected)}", Describe(this[path]));

    /// <summary>Expects the attribute to have this value in any letter case.</summary>
    public Reply IsIgnoringCase(string path, string expected) =>
        this[path].Text().Equals(expected, StringComparison.OrdinalIgnoreCase)
            ? this
            : throw new CheckFailed($"{path} is {Describe(expected)}, whatever the letter case", Describe(this[path]));

    /// <summary>Expects the attribute to be assigned.</summary>
    public Reply Has(string path) =>
        this[path].IsUnassigned()
            ? throw new CheckFailed($"{path} is there", this[path] is null ? $"no {path}" : Describe(this[path]))
            : this;

    /// <summary>Expects the attribute to be absent, null or empty: unassigned (RFC 7643 §2.5).</summary>
    public Reply Lacks(string path) =>
        this[path].IsUnassigned() ? this : throw new CheckFailed($"{path} is not there", Describe(this[path]));

    /// <summary>Expects the array to have this many elements; an absent one has none.</summary>
    public Reply Count(string path, int expected) =>
        this[path].Items().Count() is var count && count == expected
            ? this
            : throw new CheckFailed($"{path} has {expected} {(expected is 1 ? "element" : "elements")}", $"{count}");

    /// <summary>Any other expectation.</summary>
    public Reply That(bool holds, string expected, string came) => holds ? this : throw new CheckFailed(expected, came);

    /// <summary>The request is a preparation: when it fails, the check could not be tried.</summary>
    public Reply RequireSuccess() =>
        IsSuccess ? this : throw new Blocked($"{Asked}, which this check has to do first, was answered {Summary}");

    /// <summary>The request is a preparation that must be refused with a 4xx. When it succeeds, another check reports that.</summary>
    public Reply RequireRefusal() =>
        Status is >= 400 and < 500 ? this : throw new Blocked($"{Asked}, which has to be refused for this check, was answered {Summary}");

    /// <summary>The server must know the method. When it does not, another check reports that.</summary>
    public Reply RequireKnownMethod() => Status is 405 or 501 ? throw new Blocked($"{Exchange.Method} is not there: {Summary}") : this;

    /// <summary>For messages: at most 300 characters of JSON.</summary>
    public static string Describe(JsonNode? node)
    {
        var text = node is null ? "absent" : node.ToJsonString(JsonPaths.Relaxed);
        return text.Length <= 300 ? text : text[..300] + "…";
    }

    string Asked
    {
        get
        {
            var host = Exchange.Url.IndexOf("//", StringComparison.Ordinal) + 2;
            var path = Exchange.Url.IndexOf('/', host);
            return $"{Exchange.Method} {(path > 0 ? Exchange.Url[path..] : Exchange.Url)}";
        }
    }

    static string Or<T>(T[] choices) =>
        choices is [.. var few, var last] && few is not [] ? $"{string.Join(", ", few)} or {last}" : $"{choices[0]}";
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimCompliance.Http;

/// <summary>An answer, and what a check may expect of it. An expectation that does not hold throws <see cref="CheckFailed"/> with what was expected and what came.</summary>
sealed class Reply
{
    public Reply(Exchange exchange)
    {
        Exchange = exchange;
        try
        {
            // A byte order mark is the failure of one check, not of all.
            Json = string.IsNullOrWhiteSpace(exchange.ResponseBody) ? null : JsonNode.Parse(exchange.ResponseBody.TrimStart('\uFEFF'));
            // A doubled member is found when the object is first read: read it here.
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

    /// <summary>The body calls itself a SCIM error (RFC 7644 §3.12).</summary>
    public bool IsErrorDocument => this["schemas"].Items().Any(schema => schema.Text() == SchemaUrn.Error);

    public JsonNode? this[string path] => Json.At(path);

    /// <summary>The elements of <c>Resources</c>.</summary>
    public IReadOnlyList<JsonNode?> Resources => [.. this["Resources"].Items()];

    /// <summary>Of a list; -1 when it is missing or no number; as a string it is taken, since one check is about that.</summary>
    public int TotalResults =>
        int.TryParse(this["totalResults"].Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var total) ? total : -1;

    /// <summary>Ids of the elements of <c>Resources</c>, in their order.</summary>
    public IReadOnlyList<string> Ids => [.. Resources.Select(resource => resource.At("id").Text())];

    /// <summary>Of the Content-Type, without parameters; "" when there is none.</summary>
    public string MediaType => (Header("Content-Type") ?? "").Split(';')[0].Trim();

    public string? Header(string name) =>
        Exchange.ResponseHeaders.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>Of a 429 or 503: null when there is none, or a date.</summary>
    public TimeSpan? RetryAfter =>
        int.TryParse(Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>What came, in a few words.</summary>
    public string Summary =>
        Status is 0 ? Exchange.Failure ?? "no answer"
        : this["detail"].Text() is { Length: > 0 } detail
            ? $"{Status}{(this["scimType"].Text() is { Length: > 0 } type ? " " + type : "")}: {detail}"
        : Status.ToString(CultureInfo.InvariantCulture);

    /// <summary>One of these statuses.</summary>
    public Reply Expect(params int[] statuses) =>
        statuses.Contains(Status) ? this : throw new CheckFailed($"{Asked} is answered {Or(statuses)}", Summary);

    /// <summary>A POST or PUT succeeds. Whether with the right status, and whether the answer shows the resource as it must, other checks say.</summary>
    public Reply SuccessWithResource() =>
        Success().Json is JsonObject ? this : throw new Blocked($"{Asked} succeeds, but its answer does not show the resource");

    /// <summary>2xx.</summary>
    public Reply Success() => IsSuccess ? this : throw new CheckFailed($"{Asked} succeeds", Summary);

    /// <summary>A SCIM error (RFC 7644 §3.12) with this status and, when given, this scimType.</summary>
    public Reply Error(int status, params string[] scimTypes)
    {
        Expect(status);
        // One check says that errors have no body; the others need not.
        if (scimTypes is not [] && Json is not JsonObject)
            throw new Blocked($"{Asked} is answered {Status} as it should, but without a SCIM error, so that its scimType cannot be read");
        if (scimTypes is not [] && !scimTypes.Contains(this["scimType"].Text()))
            throw new CheckFailed(
                $"scimType {Or(scimTypes)}",
                this["scimType"] is null ? "no scimType" : $"scimType '{this["scimType"].Text()}'"
            );
        return this;
    }

    /// <summary>A PUT or PATCH that is refused because a value is taken: 409, or 400 uniqueness, which RFC 7644 Table 9 lets.</summary>
    public Reply Conflict() => Status is 400 && this["scimType"].Text() is "uniqueness" ? this : Expect(409);

    /// <summary>The attribute has this value: JSON text such as <c>true</c> or <c>["a"]</c>, or else a string.</summary>
    // Whether an id is text one check says: the others take a number too.
    public Reply Is(string path, JsonNode? expected) =>
        JsonNode.DeepEquals(this[path], expected) || path.Split('.')[^1] is "id" && this[path] is { } id && id.Text() == expected.Text()
            ? this
            : throw new CheckFailed($"{path} is {Describe(expected)}", Describe(this[path]));

    /// <summary>The attribute has this value, whatever the letter case.</summary>
    public Reply IsIgnoringCase(string path, string expected) =>
        this[path].Text().Equals(expected, StringComparison.OrdinalIgnoreCase)
            ? this
            : throw new CheckFailed($"{path} is {Describe(expected)}, whatever the letter case", Describe(this[path]));

    /// <summary>The attribute is there and assigned.</summary>
    public Reply Has(string path) =>
        this[path].IsUnassigned()
            ? throw new CheckFailed($"{path} is there", this[path] is null ? $"no {path}" : Describe(this[path]))
            : this;

    /// <summary>The attribute is absent, null or empty: unassigned (RFC 7643 §2.5).</summary>
    public Reply Lacks(string path) =>
        this[path].IsUnassigned() ? this : throw new CheckFailed($"{path} is not there", Describe(this[path]));

    /// <summary>The array has so many elements; an absent one has none.</summary>
    public Reply Count(string path, int expected) =>
        this[path].Items().Count() is var count && count == expected
            ? this
            : throw new CheckFailed($"{path} has {expected} {(expected is 1 ? "element" : "elements")}", $"{count}");

    /// <summary>Anything else that must hold.</summary>
    public Reply That(bool holds, string expected, string came) => holds ? this : throw new CheckFailed(expected, came);

    /// <summary>As preparation for what is really asked: when it fails, the check could not be tried.</summary>
    public Reply RequireSuccess() =>
        IsSuccess ? this : throw new Blocked($"{Asked}, which this check has to do first, was answered {Summary}");

    /// <summary>As preparation: a 4xx that leads to what is really asked. When it is taken, another check says so.</summary>
    public Reply RequireRefusal() =>
        Status is >= 400 and < 500 ? this : throw new Blocked($"{Asked}, which has to be refused for this check, was answered {Summary}");

    /// <summary>As preparation: when the server does not know the method at all, another check says so.</summary>
    public Reply RequireKnownMethod() => Status is 405 or 501 ? throw new Blocked($"{Exchange.Method} is not there: {Summary}") : this;

    /// <summary>For messages: at most 300 characters of JSON.</summary>
    public static string Describe(JsonNode? node)
    {
        var text = node is null ? "absent" : node.ToJsonString(JsonPaths.Relaxed);
        return text.Length <= 300 ? text : text[..300] + "…";
    }

    string Asked =>
        $"{Exchange.Method} {(Exchange.Url.IndexOf('/', Exchange.Url.IndexOf("//", StringComparison.Ordinal) + 2) is > 0 and var at ? Exchange.Url[at..] : Exchange.Url)}";

    static string Or<T>(T[] choices) =>
        choices is [.. var few, var last] && few is not [] ? $"{string.Join(", ", few)} or {last}" : $"{choices[0]}";
}

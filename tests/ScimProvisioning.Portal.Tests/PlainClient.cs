using System.Net;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.Portal;

/// <summary>
/// A browser that shows nothing: it keeps cookies, whatever they say about https and frames, follows nothing by itself, and sends the forms
/// of pages.
/// </summary>
sealed partial class PlainClient(ScimServer server) : IDisposable
{
    readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>Name and value of each cookie.</summary>
    public Dictionary<string, string> Cookies { get; init; } = [];

    /// <summary>Sent with each request.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    /// <summary>The last answer's <c>Set-Cookie</c>.</summary>
    public IReadOnlyList<string> Set { get; private set; } = [];

    /// <summary>The trace that requests belong to; <c>null</c>: one of their own.</summary>
    public string? Trace { get; set; }

    /// <summary>The last answer's <c>Content-Security-Policy</c>.</summary>
    public string? Policy { get; private set; }

    /// <summary>The last answer's <c>Retry-After</c>, in seconds.</summary>
    public double? RetryAfter { get; private set; }

    /// <summary>Somebody has pressed Open at this address.</summary>
    public static async Task<PlainClient> OpenAsync(ScimServer server, string link)
    {
        var client = new PlainClient(server);
        var opened = await client.SendFormAsync(new Uri(link).AbsolutePath);
        Assert.That(opened.Status, Is.EqualTo(302), opened.Text);
        return client;
    }

    public async Task<(int Status, string Text, string? Location)> GetAsync(string path) =>
        await SendAsync(new(HttpMethod.Get, new Uri(server.Address, path)));

    /// <summary>Loads a page and sends its main form, filled in.</summary>
    public async Task<(int Status, string Text, string? Location)> SendFormAsync(string path, params (string Name, string Value)[] fields)
    {
        var (_, page, _) = await GetAsync(path);
        var main = page[page.IndexOf("<main", StringComparison.Ordinal)..];
        return await PostAsync(path, [.. Hidden().Matches(main).Select(field => (NameOf(field), ValueOf(field))), .. fields]);
    }

    /// <summary>The hidden fields of a form of a page, by the name of the form.</summary>
    public async Task<IReadOnlyList<(string Name, string Value)>> FormAsync(string path, string form)
    {
        var (_, page, _) = await GetAsync(path);
        var own = page.Split("<form")
            .Select(one => Hidden().Matches(one).Select(field => (Name: NameOf(field), Value: ValueOf(field))).ToList())
            .Single(fields => fields.Contains(("_handler", form)));
        return own;
    }

    /// <summary>Sends a form with the token of a page, which holds for all of a session's.</summary>
    public async Task<(int Status, string Text, string? Location)> PostWithTokenAsync(string page, string path)
    {
        var token = Hidden().Matches((await GetAsync(page)).Text).First(field => NameOf(field) == "__RequestVerificationToken");
        return await PostAsync(path, [(NameOf(token), ValueOf(token))]);
    }

    /// <summary>Sends a form with these fields.</summary>
    public async Task<(int Status, string Text, string? Location)> PostAsync(string path, IEnumerable<(string Name, string Value)> fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await SendAsync(new(HttpMethod.Post, new Uri(server.Address, path)) { Content = form });
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    async Task<(int Status, string Text, string? Location)> SendAsync(HttpRequestMessage request)
    {
        using var _ = request;
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (Trace is not null)
            request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Set = answer.Headers.TryGetValues("Set-Cookie", out var set) ? [.. set] : [];
        foreach (var cookie in Set.Select(cookie => cookie.Split(';')[0].Split('=', 2)))
            Cookies[cookie[0]] = cookie[1];
        Policy = answer.Headers.TryGetValues("Content-Security-Policy", out var policy) ? policy.Single() : null;
        RetryAfter = answer.Headers.RetryAfter?.Delta?.TotalSeconds;
        // A stream has no end.
        var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        return ((int)answer.StatusCode, isStream ? "" : await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.OriginalString);
    }

    static string NameOf(Match field) => field.Groups[1].Value;

    static string ValueOf(Match field) => WebUtility.HtmlDecode(field.Groups[2].Value);

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex Hidden();
}

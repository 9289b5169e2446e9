using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;

namespace ScimCompliance.Http;

/// <summary>
/// Speaks HTTP as Entra's provisioning agent does: HTTP/1.1, no User-Agent, no Accept, nothing on a GET but the token, and
/// <c>application/scim+json; charset=utf-8</c> on writes. Never throws because of what a server does: a missing answer is a
/// <see cref="Reply"/> too.
/// </summary>
sealed class ScimClient : IDisposable
{
    public const string MediaType = "application/scim+json; charset=utf-8";

    /// <summary>How often a request is sent while the server answers 429 or 503 with Retry-After. Then that is the answer.</summary>
    const int PatientTries = 5;

    const int LongestShown = 16_384;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    readonly HttpClient _http;
    readonly string? _token;

    /// <param name="url">The Tenant URL; a query such as <c>?aadOptscim062020</c> and a trailing slash are dropped.</param>
    /// <param name="token">Null sends no Authorization.</param>
    /// <param name="insecure">Accepts any certificate.</param>
    public ScimClient(Uri url, string? token, TimeSpan timeout, bool insecure = false)
    {
        _token = token;
        BaseUrl = url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxConnectionsPerServer = 64,
        };
#pragma warning disable CA5359 // Only with --insecure, to try a server on one's own machine.
        if (insecure)
            handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        _http = new HttpClient(handler) { Timeout = timeout };
    }

    /// <summary>Used instead of a fixed token; disposed with the client.</summary>
    public AccessTokens? AccessTokens { get; init; }

    /// <summary>Without a slash at the end.</summary>
    public string BaseUrl { get; }

    /// <summary>
    /// Headers that Entra does not send, but without which this server refuses every request. They are added to each request that does not
    /// set them itself, so that the other checks can be tried.
    /// </summary>
    public List<(string Name, string Value)> ExtraHeaders { get; } = [];

    /// <param name="path">Path and query below the base URL, already encoded; or an absolute URL.</param>
    /// <param name="headers">Added, or sent instead of the default headers; an empty value leaves the header out.</param>
    public async Task<Reply> SendAsync(
        string method,
        string path,
        string? body,
        IReadOnlyList<(string Name, string Value)> headers,
        CancellationToken ct
    )
    {
        for (var tries = 1; ; tries++)
        {
            var reply = await SendOnceAsync(method, path, body, headers, ct);
            if (tries == PatientTries || reply.Status is not (429 or 503) || reply.RetryAfter is not { } wait || wait > LongestWait)
                return reply;
            await Task.Delay(wait, ct);
        }
    }

    /// <summary>The same without obeying Retry-After.</summary>
    public async Task<Reply> SendOnceAsync(
        string method,
        string path,
        string? body,
        IReadOnlyList<(string Name, string Value)> headers,
        CancellationToken ct
    )
    {
        if (AccessTokens is null)
            return await SendWithAsync(_token, method, path, body, headers, ct);
        var token = await AccessTokens.CurrentAsync(ct);
        var reply = await SendWithAsync(token, method, path, body, headers, ct);
        if (reply.Status is not 401 || await AccessTokens.RenewAsync(token, ct) is var renewed && renewed == token)
            return reply;
        return await SendWithAsync(renewed, method, path, body, headers, ct);
    }

    async Task<Reply> SendWithAsync(
        string? token,
        string method,
        string path,
        string? body,
        IReadOnlyList<(string Name, string Value)> headers,
        CancellationToken ct
    )
    {
        using var request = Request(token, method, path, body, headers);
        var sent = Headers(request.Headers).Concat(request.Content is null ? [] : Headers(request.Content.Headers)).ToList();
        var url = request.RequestUri!.OriginalString;
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, ct);
            var content = await response.Content.ReadAsByteArrayAsync(ct);
            var answered = new Exchange(
                method,
                url,
                sent,
                Bounded(body),
                (int)response.StatusCode,
                [.. Headers(response.Headers), .. Headers(response.Content.Headers)],
                Encoding.UTF8.GetString(content),
                Stopwatch.GetElapsedTime(started)
            );
            // A server may echo the token.
            return new(answered.Without(token));
        }
        catch (Exception failure)
            when (failure is HttpRequestException or IOException || failure is OperationCanceledException && !ct.IsCancellationRequested)
        {
            var why = failure switch
            {
                OperationCanceledException => $"no answer within {_http.Timeout.TotalSeconds:0} s",
                HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                    $"the SSL connection could not be established ({(failure.InnerException ?? failure).Message})",
                _ => (failure.InnerException ?? failure).Message,
            };
            return new(new(method, url, sent, Bounded(body), 0, [], "", Stopwatch.GetElapsedTime(started), why));
        }
    }

    HttpRequestMessage Request(string? token, string method, string path, string? body, IReadOnlyList<(string Name, string Value)> headers)
    {
        var request = new HttpRequestMessage(
            new HttpMethod(method),
            path.StartsWith("http", StringComparison.Ordinal) ? path : BaseUrl + path
        );
        // The URL may come from an answer and name any host. The token goes to this server only, and with the same scheme.
        if (
            token is not null
            && request.RequestUri!.GetLeftPart(UriPartial.Authority) == new Uri(BaseUrl).GetLeftPart(UriPartial.Authority)
        )
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        }
        foreach (
            var (name, value) in ExtraHeaders
                .Where(extra => !headers.Any(header => header.Name.Equals(extra.Name, StringComparison.OrdinalIgnoreCase)))
                .Concat(headers)
        )
        {
            HttpHeaders target =
                name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && request.Content is not null
                    ? request.Content.Headers
                    : request.Headers;
            target.Remove(name);
            if (value is not "")
                target.TryAddWithoutValidation(name, value);
        }
        return request;
    }

    static IEnumerable<KeyValuePair<string, string>> Headers(HttpHeaders headers) =>
        headers.NonValidated.Select(header =>
            KeyValuePair.Create(header.Key, header.Key is "Authorization" ? Redacted(header.Value.ToString()) : header.Value.ToString())
        );

    // For reports: a request that tries a limit of the server has megabytes.
    static string? Bounded(string? body) =>
        body is { Length: > LongestShown } ? $"{body.AsSpan(0, LongestShown)}… ({body.Length} characters)" : body;

    static string Redacted(string authorization) => authorization.Split(' ')[0] + " …";

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        AccessTokens?.Dispose();
    }
}

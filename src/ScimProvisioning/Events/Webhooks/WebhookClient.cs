using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>How a receiver has answered one request.</summary>
/// <param name="Status"><c>null</c>: there was no answer.</param>
/// <param name="Error">Why the attempt counts as failed; <c>null</c>: it does not.</param>
/// <param name="Text">The beginning of the body of the answer.</param>
sealed record WebhookAnswer(int? Status, string? Error, string? Text, TimeSpan? RetryAfter, bool HasTimedOut, TimeSpan Took)
{
    public bool IsSuccess => Error is null;

    /// <summary>The receiver wants no more, ever.</summary>
    public bool IsGone => Status == StatusCodes.Status410Gone;

    /// <summary>The receiver wants less for a while.</summary>
    public bool IsOverloaded => Status == StatusCodes.Status429TooManyRequests;

    /// <summary>The row of the log.</summary>
    /// <param name="attempt">1 for the first one.</param>
    public WebhookAttempt Attempt(Guid eventId, string type, int attempt, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now), eventId, type, attempt, Status, Error, Text, (int)Took.TotalMilliseconds);
}

/// <summary>
/// Sends one signed request. Only 2xx is a success: a redirect would lead to an address that nobody has entered. An answer that does not
/// come, or not to its end, is a failure.
/// </summary>
sealed class WebhookClient(OutgoingRequests outgoing, WebhookOptions options, TimeProvider clock) : IDisposable
{
    /// <summary>How long a receiver has for its answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    static readonly ActivitySource Spans = new("ScimProvisioning.Webhooks");

    /// <summary>Bytes of an answer that are read and kept.</summary>
    const int KeptBytes = 1024;

    readonly HttpClient _public = Client(outgoing.Guard(plainHttp: false));
    readonly HttpClient _private = Client(OutgoingRequests.GuardOfOperator());

    /// <exception cref="OperationCanceledException">The caller does not want it any more.</exception>
    public async Task<WebhookAnswer> SendAsync(
        WebhookEndpoint endpoint,
        Guid id,
        byte[] body,
        IEnumerable<byte[]> secrets,
        CancellationToken ct
    )
    {
        using var span = Spans.StartActivity("webhook delivery", ActivityKind.Producer);
        span?.SetTag("webhook.endpoint.id", endpoint.Id.ToString()).SetTag("webhook.event.id", id.ToString());
        var answer = await TrySendAsync(endpoint, id, body, secrets, ct);
        span?.SetTag("webhook.status", answer.Status).SetStatus(answer.IsSuccess ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        return answer;
    }

    async Task<WebhookAnswer> TrySendAsync(
        WebhookEndpoint endpoint,
        Guid id,
        byte[] body,
        IEnumerable<byte[]> secrets,
        CancellationToken ct
    )
    {
        var client = endpoint.ReachesPrivate && options.AllowPrivateNetworks ? _private : _public;
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        WebhookSignature.Sign(request, id, body, secrets, clock.GetUtcNow());
        var started = Stopwatch.GetTimestamp();
        using var timeout = new CancellationTokenSource(Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var text = await ReadAsync(response.Content, either.Token);
            var error = response.IsSuccessStatusCode ? null : $"The receiver has answered {(int)response.StatusCode}.";
            return new((int)response.StatusCode, error, text, RetryAfter(response), false, Stopwatch.GetElapsedTime(started));
        }
        // The handler gives up earlier when there is not even a connection.
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failure($"The receiver has not answered within {Timeout.TotalSeconds} seconds.") with { HasTimedOut = true };
        }
        catch (Exception e) when (OutgoingRequests.IsRefusal(e))
        {
            return Failure("The address leads to where this endpoint may not reach: a private or local network, or plain http.");
        }
        // Whatever it is (no such name, nobody listens, no good certificate, no HTTP), it is a failure of this attempt and of no other.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Failure(e.Message);
        }

        WebhookAnswer Failure(string error) => new(null, error, null, null, false, Stopwatch.GetElapsedTime(started));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _public.Dispose();
        _private.Dispose();
    }

    static HttpClient Client(HttpMessageHandler handler) =>
        new(handler)
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version11,
            DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("ScimProvisioning", "1") } },
        };

    static async Task<string?> ReadAsync(HttpContent content, CancellationToken ct)
    {
        var bytes = new byte[KeptBytes];
        await using var stream = await content.ReadAsStreamAsync(ct);
        var length = await stream.ReadAtLeastAsync(bytes, KeptBytes, throwOnEndOfStream: false, ct);
        // PostgreSQL cannot store U+0000 in text.
        return length == 0 ? null : Encoding.UTF8.GetString(bytes, 0, length).Replace('\0', '\uFFFD');
    }

    TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } asked ? null : asked.Delta ?? asked.Date - clock.GetUtcNow();
}

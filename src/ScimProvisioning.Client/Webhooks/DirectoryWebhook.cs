using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ScimProvisioning.Client;

/// <summary>Receives webhooks in an ASP.NET Core app.</summary>
public static class DirectoryWebhook
{
    /// <summary>Bytes of a body at most. An event tells up to 500 changed members, or a person with 64 KB of local attributes.</summary>
    const int MaxBytes = 1024 * 1024;

    /// <summary>Receives signed events with one secret, <c>whsec_…</c>; see the other overload.</summary>
    /// <exception cref="FormatException">The secret is not base64.</exception>
    public static IEndpointConventionBuilder MapDirectoryWebhook(
        this IEndpointRouteBuilder app,
        string pattern,
        string secret,
        Func<DirectoryEvent, HttpContext, Task> handle
    ) => app.MapDirectoryWebhook(pattern, [secret], handle);

    /// <summary>
    /// Receives signed events. Answers 200 when the app's code has ended, 401 for a signature that is not valid or too old, 400 for a body
    /// that is no event, 413 for one of more than 1 MB. When the app's code throws, the answer is 500, and the server sends the event
    /// again.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="pattern">The path, such as <c>/hooks</c>.</param>
    /// <param name="secrets">All secrets of the endpoint that are in use: two while one takes the other's place.</param>
    /// <param name="handle">
    /// The app's code. It may get an event more than once, and has 15 seconds: waking a
    /// <see cref="DirectoryFollower{TTransaction}"/> is enough.
    /// </param>
    /// <exception cref="FormatException">A secret is not base64.</exception>
    public static IEndpointConventionBuilder MapDirectoryWebhook(
        this IEndpointRouteBuilder app,
        string pattern,
        IReadOnlyCollection<string> secrets,
        Func<DirectoryEvent, HttpContext, Task> handle
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(handle);
        // A secret that cannot be used is found at the start, not at the first event.
        foreach (var secret in secrets)
            WebhookSignature.Sign(secret, "", default, []);
        var clock = app.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        return app.MapPost(pattern, http => ReceiveAsync(http, secrets, handle, clock)).AllowAnonymous();
    }

    static async Task ReceiveAsync(
        HttpContext http,
        IReadOnlyCollection<string> secrets,
        Func<DirectoryEvent, HttpContext, Task> handle,
        TimeProvider clock
    )
    {
        var (headers, response) = (http.Request.Headers, http.Response);
        if (await ReadAsync(http) is not { } body)
        {
            response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }
        var signed = new WebhookHeaders(
            headers[WebhookHeaders.IdName],
            headers[WebhookHeaders.TimestampName],
            headers[WebhookHeaders.SignatureName]
        );
        var verdict = WebhookSignature.Verify(secrets, signed, body, clock: clock);
        if (verdict != WebhookVerdict.Valid)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            await response.WriteAsync($"The webhook is not accepted: {verdict}.", http.RequestAborted);
            return;
        }
        DirectoryEvent e;
        try
        {
            e = DirectoryEvent.Parse(body);
        }
        catch (JsonException)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        await handle(e, http);
    }

    /// <summary>The body as it came; <c>null</c> when it is too long.</summary>
    static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var read)
        {
            if (body.Length + read > MaxBytes)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}

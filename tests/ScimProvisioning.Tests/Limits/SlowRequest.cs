using System.Net;
using System.Net.Http.Headers;

namespace ScimProvisioning.Tests.Limits;

/// <summary>A POST whose body ends only when the test allows it. Until then it is one of the connection's concurrent requests.</summary>
sealed class SlowRequest : HttpContent
{
    // Kestrel ends a request whose body brings fewer than 240 bytes a second. White space before the document is allowed.
    static readonly byte[] Padding = [.. Enumerable.Repeat((byte)' ', 100)];

    readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task<HttpResponseMessage> _response;

    SlowRequest(TestDirectory directory)
    {
        Headers.ContentType = new("application/scim+json");
        var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan });
        var request = new HttpRequestMessage(HttpMethod.Post, directory.Url + "/Users") { Content = this };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", directory.Connection.Token);
        // The server asks for the body when the endpoint reads it: rate limiting has let the request pass by then.
        request.Headers.ExpectContinue = true;
        _response = client.SendAsync(request);
    }

    public static async Task<SlowRequest> StartAsync(TestDirectory directory)
    {
        var request = new SlowRequest(directory);
        await await Task.WhenAny(request._asked.Task, request._response).WaitAsync(Wait.Limit);
        return request;
    }

    /// <summary>Ends the body; the server answers 201.</summary>
    public async Task EndAsync()
    {
        _released.SetResult();
        using var response = await _response.WaitAsync(Wait.Limit);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _asked.SetResult();
        do
        {
            await stream.WriteAsync(Padding);
            await stream.FlushAsync();
        } while (await Task.WhenAny(_released.Task, Task.Delay(100)) != _released.Task);
        await stream.WriteAsync("""{"userName":"slow"}"""u8.ToArray());
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

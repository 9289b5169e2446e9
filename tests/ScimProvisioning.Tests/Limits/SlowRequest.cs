using System.Net;
using System.Net.Http.Headers;

namespace ScimProvisioning.Tests.Limits;

/// <summary>A POST whose body does not end before the test lets it: until then it keeps its turn at the server.</summary>
sealed class SlowRequest : HttpContent
{
    // Kestrel gives up on a body of fewer than 240 bytes a second; before the document, white space means nothing.
    static readonly byte[] Patience = [.. Enumerable.Repeat((byte)' ', 100)];

    readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task<HttpResponseMessage> _response;

    SlowRequest(TestDirectory directory)
    {
        Headers.ContentType = new("application/scim+json");
        var client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan });
        var request = new HttpRequestMessage(HttpMethod.Post, directory.Url + "/Users") { Content = this };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", directory.Connection.Token);
        // The server asks for the body when the endpoint reads it: by then the request has its turn.
        request.Headers.ExpectContinue = true;
        _response = client.SendAsync(request);
    }

    public static async Task<SlowRequest> StartAsync(TestDirectory directory)
    {
        var request = new SlowRequest(directory);
        await await Task.WhenAny(request._asked.Task, request._response);
        return request;
    }

    /// <summary>Lets it end, well.</summary>
    public async Task EndAsync()
    {
        _released.SetResult();
        using var response = await _response;
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        _asked.SetResult();
        do
        {
            await stream.WriteAsync(Patience);
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

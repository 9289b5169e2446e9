using System.Net.Http.Headers;
using System.Text;

namespace ScimProvisioning.Benchmarks;

/// <summary>One kind of request, or of two that follow each other. Each worker makes a new one for each of its turns.</summary>
/// <param name="ComparedWith">
/// The name of the operation that its speed is a ratio to; <c>null</c> for an operation that is compared with no other.
/// </param>
/// <param name="Make">Makes a request from the number of the worker and the number of its turn.</param>
/// <param name="Expected">A part of every good answer: a fast answer that is wrong is a failure.</param>
/// <param name="MakeSecond">The request that follows in the same turn, and is measured with the first; <c>null</c>: none.</param>
sealed record Operation(
    string Name,
    string? ComparedWith,
    ChildProcess Server,
    Uri Address,
    string? Token,
    Func<int, long, HttpRequestMessage> Make,
    string Expected = "",
    Func<int, long, HttpRequestMessage>? MakeSecond = null
)
{
    public const int MaxWorkers = 64;

    /// <summary>A part of every good answer to the second request.</summary>
    public string ExpectedSecond { get; init; } = "";

    readonly AuthenticationHeaderValue? _authorization = Token is null ? null : new("Bearer", Token);

    // Kept between measurements, so that a member that was added is removed before it is added again.
    readonly long[] _turns = new long[MaxWorkers];

    /// <summary>The requests of the next turn of a worker.</summary>
    public HttpRequestMessage[] Next(int worker)
    {
        var turn = _turns[worker]++;
        return MakeSecond is null ? [Ready(Make(worker, turn))] : [Ready(Make(worker, turn)), Ready(MakeSecond(worker, turn))];
    }

    public static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    public static HttpRequestMessage WithBody(HttpMethod method, string path, string json) =>
        new(method, path) { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/scim+json")) };

    HttpRequestMessage Ready(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(Address, request.RequestUri!);
        request.Headers.Authorization = _authorization;
        return request;
    }
}

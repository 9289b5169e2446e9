using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>Random and hostile requests. <c>SCIM_FUZZ_REQUESTS</c> says how many, <c>SCIM_FUZZ_SEED</c> which.</summary>
[TestFixture, Parallelizable]
sealed class HostileRequestTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Every_request_gets_a_SCIM_answer_and_never_a_server_error()
    {
        var (requests, seed) = (Setting("SCIM_FUZZ_REQUESTS", 1_500), Setting("SCIM_FUZZ_SEED", 20_261_121));
        var (random, directory, wrong) = (new Random(seed), await TestDirectory.CreateAsync(_server), new List<string>());
        List<string> ids = [.. await directory.Users(5), await directory.Group("Fuzz"), "not-an-id", Guid.Empty.ToString()];

        var slowest = TimeSpan.Zero;
        for (var i = 0; i < requests && wrong.Count < 10; i++)
        {
            var request = HostileRequest.Make(random, ids);
            var started = Stopwatch.GetTimestamp();
            if (await Fault(directory, request) is { } fault)
                wrong.Add($"#{i} {Describe(request)}: {fault}");
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }
        await TestContext.Out.WriteLineAsync(
            $"{requests} requests of seed {seed}, the slowest in {slowest}; {Environment.WorkingSet / 1_000_000} MB resident"
        );

        Assert.That(wrong, Is.Empty, $"Seed {seed}");
        Assert.That((await directory.Get("/Users?count=1")).Status, Is.EqualTo(200));
        Assert.That(
            await Inconsistencies(directory),
            Is.Zero,
            $"Seed {seed}: resources whose logged changes do not add up to their version"
        );
    }

    static string Describe(HostileRequest request)
    {
        var body = request.Body is null ? "" : Encoding.UTF8.GetString(request.Body);
        return $"{request.Method} {request.Path} {body} {string.Join(' ', request.Headers)}";
    }

    static async Task<string?> Fault(TestDirectory directory, HostileRequest request)
    {
        var answer = await directory.Send(request.Method, request.Path, request.Body, request.MediaType, request.Headers);
        if (answer.Status >= 500 && !(answer.Status == 501 && request.Path.Contains("Me", StringComparison.OrdinalIgnoreCase)))
            return $"{answer.Status} {answer.Body}";
        // A request line beyond all limits is refused by the parser of the web server: 414 without a body.
        if (answer.Body is null)
            return answer.Status is 204 or 304 or 414 || request.Method is "HEAD" or "TRACE" ? null : $"{answer.Status} without a body";
        if (answer.ContentType != "application/scim+json" || answer["schemas"] is null)
            return $"{answer.Status}, no SCIM: {answer.Body}";
        return answer.Status < 400 || (string?)answer["status"] == answer.Status.ToString(CultureInfo.InvariantCulture)
            ? null
            : $"{answer.Status} says it is {answer["status"]}";
    }

    /// <summary>Counts the resources without exactly one logged change for each version: a write was done in half.</summary>
    static Task<long> Inconsistencies(TestDirectory directory) =>
        directory.Ask<long>(
            """
            SELECT count(*) FROM resources r
            LEFT JOIN (
                SELECT resource_id, count(*) n, max(version) top FROM changes WHERE connection_id = $1 GROUP BY resource_id
            ) e ON e.resource_id = r.id
            WHERE r.connection_id = $1 AND (e.n IS DISTINCT FROM r.version OR e.top IS DISTINCT FROM r.version)
            """
        );

    static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}

using static ScimProvisioning.Tests.Bulk.BulkClient;

namespace ScimProvisioning.Tests.Bulk;

/// <summary>The limits of RFC 7644 §3.7.4 and messages that are refused as a whole: no operation is carried out.</summary>
[TestFixture, Parallelizable]
sealed class BulkLimitTests
{
    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [SetUp]
    public async Task Connect() => _directory = await TestDirectory.CreateAsync(_server);

    [TearDown]
    public async Task Nothing_is_done() => Assert.That(await _directory.Changes(), Is.Empty);

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task More_operations_than_advertised_are_413_and_the_limit_is_told()
    {
        var max = (int)(await _directory.Get("/ServiceProviderConfig"))["bulk"]!["maxOperations"]!;

        var answer = await _directory.Bulk(string.Join(',', Enumerable.Range(0, max + 1).Select(i => PostUser($"{i}", $"u{i}"))));

        Assert.That(answer.Error, Is.EqualTo((413, (string?)null)));
        Assert.That(answer.Detail, Does.Contain($"maxOperations ({max})"));
    }

    [Test]
    public async Task As_many_operations_as_advertised_are_tried()
    {
        var max = (int)(await _directory.Get("/ServiceProviderConfig"))["bulk"]!["maxOperations"]!;

        var outcomes = await _directory.Outcomes(
            string.Join(',', Enumerable.Repeat("""{"method":"DELETE","path":"/Users/nobody"}""", max))
        );

        Assert.That(outcomes.Select(o => (string?)o["status"]), Has.Exactly(max).EqualTo("404"));
    }

    [TestCase(1)]
    [TestCase(5_000_000)]
    public async Task A_larger_body_than_advertised_is_413_and_the_limit_is_told(int more)
    {
        var max = (int)(await _directory.Get("/ServiceProviderConfig"))["bulk"]!["maxPayloadSize"]!;
        const string Before = "{\"Operations\":[",
            After = "]}";

        var answer = await _directory.Send("POST", "/Bulk", Before + new string(' ', max - Before.Length - After.Length + more) + After);

        Assert.That(answer.Error, Is.EqualTo((413, (string?)null)));
        Assert.That(answer.Detail, Does.Contain("maxPayloadSize").And.Contains($"{max}"));
    }

    [Test]
    public async Task A_body_as_large_as_advertised_is_read()
    {
        var max = (int)(await _directory.Get("/ServiceProviderConfig"))["bulk"]!["maxPayloadSize"]!;
        const string Before = "{\"Operations\":[",
            After = "]}";

        Assert.That(
            (await _directory.Send("POST", "/Bulk", Before + new string(' ', max - Before.Length - After.Length) + After)).Status,
            Is.EqualTo(200)
        );
    }

    [Test]
    public async Task A_bulk_request_without_a_token_is_refused()
    {
        using var client = _server.ClientWith(null);
        using var body = new StringContent("{\"Operations\":[]}");

        Assert.That(
            (await Answer.ReadAsync(await client.PostAsync(new Uri($"{_directory.Url}/Bulk"), body))).Error,
            Is.EqualTo((401, (string?)null))
        );
    }
}

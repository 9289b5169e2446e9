namespace ScimProvisioning.Tests.Conformance;

/// <summary>
/// HEAD is answered like GET (RFC 9110 §9.1). The alias /Me is not supported (RFC 7644 §3.11): a token belongs to no user.
/// </summary>
[TestFixture, Parallelizable]
sealed class MethodTests
{
    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [OneTimeSetUp]
    public async Task Connect() => _directory = await TestDirectory.CreateAsync(_server);

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("/Users", 200)]
    [TestCase("/Users?filter=userName+eq+%22ada%22&count=1", 200)]
    [TestCase("/", 200)]
    [TestCase("/Users/{id}", 200)]
    [TestCase("/Users/{id}?attributes=userName", 200)]
    [TestCase("/Users/nobody", 404)]
    [TestCase("/Users?filter=(", 400)]
    [TestCase("/Nonsense", 404)]
    [TestCase("/ServiceProviderConfig", 200)]
    [TestCase("/ResourceTypes", 200)]
    [TestCase("/ResourceTypes/User", 200)]
    [TestCase("/Schemas", 200)]
    [TestCase("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Schema", 200)]
    [TestCase("/Schemas?filter=id+pr", 403)]
    public async Task HEAD_answers_what_GET_answers_without_its_body(string path, int status)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var at = path.Replace("{id}", await directory.User("ada"), StringComparison.Ordinal);

        var (get, head) = (await directory.Get(at), await directory.Send("HEAD", at));

        Assert.That((head.Status, head.Body, get.Status), Is.EqualTo((status, (object?)null, status)));
        Assert.That(
            (head.ContentType, head.Content.ContentLength, head.ETag, head.Content.ContentLocation),
            Is.EqualTo((get.ContentType, get.Content.ContentLength, get.ETag, get.Content.ContentLocation))
        );
    }

    [Test]
    public async Task HEAD_heeds_the_version_that_the_client_has()
    {
        var id = await _directory.User("ada");

        Assert.That((await _directory.Send("HEAD", $"/Users/{id}", null, ("If-None-Match", "W/\"1\""))).Status, Is.EqualTo(304));
    }

    [Test]
    public async Task Nobody_is_me([Values("GET", "POST", "PUT", "PATCH", "DELETE")] string method, [Values("/Me", "/me/")] string path)
    {
        var answer = await _directory.Send(method, path, method is "GET" or "DELETE" ? null : """{"userName":"me"}""");

        Assert.That(answer.Error, Is.EqualTo((501, (string?)null)));
        Assert.That(answer.Detail, Does.Contain("connection"));
    }
}

using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>What keys of the scope <c>app</c> reach, and what keys of another organization see of people and groups: nothing.</summary>
[TestFixture, Parallelizable]
sealed class AppKeyTests
{
    readonly ScimServer _server = new();
    AppView _directory = null!;
    HttpClient _app = null!;
    HttpClient _reader = null!;
    HttpClient _stranger = null!;
    HttpClient _strangeApp = null!;
    string _user = null!;
    string _group = null!;

    [OneTimeSetUp]
    public async Task Make()
    {
        _directory = await AppView.CreateAsync(_server);
        await _directory.Enable();
        _group = await _directory.Directory.Group("Design", await _directory.Directory.User("ella"));
        await _directory.Settle();
        _user = (string)(await _server.Person(_directory))["id"]!;
        var (_, reader) = await _server.Send(HttpMethod.Post, "/admin-keys", """{"label":"reader","scope":"read"}""");
        (_app, _reader) = (await _server.App(), _server.ClientWith((string)reader!["key"]!));
        var other = await _server.Organization();
        (_stranger, _strangeApp) = (await _server.AdminOf(other), await _server.App(other));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var client in (HttpClient[])[_app, _reader, _stranger, _strangeApp])
            client.Dispose();
        await _server.DisposeAsync();
    }

    [TestCase("GET", "/users?connectionId={c}", 200)]
    [TestCase("GET", "/users/{u}", 200)]
    [TestCase("PATCH", "/users/{u}", 200)]
    [TestCase("GET", "/groups?connectionId={c}", 200)]
    [TestCase("GET", "/groups/{g}", 200)]
    [TestCase("GET", "/groups/{g}/members", 200)]
    [TestCase("GET", "/resolve?connectionId={c}&userName=ella", 200)]
    [TestCase("GET", "/connections/{c}/attributes/schema", 200)]
    [TestCase("GET", "/events?connectionId={c}", 200)]
    [TestCase("POST", "/connections/{c}/snapshots", 202)]
    [TestCase("GET", "/connections/{c}/snapshots/{u}", 404)]
    [TestCase("GET", "/connections", 403)]
    [TestCase("GET", "/connections/{c}", 403)]
    [TestCase("POST", "/connections/{c}/tokens", 403)]
    [TestCase("GET", "/connections/{c}/tokens", 403)]
    [TestCase("POST", "/connections/{c}/disconnect", 403)]
    [TestCase("GET", "/connections/{c}/people", 403)]
    [TestCase("GET", "/connections/{c}/received-groups", 403)]
    [TestCase("POST", "/connections/{c}/preview", 403)]
    [TestCase("GET", "/connections/{c}/duplicates", 403)]
    [TestCase("POST", "/connections/{c}/imports", 403)]
    [TestCase("POST", "/users/{u}/restore", 403)]
    [TestCase("POST", "/users/{u}/purge", 403)]
    [TestCase("GET", "/admin-keys", 403)]
    [TestCase("GET", "/audit-log", 403)]
    public async Task A_key_of_an_application_reaches_people_and_groups_alone(string method, string path, int status)
    {
        var (answered, problem) = await Call(_app, method, path);

        Assert.That(answered, Is.EqualTo(status), $"{problem}");
        if (status == 403)
            Assert.That((string?)problem!["detail"], Does.Contain("scope app"));
    }

    [Test]
    public async Task A_key_for_reading_reads_people_and_writes_nothing_of_them()
    {
        Assert.That((await Call(_reader, "GET", "/users/{u}")).Status, Is.EqualTo(200));
        Assert.That((await Call(_reader, "GET", "/connections/{c}/people")).Status, Is.EqualTo(200));
        Assert.That((await Call(_reader, "GET", "/connections/{c}/received-groups")).Status, Is.EqualTo(200));
        Assert.That((await Call(_reader, "GET", "/events?limit=1")).Status, Is.EqualTo(200));
        Assert.That((await Call(_reader, "POST", "/connections/{c}/snapshots")).Status, Is.EqualTo(403));
        Assert.That((await Call(_reader, "PATCH", "/users/{u}")).Status, Is.EqualTo(403));
        Assert.That((await Call(_reader, "POST", "/users/{u}/restore")).Status, Is.EqualTo(403));
    }

    [TestCase("GET", "/users?connectionId={c}")]
    [TestCase("GET", "/users/{u}")]
    [TestCase("PATCH", "/users/{u}")]
    [TestCase("GET", "/groups?connectionId={c}")]
    [TestCase("GET", "/groups/{g}")]
    [TestCase("GET", "/groups/{g}/members")]
    [TestCase("GET", "/resolve?connectionId={c}&userName=ella")]
    [TestCase("GET", "/connections/{c}/attributes/schema")]
    [TestCase("GET", "/events?connectionId={c}")]
    [TestCase("POST", "/connections/{c}/snapshots")]
    [TestCase("GET", "/connections/{c}/snapshots/{u}")]
    public async Task What_is_not_of_its_organization_is_not_there_for_the_application_of_another(string method, string path) =>
        Assert.That((await Call(_strangeApp, method, path)).Status, Is.EqualTo(404));

    [TestCase("GET", "/users/{u}", null)]
    [TestCase("PATCH", "/users/{u}", "{}")]
    [TestCase("GET", "/connections/{c}/people", null)]
    [TestCase("GET", "/connections/{c}/received-groups", null)]
    [TestCase("GET", "/connections/{c}/duplicates", null)]
    [TestCase("GET", "/connections/{c}/imports", null)]
    [TestCase("GET", "/connections/{c}/imports/{u}", null)]
    [TestCase("POST", "/users/{u}/restore", null)]
    [TestCase("POST", "/users/{u}/purge", null)]
    [TestCase("POST", "/users/{u}/merge", """{"into":"00000000-0000-7000-8000-000000000001"}""")]
    public async Task What_is_not_of_its_organization_is_not_there_for_a_key_of_another(string method, string path, string? json) =>
        Assert.That((await Call(_stranger, method, path, json)).Status, Is.EqualTo(404));

    [Test]
    public async Task An_import_into_a_connection_of_another_organization_finds_none()
    {
        using var content = new StringContent("", new System.Net.Http.Headers.MediaTypeHeaderValue("text/csv"));
        using var response = await _stranger.PostAsync(
            new Uri($"/api/v1/connections/{_directory.Connection}/imports", UriKind.Relative),
            content
        );

        Assert.That((int)response.StatusCode, Is.EqualTo(404));
    }

    [TestCase("/users?q=e")]
    [TestCase("/users")]
    [TestCase("/groups")]
    [TestCase("/groups?name=design")]
    public async Task Lists_over_all_connections_have_nobody_of_another_organization(string path)
    {
        var (status, page) = await Call(_strangeApp, "GET", path);

        Assert.That((status, page!["data"]!.AsArray().Count), Is.EqualTo((200, 0)));
    }

    Task<(int Status, JsonNode? Body)> Call(HttpClient client, string method, string path, string? json = null) =>
        client.Call(
            method,
            path.Replace("{c}", $"{_directory.Connection}", StringComparison.Ordinal)
                .Replace("{u}", _user, StringComparison.Ordinal)
                .Replace("{g}", _group, StringComparison.Ordinal),
            json ?? (method == "PATCH" ? """{"localAttributes":{"a":1}}""" : null)
        );
}

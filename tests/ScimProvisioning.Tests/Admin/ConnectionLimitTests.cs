namespace ScimProvisioning.Tests.Admin;

/// <summary>An organization can have no more connections than its maxConnections.</summary>
[TestFixture, Parallelizable]
sealed class ConnectionLimitTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task One_more_than_the_limit_is_refused_until_there_is_room()
    {
        var id = await _server.Organization(""","maxConnections":1""");
        var first = await _server.Create($"/organizations/{id}/connections", """{"name":"n"}""");

        var (over, problem) = await Add(id);
        await _server.Send(HttpMethod.Patch, $"/organizations/{id}", """{"maxConnections":2}""");
        var (raised, _) = await Add(id);
        var (full, _) = await Add(id);
        await _server.Send(HttpMethod.Post, $"/connections/{first}/disconnect");
        var (disconnected, _) = await Add(id);
        await _server.Send(HttpMethod.Delete, $"/connections/{first}");
        var (deleted, _) = await Add(id);

        Assert.That((over, (string?)problem!["code"]), Is.EqualTo((409, "max_connections")));
        Assert.That((string?)problem["detail"], Does.Contain("may have 1 connection").And.Contains("maxConnections"));
        Assert.That((raised, full, disconnected, deleted), Is.EqualTo((201, 409, 409, 201)));
    }

    [Test]
    public async Task Many_at_once_do_not_exceed_it()
    {
        var id = await _server.Organization(""","maxConnections":3""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Add(id)));

        Assert.That(answers.Select(a => a.Status).Order(), Is.EqualTo(Enumerable.Repeat(201, 3).Concat(Enumerable.Repeat(409, 9))));
        Assert.That(
            (await _server.Send(HttpMethod.Get, $"/organizations/{id}/connections")).Body!["data"]!.AsArray(),
            Has.Count.EqualTo(3)
        );
    }

    [Test]
    public async Task A_lower_limit_leaves_those_that_are_there()
    {
        var id = await _server.Organization();
        await Add(id);
        await Add(id);

        var (status, _) = await _server.Send(HttpMethod.Patch, $"/organizations/{id}", """{"maxConnections":0}""");

        Assert.That((status, (await Add(id)).Status), Is.EqualTo((200, 409)));
        Assert.That(
            (await _server.Send(HttpMethod.Get, $"/organizations/{id}/connections")).Body!["data"]!.AsArray(),
            Has.Count.EqualTo(2)
        );
    }

    Task<(int Status, System.Text.Json.Nodes.JsonNode? Body)> Add(Guid organization) =>
        _server.Send(HttpMethod.Post, $"/organizations/{organization}/connections", """{"name":"n"}""");
}

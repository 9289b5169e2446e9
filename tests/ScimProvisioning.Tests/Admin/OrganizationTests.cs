using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Organizations: the customers that connections belong to.</summary>
[TestFixture, Parallelizable]
sealed class OrganizationTests
{
    const string Default = "/organizations/00000000-0000-7000-8000-000000000001";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task An_organization_is_created_and_found_by_what_the_application_calls_it()
    {
        var external = $"{Guid.CreateVersion7(_server.Clock.GetUtcNow())}";

        var (status, created) = await _server.Send(
            HttpMethod.Post,
            "/organizations",
            $$"""{"name":"Contoso","externalId":"{{external}}","maxConnections":3}"""
        );
        var (_, read) = await _server.Send(HttpMethod.Get, $"/organizations/{created!["id"]}");
        var (_, found) = await _server.Send(HttpMethod.Get, $"/organizations?externalId={external}");
        var (_, none) = await _server.Send(HttpMethod.Get, $"/organizations?externalId={external}x");

        Assert.That(
            (status, (string?)created["name"], (string?)created["externalId"], (int?)created["maxConnections"]),
            Is.EqualTo((201, "Contoso", external, 3))
        );
        Assert.That(JsonNode.DeepEquals(created, read) && JsonNode.DeepEquals(created, found!["data"]![0]), $"{read}{found}");
        Assert.That((found!["data"]!.AsArray().Count, none!["data"]!.AsArray().Count), Is.EqualTo((1, 0)));
    }

    [TestCase("""{"name":"New"}""", "New", "kept", 5)]
    [TestCase("""{"externalId":null}""", "Test", null, 5)]
    [TestCase("""{"maxConnections":null}""", "Test", "kept", null)]
    [TestCase("""{"name":"New","maxConnections":0}""", "New", "kept", 0)]
    [TestCase("{}", "Test", "kept", 5)]
    [TestCase("""{"name":"Test","maxConnections":5}""", "Test", "kept", 5)]
    public async Task A_change_merges(string json, string name, string? external, int? limit)
    {
        var mine = $"{Guid.CreateVersion7(_server.Clock.GetUtcNow())}";
        var id = await _server.Organization($$""","externalId":"{{mine}}","maxConnections":5""");

        var (status, changed) = await _server.Send(HttpMethod.Patch, $"/organizations/{id}", json);

        Assert.That(
            (status, (string?)changed!["name"], (string?)changed["externalId"], (int?)changed["maxConnections"]),
            Is.EqualTo((200, name, external is null ? null : mine, limit))
        );
        Assert.That(JsonNode.DeepEquals(changed, (await _server.Send(HttpMethod.Get, $"/organizations/{id}")).Body));
        var changes = name == "Test" && external == "kept" && limit == 5 ? 0 : 1;
        Assert.That(
            (await AdminCalls.Audit(id)).Select(entry => (string?)entry["action"]).Skip(1),
            Is.EqualTo(Enumerable.Repeat("organization.updated", changes))
        );
    }

    [TestCase("POST", "", """{}""", "name")]
    [TestCase("POST", "", """{"name":"n","externalId":" "}""", "externalId")]
    [TestCase("POST", "", """{"name":"n","maxConnections":-1}""", "maxConnections")]
    [TestCase("PATCH", "/{id}", """{"name":null}""", "name")]
    [TestCase("PATCH", "/{id}", """{"name":" "}""", "name")]
    [TestCase("PATCH", "/{id}", """{"externalId":""}""", "externalId")]
    [TestCase("PATCH", "/{id}", """{"externalId":"a\u0000b"}""", "externalId")]
    [TestCase("PATCH", "/{id}", """{"maxConnections":-1}""", "maxConnections")]
    [TestCase("GET", "?externalId=a%00b", null, "externalId")]
    public async Task A_wrong_field_is_named(string method, string path, string? json, string field)
    {
        var id = await _server.Organization();

        var (status, problem) = await _server.Admin.Call(
            method,
            $"/organizations{path.Replace("{id}", $"{id}", StringComparison.Ordinal)}",
            json
        );

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((400, "validation_failed")));
        Assert.That((string?)problem["errors"]![field]![0], Is.Not.Empty);
    }

    [TestCase("""{"nmae":"x"}""")]
    [TestCase("""{"id":"00000000-0000-7000-8000-000000000009"}""")]
    [TestCase("""{"maxConnections":"five"}""")]
    [TestCase("[]")]
    [TestCase("")]
    public async Task A_change_of_what_is_not_there_is_refused(string json)
    {
        var (status, _) = await _server.Send(HttpMethod.Patch, $"/organizations/{await _server.Organization()}", json);

        Assert.That(status, Is.EqualTo(400));
    }

    [Test]
    public async Task No_two_organizations_have_the_same_external_id()
    {
        var (one, other) = ($"{Guid.CreateVersion7(_server.Clock.GetUtcNow())}", $"{Guid.CreateVersion7(_server.Clock.GetUtcNow())}");
        var id = await _server.Organization($$""","externalId":"{{one}}" """);
        var second = await _server.Organization($$""","externalId":"{{other}}" """);

        var (created, problem) = await _server.Send(HttpMethod.Post, "/organizations", $$"""{"name":"n","externalId":"{{one}}"}""");
        var (changed, _) = await _server.Send(HttpMethod.Patch, $"/organizations/{second}", $$"""{"externalId":"{{one}}"}""");
        await _server.Send(HttpMethod.Delete, $"/organizations/{id}");
        var (free, _) = await _server.Send(HttpMethod.Patch, $"/organizations/{second}", $$"""{"externalId":"{{one}}"}""");

        Assert.That((created, (string?)problem!["code"], changed, free), Is.EqualTo((409, "external_id_taken", 409, 200)));
    }

    [Test]
    public async Task An_organization_is_deleted_once_its_connections_are()
    {
        var id = await _server.Organization();
        var connection = await _server.Create($"/organizations/{id}/connections", """{"name":"n"}""");
        using var admin = await _server.AdminOf(id);

        var (full, problem) = await _server.Send(HttpMethod.Delete, $"/organizations/{id}");
        await _server.Send(HttpMethod.Delete, $"/connections/{connection}");
        var (empty, _) = await _server.Send(HttpMethod.Delete, $"/organizations/{id}");
        var (again, _) = await _server.Send(HttpMethod.Delete, $"/organizations/{id}");
        var (read, _) = await _server.Send(HttpMethod.Get, $"/organizations/{id}");
        var (create, _) = await _server.Send(HttpMethod.Post, "/connections", $$"""{"name":"n","organizationId":"{{id}}"}""");
        var (key, _) = await admin.Call("GET", "/organizations");

        Assert.That((full, (string?)problem!["code"]), Is.EqualTo((409, "organization_not_empty")));
        Assert.That((empty, again, read, create, key), Is.EqualTo((204, 404, 404, 400, 401)));
        Assert.That(
            (await AdminCalls.Audit(id)).Select(entry => (string?)entry["action"]),
            Is.EqualTo(new[] { "organization.created", "organization.deleted" })
        );
    }

    [Test]
    public async Task The_default_organization_stays()
    {
        var (status, problem) = await _server.Send(HttpMethod.Delete, Default);

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "default_organization")));
    }

    [Test]
    public async Task A_key_of_one_organization_reads_and_renames_its_own()
    {
        var id = await _server.Organization();
        using var admin = await _server.AdminOf(id);

        var (_, list) = await admin.Call("GET", "/organizations");
        var (renamed, organization) = await admin.Call("PATCH", $"/organizations/{id}", """{"name":"Ours"}""");
        var (own, _) = await admin.Call("POST", $"/organizations/{id}/connections", """{"name":"n"}""");
        var (_, connection) = await admin.Call("POST", "/connections", """{"name":"n"}""");

        Assert.That(list!["data"]!.AsArray().Select(o => (Guid)o!["id"]!), Is.EqualTo(new[] { id }));
        Assert.That(
            (renamed, (string?)organization!["name"], own, (Guid)connection!["organizationId"]!),
            Is.EqualTo((200, "Ours", 201, id))
        );
    }

    [TestCase("POST", "/organizations", """{"name":"n"}""", 403)]
    [TestCase("DELETE", "/organizations/{own}", null, 403)]
    [TestCase("DELETE", "/organizations/{other}", null, 403)]
    [TestCase("PATCH", "/organizations/{own}", """{"maxConnections":9}""", 403)]
    [TestCase("PATCH", "/organizations/{own}", """{"name":"n","externalId":"x"}""", 403)]
    [TestCase("PATCH", "/organizations/{other}", """{"name":"n"}""", 404)]
    [TestCase("GET", "/organizations/{other}", null, 404)]
    [TestCase("GET", "/organizations/{other}/connections", null, 404)]
    [TestCase("POST", "/organizations/{other}/connections", """{"name":"n"}""", 404)]
    [TestCase("POST", "/connections", """{"name":"n","organizationId":"{other}"}""", 400)]
    [TestCase("GET", "/connections/{connection}", null, 404)]
    [TestCase("PATCH", "/connections/{connection}", """{"name":"n"}""", 404)]
    [TestCase("POST", "/connections/{connection}/pause", null, 404)]
    [TestCase("DELETE", "/connections/{connection}", null, 404)]
    public async Task A_key_of_one_organization_does_no_more(string method, string path, string? json, int expected)
    {
        var (own, other) = (await _server.Organization(), await _server.Organization());
        var connection = await _server.Create($"/organizations/{other}/connections", """{"name":"n"}""");
        using var admin = await _server.AdminOf(own);
        string Filled(string text) =>
            text.Replace("{own}", $"{own}", StringComparison.Ordinal)
                .Replace("{other}", $"{other}", StringComparison.Ordinal)
                .Replace("{connection}", $"{connection}", StringComparison.Ordinal);

        var (status, problem) = await admin.Call(method, Filled(path), json is null ? null : Filled(json));

        Assert.That((status, (int)problem!["status"]!), Is.EqualTo((expected, expected)));
        foreach (var target in (Guid[])[own, other, connection])
            Assert.That(await AdminCalls.Audit(target), Has.Length.EqualTo(1));
    }
}

using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Creating a connection with everything, and updating it.</summary>
[TestFixture, Parallelizable]
sealed class ConnectionChangeTests
{
    const string Tenant = "11111111-2222-4333-8444-555555555555";
    const string App = "66666666-7777-4888-8999-aaaaaaaaaaaa";
    const string Full = $$$"""
        {
            "name":"Test","provider":"okta","entraTenantId":"{{{Tenant}}}","entraAppObjectId":"{{{App}}}",
            "allowedAddresses":["192.0.2.7"],"settings":{"uniqueGroupNames":false}
        }
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Everything_can_be_given_at_the_start()
    {
        var id = await _server.Create("/connections", Full);

        var (_, connection) = await _server.Send(HttpMethod.Get, $"/connections/{id}");

        Assert.That(
            ((string?)connection!["provider"], (string?)connection["entraTenantId"], (string?)connection["entraAppObjectId"]),
            Is.EqualTo(("okta", Tenant, App))
        );
        Assert.That(connection["allowedAddresses"]!.ToJsonString(), Is.EqualTo("""["192.0.2.7/32"]"""));
        Assert.That(
            connection["settings"]!.ToJsonString(),
            Is.EqualTo(
                """{"uniqueGroupNames":false,"groupPatchReturnsResource":"auto","ignoreUnknownAttributes":false"""
                    + ""","acceptEntraTokens":true,"announcePagination":true}"""
            )
        );
        Assert.That(connection["counts"]!.ToJsonString(), Is.EqualTo("""{"users":0,"groups":0}"""));
    }

    [TestCase("""{"name":"New"}""", "name", "\"New\"")]
    [TestCase("""{"provider":"ping"}""", "provider", "\"ping\"")]
    [TestCase("""{"provider":"entra_id"}""", "provider", "\"entra\"")]
    [TestCase("""{"entraTenantId":null}""", "entraTenantId", null)]
    [TestCase("""{"entraAppObjectId":null}""", "entraAppObjectId", null)]
    [TestCase(
        """{"entraAppObjectId":"11111111-2222-4333-8444-555555555555"}""",
        "entraAppObjectId",
        "\"11111111-2222-4333-8444-555555555555\""
    )]
    [TestCase("""{"allowedAddresses":["10.0.0.0/8","10.9.9.9/8"]}""", "allowedAddresses", """["10.0.0.0/8"]""")]
    [TestCase("""{"allowedAddresses":null}""", "allowedAddresses", "[]")]
    [TestCase(
        """{"settings":{"ignoreUnknownAttributes":true}}""",
        "settings",
        """{"uniqueGroupNames":false,"groupPatchReturnsResource":"auto","ignoreUnknownAttributes":true"""
            + ""","acceptEntraTokens":true,"announcePagination":true}"""
    )]
    public async Task A_change_merges_and_is_logged_once_in_the_change_log_and_once_in_the_audit_log(
        string json,
        string member,
        string? value
    )
    {
        var id = await _server.Create("/connections", Full);
        var (_, before) = await _server.Send(HttpMethod.Get, $"/connections/{id}");

        var (status, after) = await _server.Send(HttpMethod.Patch, $"/connections/{id}", json);

        Assert.That((status, after![member]?.ToJsonString()), Is.EqualTo((200, value)));
        Assert.That(JsonNode.DeepEquals(after, (await _server.Send(HttpMethod.Get, $"/connections/{id}")).Body));
        before![member] = after[member]?.DeepClone();
        Assert.That(JsonNode.DeepEquals(before, after), $"{after}");
        var audit = await AdminCalls.Audit(id);
        Assert.That(await AdminCalls.Told(id), Is.EqualTo(new[] { "connection.created", "connection.updated" }));
        Assert.That(audit.Select(entry => (string?)entry["action"]), Is.EqualTo(new[] { "connection.created", "connection.updated" }));
        Assert.That(
            JsonNode.DeepEquals(audit[1]["after"]![member], after[member])
                && !JsonNode.DeepEquals(audit[1]["before"]![member], after[member]),
            $"{audit[1]}"
        );
    }

    [TestCase("{}")]
    [TestCase(
        """
            {
                "name":"Test","provider":"okta","allowedAddresses":["192.0.2.7"],
                "settings":{"uniqueGroupNames":false,"acceptEntraTokens":null}
            }
            """
    )]
    public async Task What_changes_nothing_leaves_no_trace(string json)
    {
        var id = await _server.Create("/connections", Full);

        var (status, _) = await _server.Send(HttpMethod.Patch, $"/connections/{id}", json);

        Assert.That((status, (await AdminCalls.Audit(id)).Length, (await AdminCalls.Told(id)).Length), Is.EqualTo((200, 1, 1)));
    }

    [TestCase("""{"state":"active"}""")]
    [TestCase("""{"key":"con-x"}""")]
    [TestCase("""{"organizationId":"00000000-0000-7000-8000-000000000001"}""")]
    [TestCase("""{"settings":{"unique":true}}""")]
    [TestCase("""{"name":null}""")]
    [TestCase("""{"name":""}""")]
    [TestCase("""{"provider":null}""")]
    [TestCase("""{"provider":"google"}""")]
    [TestCase("""{"entraTenantId":"contoso"}""")]
    [TestCase("""{"allowedAddresses":["10.0.0.0/8","example.com"]}""")]
    [TestCase("""{"allowedAddresses":[null]}""")]
    [TestCase("[]")]
    [TestCase("")]
    public async Task What_cannot_be_is_refused_and_changes_nothing(string json)
    {
        var id = await _server.Create("/connections", Full);

        var (status, _) = await _server.Send(HttpMethod.Patch, $"/connections/{id}", json);

        Assert.That((status, (await AdminCalls.Audit(id)).Length), Is.EqualTo((400, 1)));
    }

    [Test]
    public async Task A_wrong_address_is_named_by_its_place()
    {
        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            "/connections",
            """{"name":"n","allowedAddresses":["10.0.0.1","10.0.0.1/33"]}"""
        );

        Assert.That((status, problem!["errors"]!.AsObject().Select(e => e.Key).Single()), Is.EqualTo((400, "allowedAddresses[1]")));
    }

    [TestCase(100, 201)]
    [TestCase(101, 400)]
    public async Task There_are_100_addresses_at_most(int count, int expected)
    {
        var addresses = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"10.0.0.{i}\""));

        var (status, _) = await _server.Send(HttpMethod.Post, "/connections", $$"""{"name":"n","allowedAddresses":[{{addresses}}]}""");

        Assert.That(status, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_new_name_keeps_key_url_and_tokens()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var path = $"/connections/{directory.Connection.Id}";
        var (_, before) = await _server.Send(HttpMethod.Get, path);

        var (_, after) = await _server.Send(HttpMethod.Patch, path, """{"name":"New"}""");

        Assert.That(
            ((string?)after!["key"], (string?)after["tenantUrl"]),
            Is.EqualTo(((string?)before!["key"], (string?)before["tenantUrl"]))
        );
        Assert.That((await directory.Get("/Users")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Two_admins_at_once_lose_no_change_of_the_other()
    {
        var id = await _server.Create("/connections", """{"name":"Test"}""");

        await Task.WhenAll(
            new[]
            {
                """{"name":"New"}""",
                """{"provider":"okta"}""",
                $$"""{"entraTenantId":"{{Tenant}}"}""",
                """{"allowedAddresses":["::1"]}""",
                """{"settings":{"uniqueGroupNames":false}}""",
                """{"settings":{"ignoreUnknownAttributes":true}}""",
            }.Select(json => _server.Send(HttpMethod.Patch, $"/connections/{id}", json))
        );

        var (_, connection) = await _server.Send(HttpMethod.Get, $"/connections/{id}");
        Assert.That(
            (
                (string?)connection!["name"],
                (string?)connection["provider"],
                (string?)connection["entraTenantId"],
                (string?)connection["allowedAddresses"]![0]
            ),
            Is.EqualTo(("New", "okta", Tenant, "::1/128"))
        );
        Assert.That(
            ((bool)connection["settings"]!["uniqueGroupNames"]!, (bool)connection["settings"]!["ignoreUnknownAttributes"]!),
            Is.EqualTo((false, true))
        );
        Assert.That((await AdminCalls.Told(id)).Length, Is.EqualTo(7));
    }

    [Test]
    public async Task A_connection_says_what_it_holds()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var users = await directory.Users(3);
        await directory.Group("Team", users[0]);
        await directory.Send("DELETE", $"/Users/{users[1]}");

        var (_, connection) = await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}");
        var (_, list) = await _server.Send(HttpMethod.Get, "/connections?limit=1");

        Assert.That(connection!["counts"]!.ToJsonString(), Is.EqualTo("""{"users":2,"groups":1}"""));
        Assert.That(list!["data"]![0]!["counts"], Is.Null);
    }

    [Test]
    public async Task The_same_userName_in_two_tenants_of_an_organization_does_not_collide()
    {
        var organization = await _server.Organization();
        var directories = new List<TestDirectory>();
        foreach (var name in new[] { "One", "Two" })
        {
            var id = await _server.Create($"/organizations/{organization}/connections", $$"""{"name":"{{name}}"}""");
            var (_, token) = await _server.Send(HttpMethod.Post, $"/connections/{id}/tokens", "{}");
            var (_, connection) = await _server.Send(HttpMethod.Get, $"/connections/{id}");
            directories.Add(
                new(
                    _server.ClientWith((string)token!["token"]!),
                    new(id, (string)connection!["key"]!, (Guid)token["id"]!, (string)token["token"]!),
                    PostgresFixture.ConnectionString
                )
            );
        }

        string[] users = [await directories[0].User("ada"), await directories[1].User("ada")];

        Assert.That(users[0], Is.Not.EqualTo(users[1]));
        Assert.That((await directories[0].Get("/Users")).Ids, Is.EqualTo(users[..1]));
        Assert.That((await directories[1].Get($"/Users/{users[0]}")).Status, Is.EqualTo(404));
    }

    [TestCase("?state=active", "B")]
    [TestCase("?state=pending", "AC")]
    [TestCase("?provider=okta", "C")]
    [TestCase("?provider=entra_id", "AB")]
    [TestCase("?provider=entra&state=pending", "A")]
    [TestCase("?provider=ping", "")]
    public async Task A_list_is_narrowed_by_organization_state_and_provider(string query, string names)
    {
        var organization = await _server.Organization();
        await _server.Create($"/organizations/{organization}/connections", """{"name":"A","provider":"entra_id"}""");
        var active = await _server.Create("/connections", $$"""{"name":"B","organizationId":"{{organization}}"}""");
        await _server.Create($"/organizations/{organization}/connections", """{"name":"C","provider":"okta"}""");
        await _server.Send(HttpMethod.Post, $"/connections/{active}/enable");

        var (_, below) = await _server.Send(HttpMethod.Get, $"/organizations/{organization}/connections{query}");
        var (_, among) = await _server.Send(HttpMethod.Get, $"/connections{query}&organizationId={organization}");

        Assert.That(below!["data"]!.AsArray().Select(c => (string?)c!["name"]).Order(), Is.EqualTo(names.Select(c => $"{c}")));
        Assert.That(JsonNode.DeepEquals(below, among));
    }

    [TestCase("/connections?state=deleted")]
    [TestCase("/connections?state=Active")]
    [TestCase("/connections?provider=ldap")]
    [TestCase("/connections?organizationId=x")]
    public async Task A_list_of_what_cannot_be_is_a_400(string path) =>
        Assert.That((await _server.Send(HttpMethod.Get, path)).Status, Is.EqualTo(400));

    [Test]
    public async Task Path_and_body_name_the_same_organization()
    {
        var id = await _server.Organization();

        var (same, _) = await _server.Send(
            HttpMethod.Post,
            $"/organizations/{id}/connections",
            $$"""{"name":"n","organizationId":"{{id}}"}"""
        );
        var (other, _) = await _server.Send(
            HttpMethod.Post,
            $"/organizations/{id}/connections",
            """{"name":"n","organizationId":"00000000-0000-7000-8000-000000000001"}"""
        );
        var (none, _) = await _server.Send(
            HttpMethod.Post,
            $"/organizations/{Guid.CreateVersion7(_server.Clock.GetUtcNow())}/connections",
            """{"name":"n"}"""
        );

        Assert.That((same, other, none), Is.EqualTo((201, 400, 404)));
    }
}

using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>What admins may set, who sees what, and where no endpoint leads.</summary>
[TestFixture, Parallelizable]
sealed class WebhookApiTests
{
    HookApp _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _app = await HookApp.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _app.DisposeAsync();

    [TestCase("""{}""", "url")]
    [TestCase("""{"url":"ftp://example.com"}""", "url")]
    [TestCase("""{"url":"https://user:password@example.com/"}""", "url")]
    [TestCase("""{"url":"/hooks"}""", "url")]
    [TestCase("""{"url":"https://example.com/","types":["directory.user.exploded"]}""", "types")]
    [TestCase("""{"url":"https://example.com/","payload":"large"}""", "payload")]
    [TestCase("""{"url":"https://example.com/","order":"none"}""", "order")]
    [TestCase("""{"url":"https://example.com/","connectionId":"00000000-0000-7000-8000-0000000000aa"}""", "connectionId")]
    [TestCase("""{"url":"https://example.com/","organizationId":"00000000-0000-7000-8000-0000000000aa"}""", "organizationId")]
    public async Task A_wrong_member_is_named(string json, string field)
    {
        var (status, problem) = await _app.Server.Admin.Call("POST", "/webhook-endpoints", json);

        Assert.That((status, problem!["errors"]?[field] is not null), Is.EqualTo((400, true)), $"{problem}");
    }

    [TestCase("""{"since":null}""", "since")]
    [TestCase("""{"since":"2026-11-02T00:00:00Z","until":"2026-11-01T00:00:00Z"}""", "until")]
    public async Task A_replay_of_a_wrong_time_is_refused(string json, string field)
    {
        var (id, _) = await _app.Hook();

        var (status, problem) = await _app.Server.Admin.Call("POST", $"/webhook-endpoints/{id}/replay", json);

        Assert.That((status, problem!["errors"]![field] is not null), Is.EqualTo((400, true)));
    }

    // Whoever gets groups gets members, who must be there before.
    [TestCase("", "connection")]
    [TestCase(""","types":[]""", "connection")]
    [TestCase(""","types":["directory.*"]""", "connection")]
    [TestCase(""","types":["directory.group.created"]""", "connection")]
    [TestCase(""","types":["directory.user.*"]""", "object")]
    [TestCase(""","order":"object" """, "object")]
    public async Task The_order_follows_from_the_types(string more, string order)
    {
        var (id, _) = await _app.Hook(more);

        Assert.That((string)(await _app.Endpoint(id))!["order"]!, Is.EqualTo(order));
    }

    [Test]
    public async Task A_change_changes_what_it_names()
    {
        var (id, _) = await _app.Hook(""","description":"A","types":["directory.user.created"]""");

        await _app.Call("PATCH", $"/webhook-endpoints/{id}", """{"description":"B","types":[]}""");

        var after = await _app.Endpoint(id);
        Assert.That(
            ((string)after!["description"]!, after["types"], (string)after["url"]!),
            Is.EqualTo(("B", (JsonNode?)null, _app.Receiver.Url))
        );
        Assert.That(after["secret"], Is.Null);
        await _app.Call("DELETE", $"/webhook-endpoints/{id}");
        Assert.That((await _app.Server.Admin.Call("GET", $"/webhook-endpoints/{id}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_key_of_one_organization_manages_its_own_endpoints_alone()
    {
        var (ours, theirs) = (await _app.Server.Organization(), await _app.Server.Organization());
        using var admin = await AdminOf(ours);
        var (_, own) = await admin.Call("POST", "/webhook-endpoints", """{"url":"https://example.com/hooks"}""");
        var foreign = new List<Guid>();
        foreach (var more in (string[])[$$""","organizationId":"{{theirs}}" """, ""])
            foreign.Add((await _app.Hook(more)).Id);

        Assert.That((string)own!["endpoint"]!["organizationId"]!, Is.EqualTo($"{ours}"));
        var (_, list) = await admin.Call("GET", "/webhook-endpoints");
        Assert.That(list!["data"]!.AsArray().Select(endpoint => (string)endpoint!["id"]!), Is.EqualTo(new[] { (string)own["id"]! }));
        foreach (var id in foreign)
        foreach (
            var (method, path, body) in ((string, string, string?)[])
                [
                    ("GET", "", null),
                    ("PATCH", "", "{}"),
                    ("DELETE", "", null),
                    ("POST", "/test", null),
                    ("POST", "/enable", null),
                    ("POST", "/disable", null),
                    ("POST", "/rotate-secret", null),
                    ("POST", "/replay", """{"since":"2026-01-01T00:00:00Z"}"""),
                    ("GET", "/deliveries", null),
                    ("GET", "/attempts", null),
                ]
        )
            Assert.That((await admin.Call(method, $"/webhook-endpoints/{id}{path}", body)).Status, Is.EqualTo(404), $"{method} {path}");
        foreach (var more in (string[])[$$""","organizationId":"{{theirs}}" """, $$""","connectionId":"{{_app.App.Connection}}" """])
            Assert.That(
                (await admin.Call("POST", "/webhook-endpoints", $$"""{"url":"https://example.com/"{{more}}}""")).Status,
                Is.EqualTo(400),
                more
            );
    }

    [Test]
    public async Task A_key_of_one_organization_retries_no_delivery_of_another()
    {
        await using var app = await HookApp.StartAsync();
        var ours = await app.Server.Organization();
        var (id, _) = await app.Hook();
        app.Receiver.AnswerWith(500);
        await app.Directory.User("ella");
        await app.UntilAttempts(id, 1);
        var delivery = (await app.Call("GET", $"/webhook-endpoints/{id}/deliveries"))!["data"]![0]!["id"];
        using var admin = await app.Server.AdminOf(ours);

        Assert.That((await admin.Call("POST", $"/deliveries/{delivery}/retry")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task An_endpoint_of_an_organization_gets_no_event_of_another()
    {
        await using var app = await HookApp.StartAsync();
        var theirs = await app.Server.Organization();
        var connection = await app.Server.Create($"/organizations/{theirs}/connections", """{"name":"Theirs"}""");
        await app.Hook($$""","types":["connection.*"],"organizationId":"{{theirs}}" """);

        await app.Call("POST", $"/connections/{app.App.Connection}/pause");
        await app.Call("POST", $"/connections/{connection}/enable");
        await app.Receiver.UntilGot(1);
        await Task.Delay(500);

        Assert.That(app.Receiver.Got.Select(hook => hook.Object), Is.All.EqualTo($"{connection}"));
    }

    [TestCase("http://example.com/hooks", 400)]
    [TestCase("https://example.com/hooks", 201)]
    public async Task A_key_of_one_organization_enters_https_alone(string url, int status)
    {
        using var admin = await AdminOf(await _app.Server.Organization());

        Assert.That((await admin.Call("POST", "/webhook-endpoints", $$"""{"url":"{{url}}"}""")).Status, Is.EqualTo(status));
    }

    [TestCase("https://localhost:{0}/", Description = "a name that leads to this machine")]
    [TestCase("https://127.0.0.1:{0}/")]
    [TestCase("https://[::1]:{0}/")]
    [TestCase("https://[::ffff:127.0.0.1]:{0}/")]
    [TestCase("https://10.0.0.1/")]
    [TestCase("https://192.168.1.1/")]
    [TestCase("https://169.254.169.254/")]
    [TestCase("https://2130706433:{0}/", Description = "127.0.0.1 as one number")]
    public async Task An_endpoint_of_a_customers_key_leads_into_no_private_network(string url)
    {
        using var admin = await AdminOf(await _app.Server.Organization());
        var at = string.Format(System.Globalization.CultureInfo.InvariantCulture, url, _app.Receiver.Address.Port);
        var (_, created) = await admin.Call("POST", "/webhook-endpoints", $$"""{"url":"{{at}}"}""");

        var (_, attempt) = await admin.Call("POST", $"/webhook-endpoints/{created!["id"]}/test");

        Assert.That((string?)attempt!["error"], Does.Contain("leads to where this endpoint may not reach"));
    }

    [TestCase("http://169.254.169.254/latest/meta-data")]
    [TestCase("http://[::ffff:169.254.169.254]/")]
    [TestCase("http://[64:ff9b::a9fe:a9fe]/")]
    [TestCase("http://[fe80::1]/")]
    [TestCase("http://[fd00:ec2::254]/")]
    [TestCase("http://168.63.129.16/")]
    [TestCase("http://0.0.0.0:{0}/")]
    [TestCase("http://[::]:{0}/")]
    public async Task No_endpoint_leads_to_link_local_addresses_and_metadata(string url)
    {
        var at = string.Format(System.Globalization.CultureInfo.InvariantCulture, url, _app.Receiver.Address.Port);
        var created = await _app.Call("POST", "/webhook-endpoints", $$"""{"url":"{{at}}"}""");

        var attempt = await _app.Call("POST", $"/webhook-endpoints/{created!["id"]}/test");

        Assert.That((string?)attempt!["error"], Does.Contain("leads to where this endpoint may not reach"));
    }

    [Test]
    public async Task Whoever_changes_the_address_decides_where_it_may_lead()
    {
        var organization = await _app.Server.Organization();
        var (id, _) = await _app.Hook($$""","organizationId":"{{organization}}" """);
        using var admin = await AdminOf(organization);

        await admin.Call("PATCH", $"/webhook-endpoints/{id}", $$"""{"url":"https://127.0.0.1:{{_app.Receiver.Address.Port}}/"}""");

        var (_, attempt) = await admin.Call("POST", $"/webhook-endpoints/{id}/test");
        Assert.That((string?)attempt!["error"], Does.Contain("leads to where this endpoint may not reach"));
    }

    [Test]
    public async Task Without_private_networks_an_endpoint_that_was_made_before_leads_into_none()
    {
        await using var app = await HookApp.StartAsync();
        var (id, _) = await app.Hook();
        await using var server = new ScimServer(app.Database, new() { ["Webhooks:AllowPrivateNetworks"] = "false" });

        var (_, attempt) = await server.Admin.Call("POST", $"/webhook-endpoints/{id}/test");

        Assert.That((string?)attempt!["error"], Does.Contain("leads to where this endpoint may not reach"));
        Assert.That(
            (await server.Admin.Call("POST", "/webhook-endpoints", $$"""{"url":"{{app.Receiver.Url}}"}""")).Status,
            Is.EqualTo(400)
        );
    }

    Task<HttpClient> AdminOf(Guid organization) => _app.Server.AdminOf(organization);
}

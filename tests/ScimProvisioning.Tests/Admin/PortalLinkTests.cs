namespace ScimProvisioning.Tests.Admin;

/// <summary>Links to the portal by API and command; what they open is tested in a browser.</summary>
[TestFixture, Parallelizable, CancelAfter(60_000)]
sealed class PortalLinkTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("""{"expiresInMinutes":0}""", "expiresInMinutes")]
    [TestCase("""{"expiresInMinutes":43201}""", "expiresInMinutes")]
    [TestCase("""{"expiresInMinutes":10081,"uses":"many"}""", "expiresInMinutes")]
    [TestCase("""{"uses":"twice"}""", "uses")]
    [TestCase("""{"returnUrl":"https://app.example.com"}""", "returnUrl")]
    [TestCase("{}", "organizationId")]
    public async Task A_link_with_a_wrong_member_is_refused(string request, string member)
    {
        var (status, problem) = await _server.Send(HttpMethod.Post, "/portal-links", request);

        Assert.That((status, problem!["errors"]![member] is not null), Is.EqualTo((400, true)));
    }

    [Test]
    public async Task A_link_is_made_listed_without_its_secret_and_revoked_and_all_of_it_is_audited()
    {
        var connection = (await _server.Connect()).Id;
        var (_, made) = await _server.Send(HttpMethod.Post, "/portal-links", $$"""{"connectionId":"{{connection}}"}""");
        var (url, link) = ((string)made!["url"]!, made["link"]!);
        var secret = url.Split('/')[^1];
        var (_, list) = await _server.Send(HttpMethod.Get, $"/portal-links?organizationId={link["organizationId"]}&limit=200");
        var (revoked, _) = await _server.Send(HttpMethod.Delete, $"/portal-links/{link["id"]}");
        var (_, log) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={connection}");

        Assert.That(((string)link["uses"]!, (bool)link["readOnly"]!, revoked), Is.EqualTo(("once", false, 204)));
        Assert.That((DateTime)link["expiresAt"]! - (DateTime)link["createdAt"]!, Is.EqualTo(TimeSpan.FromDays(3)));
        Assert.That(list!.ToJsonString() + log!.ToJsonString(), Does.Not.Contain(secret).And.Contains((string)link["id"]!));
        Assert.That(log.ToJsonString(), Does.Contain("portal_link.created").And.Contains("portal_link.revoked"));
    }

    [Test]
    public async Task A_key_of_one_organization_makes_no_link_to_another()
    {
        var (_, ours) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Ours"}""");
        var (_, theirs) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Theirs"}""");
        var (_, made) = await _server.Send(HttpMethod.Post, "/portal-links", $$"""{"organizationId":"{{theirs!["id"]}}"}""");
        var (_, key) = await _server.Send(
            HttpMethod.Post,
            "/admin-keys",
            $$"""{"label":"Ours","scope":"full","organizationId":"{{ours!["id"]}}"}"""
        );
        using var admin = _server.ClientWith((string)key!["key"]!);

        var (status, _) = await ScimServer.Send(admin, HttpMethod.Post, "/portal-links", $$"""{"organizationId":"{{theirs["id"]}}"}""");
        var (unseen, _) = await ScimServer.Send(admin, HttpMethod.Delete, $"/portal-links/{made!["link"]!["id"]}");
        var (_, list) = await ScimServer.Send(admin, HttpMethod.Get, "/portal-links");

        Assert.That((status, unseen), Is.EqualTo((404, 404)));
        Assert.That(list!["data"]!.AsArray(), Is.Empty);
    }
}

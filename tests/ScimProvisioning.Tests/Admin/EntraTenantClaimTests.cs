using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Auth;
using ScimProvisioning.Tests.Auth.Entra;

namespace ScimProvisioning.Tests.Admin;

/// <summary>An Entra tenant that one organization has, and another one takes.</summary>
[TestFixture, Parallelizable]
sealed class EntraTenantClaimTests
{
    LocalIssuer _issuer = null!;
    ScimServer _server = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _issuer = await LocalIssuer.StartAsync();
        _server = EntraTenant.Trusting(_issuer);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Test]
    public async Task Another_organization_cannot_take_it_whether_it_creates_or_changes_a_connection()
    {
        var (tenant, other) = (NewTenant(), await _server.Organization());
        await Connection($",\"entraTenantId\":\"{tenant}\"");
        var theirs = await Connection($",\"organizationId\":\"{other}\"");
        var (_, key) = await _server.Send(HttpMethod.Post, "/admin-keys", $$"""{"label":"x","organizationId":"{{other}}"}""");
        using var scoped = _server.ClientWith((string)key!["key"]!);

        foreach (var admin in (HttpClient[])[_server.Admin, scoped])
        foreach (var insists in admin == scoped ? (string[])["", ",\"allowSharedTenant\":true"] : [""])
        {
            var claim = $"\"entraTenantId\":\"{tenant}\"{insists}";
            var created = await ScimServer.Send(
                admin,
                HttpMethod.Post,
                "/connections",
                $"{{\"name\":\"x\",\"organizationId\":\"{other}\",{claim}}}"
            );
            var changed = await ScimServer.Send(admin, HttpMethod.Patch, $"/connections/{theirs}", $"{{{claim}}}");

            foreach (var (status, problem) in ((int, JsonNode?)[])[created, changed])
            {
                Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "entra_tenant_taken")));
                Assert.That((string?)problem["detail"], Does.Contain("allowSharedTenant"));
            }
        }
        var (_, connection) = await _server.Send(HttpMethod.Get, $"/connections/{theirs}");
        Assert.That((string?)connection!["entraTenantId"], Is.Null);
    }

    [Test]
    public async Task The_same_organization_may_have_it_twice_and_it_is_free_again_when_it_is_given_up()
    {
        var (tenant, other) = (NewTenant(), await _server.Organization());
        var claim = $",\"entraTenantId\":\"{tenant}\"";
        var first = await Connection(claim);
        var second = await Connection(claim);

        await _server.Send(HttpMethod.Patch, $"/connections/{first}", """{"entraTenantId":null}""");
        await _server.Send(HttpMethod.Delete, $"/connections/{second}");
        var (status, _) = await _server.Send(HttpMethod.Post, "/connections", $"{{\"name\":\"x\",\"organizationId\":\"{other}\"{claim}}}");

        Assert.That(status, Is.EqualTo(201));
    }

    [Test]
    public async Task Of_two_organizations_that_take_it_at_once_one_gets_it()
    {
        var tenant = NewTenant();
        var organizations = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _server.Organization()));

        var answers = await Task.WhenAll(
            organizations.Select(organization =>
                _server.Send(
                    HttpMethod.Post,
                    "/connections",
                    $"{{\"name\":\"x\",\"organizationId\":\"{organization}\",\"entraTenantId\":\"{tenant}\"}}"
                )
            )
        );

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(new[] { 201, 409, 409, 409, 409, 409 }));
    }

    // The connection of the second is the older one, and takes the tenant later.
    [Test]
    public async Task Tokens_of_the_first_go_on_working_at_every_url_when_a_full_admin_shares_the_tenant()
    {
        var (tenant, other) = (NewTenant(), await _server.Organization());
        var second = await _server.Connect();
        var first = await _server.Connect();
        await _server.Send(HttpMethod.Patch, $"/connections/{first.Id}", $$"""{"entraTenantId":"{{tenant}}"}""");
        var third = await _server.Send(
            HttpMethod.Post,
            "/connections",
            $$"""{"name":"x","organizationId":"{{other}}","entraTenantId":"{{tenant}}","allowSharedTenant":true}"""
        );
        await _server.Send(HttpMethod.Patch, $"/connections/{second.Id}", $$"""{"entraTenantId":"{{tenant}}","allowSharedTenant":true}""");
        using var entra = _server.ClientWith(_issuer.EntraToken(tenant));

        Assert.That(third.Status, Is.EqualTo(201));
        foreach (var url in (string[])["", $"/{first.Key}", $"/{second.Key}", $"/{third.Body!["key"]}"])
        {
            using var response = await entra.GetAsync(new Uri($"/scim/v2{url}/Users", UriKind.Relative));
            Assert.That((int)response.StatusCode, Is.EqualTo(200), url);
        }
        var id = (string)
            JsonNode.Parse(
                await (
                    await entra.PostAsync(
                        new Uri("/scim/v2/Users", UriKind.Relative),
                        new StringContent("""{"userName":"ada"}""", System.Text.Encoding.UTF8, "application/scim+json")
                    )
                ).Content.ReadAsStringAsync()
            )!["id"]!;
        using var found = await entra.GetAsync(new Uri($"/scim/v2/{first.Key}/Users/{id}", UriKind.Relative));
        Assert.That((int)found.StatusCode, Is.EqualTo(200), "without a key in the URL it is the first connection");
    }

    [Test]
    public async Task To_take_one_needs_no_second_session_of_the_database()
    {
        var database = await PostgresFixture.CreateDatabaseAsync() + "Timeout=2;";
        // One for the request; the other one belongs to the listener.
        await using var server = new ScimServer(database + "Maximum Pool Size=2;");
        using var scoped = await server.AdminOf(await server.Organization());
        await PostgresFixture.UntilListeningAsync(database, 1);

        var (status, _) = await ScimServer.Send(
            scoped,
            HttpMethod.Post,
            "/connections",
            $$"""{"name":"x","entraTenantId":"{{NewTenant()}}"}"""
        );

        Assert.That(status, Is.EqualTo(201));
    }

    /// <param name="more">Further members in JSON, with a comma before them.</param>
    Task<Guid> Connection(string more) => _server.Create("/connections", $"{{\"name\":\"Test\"{more}}}");

    static Guid NewTenant() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}

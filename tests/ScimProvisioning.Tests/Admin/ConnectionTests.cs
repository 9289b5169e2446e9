using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class ConnectionTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_new_connection_is_pending_in_the_default_organization_and_names_its_tenant_url()
    {
        using var body = new StringContent("""{"name":"Contoso"}""", Encoding.UTF8, "application/json");
        using var response = await _server.Admin.PostAsync(new Uri("/api/v1/connections", UriKind.Relative), body);
        var (status, connection) = await _server.Send(HttpMethod.Get, response.Headers.Location!.ToString()["/api/v1".Length..]);

        Assert.That((response.StatusCode, status), Is.EqualTo((HttpStatusCode.Created, 200)));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(connection!.ToJsonString()));
        Assert.That((string?)connection["key"], Does.Match("^con-[a-z2-7]{20}$"));
        Assert.That((string?)connection["tenantUrl"], Is.EqualTo($"{_server.Address.ToString().TrimEnd('/')}/scim/v2/{connection["key"]}"));
        Assert.That((string?)connection["createdAt"], Does.EndWith("Z"));
        Assert.That(
            (
                (string?)connection["name"],
                (string?)connection["state"],
                (string?)connection["provider"],
                (string?)connection["organizationId"]
            ),
            Is.EqualTo(("Contoso", "pending", "entra", "00000000-0000-7000-8000-000000000001"))
        );
    }

    [Test]
    public async Task The_tenant_url_follows_the_configured_public_url()
    {
        await using var server = new ScimServer(settings: new() { ["PublicUrl"] = "https://scim.example.com/base/" });

        var (_, connection) = await server.Send(HttpMethod.Post, "/connections", """{"name":"Contoso","provider":"okta"}""");

        Assert.That((string?)connection!["tenantUrl"], Is.EqualTo($"https://scim.example.com/base/scim/v2/{connection["key"]}"));
        Assert.That((string?)connection["provider"], Is.EqualTo("okta"));
    }

    [TestCase("""{}""", "name", "Must not be empty.")]
    [TestCase("""{"name":" "}""", "name", "Must not be empty.")]
    [TestCase("""{"name":"a\u0000b"}""", "name", "Must not contain control characters.")]
    [TestCase("""{"name":"n","provider":"ldap"}""", "provider", "Must be one of: entra, okta, onelogin, jumpcloud, ping, custom.")]
    [TestCase(
        """{"name":"n","organizationId":"00000000-0000-0000-0000-000000000009"}""",
        "organizationId",
        "There is no such organization."
    )]
    public async Task A_wrong_field_is_named_with_a_message(string json, string field, string message)
    {
        var (status, problem) = await _server.Send(HttpMethod.Post, "/connections", json);

        Assert.That((status, (string?)problem!["errors"]![field]![0]), Is.EqualTo((400, message)));
    }

    [Test]
    public async Task A_name_has_at_most_200_characters()
    {
        var (just, _) = await _server.Send(HttpMethod.Post, "/connections", $$"""{"name":"{{new string('n', 200)}}"}""");
        var (over, problem) = await _server.Send(HttpMethod.Post, "/connections", $$"""{"name":"{{new string('n', 201)}}"}""");

        Assert.That((just, over), Is.EqualTo((201, 400)));
        Assert.That((string?)problem!["errors"]!["name"]![0], Is.EqualTo("Must be at most 200 characters."));
    }

    [TestCase("""{"name":""")]
    [TestCase("""[]""")]
    [TestCase("")]
    [TestCase("null")]
    [TestCase("""{"name":5}""")]
    [TestCase("""{"name":"\ud800"}""")]
    public async Task Broken_json_is_a_problem_not_a_failure(string json)
    {
        var (status, problem) = await _server.Send(HttpMethod.Post, "/connections", json);

        Assert.That((status, (int)problem!["status"]!), Is.EqualTo((400, 400)));
    }

    [Test]
    public async Task An_unknown_connection_is_a_404_problem()
    {
        using var response = await _server.Admin.GetAsync(
            new Uri("/api/v1/connections/00000000-0000-0000-0000-000000000009", UriKind.Relative)
        );

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }

    [Test]
    public async Task A_list_is_read_page_by_page()
    {
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync());
        for (var i = 1; i <= 5; i++)
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await server.Send(HttpMethod.Post, "/connections", string.Create(CultureInfo.InvariantCulture, $$"""{"name":"{{i}}"}"""));
        }

        var names = new List<string>();
        var path = "/connections?limit=2";
        for (var pages = 1; ; pages++)
        {
            var (_, page) = await server.Send(HttpMethod.Get, path);
            names.Add(string.Concat(page!["data"]!.AsArray().Select(connection => (string?)connection!["name"])));
            if (page["next"] is not { } next)
                break;
            path = $"/connections?limit=2&after={next}";
        }

        Assert.That(names, Is.EqualTo(new[] { "12", "34", "5" }));
    }

    [Test]
    public void A_list_of_connections_leaves_their_documents_in_the_database()
    {
        using var scope = _server.Services.CreateScope();

        Assert.That(
            scope.ServiceProvider.GetRequiredService<ScimDbContext>().Connections.ToQueryString(),
            Does.Contain("unique_group_names").And.Not.Contain("schemas").And.Not.Contain("resource_types")
        );
    }

    [TestCase("limit=0")]
    [TestCase("limit=201")]
    [TestCase("limit=x")]
    [TestCase("after=x")]
    public async Task A_wrong_page_is_a_400_problem(string query)
    {
        var (status, problem) = await _server.Send(HttpMethod.Get, $"/connections?{query}");

        Assert.That((status, (int)problem!["status"]!), Is.EqualTo((400, 400)));
    }
}

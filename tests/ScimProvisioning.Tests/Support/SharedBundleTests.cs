using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Support.Bundles;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Support;

/// <summary>What a bundle has of what several connections share, and how many links are opened at the same time.</summary>
[TestFixture, Parallelizable]
sealed class SharedBundleTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Of_an_endpoint_for_all_connections_it_has_what_is_about_its_own_alone()
    {
        var (ours, theirs) = (await _server.Organization(), await _server.Organization());
        var (own, other) = (await Connection(ours), await Connection(theirs));
        var (_, hook) = await _server.Send(
            HttpMethod.Post,
            "/webhook-endpoints",
            """{"url":"http://127.0.0.1:1/hook","types":["connection.deleted"]}"""
        );
        await PostgresFixture.ExecuteAsync(
            $$"""
            WITH told AS (
                INSERT INTO events (position, connection_id, organization_id, id, type, object_id, version, body)
                SELECT nextval('events_position'), c.id, c.organization_id, gen_random_uuid(), 'connection.paused', c.id, 1, '{}'
                FROM connections c WHERE c.id IN ('{{own}}', '{{other}}') RETURNING *),
            tried AS (
                INSERT INTO webhook_attempts (endpoint_id, id, event_id, type, attempt, succeeded, status, answer, milliseconds)
                SELECT '{{hook!["id"]}}', gen_random_uuid(), id, type, 1, false, 500, connection_id, 1 FROM told)
            INSERT INTO webhook_deliveries (endpoint_id, position, id, event_id, type, lane, attempts, exhausted, error, created_at)
            SELECT '{{hook["id"]}}', position, gen_random_uuid(), id, type, object_id, 1, true, connection_id, now() FROM told
            """,
            PostgresFixture.ConnectionString
        );

        var files = await Bundle(own);

        var shown = files["webhooks.json"].AsArray().Single(one => $"{one!["endpoint"]!["id"]}" == $"{hook["id"]}")!;
        Assert.That(shown["waiting"]!.AsArray().Select(one => (string?)one!["lastError"]), Is.EqualTo(new[] { $"{own}" }));
        Assert.That(shown["attempts"]!.AsArray().Select(one => (string?)one!["answer"]), Is.EqualTo(new[] { $"{own}" }));
        Assert.That(string.Concat(files.Values.Select(file => file.ToJsonString())), Does.Not.Contain($"{other}"));
        await _server.Send(HttpMethod.Delete, $"/webhook-endpoints/{hook["id"]}");
    }

    [Test]
    public async Task The_audit_log_of_the_connection_has_what_was_done_for_support()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var link = await app.Admin(HttpMethod.Post, "/share-links", """{"what":"support-bundle"}""");
        await app.Admin(HttpMethod.Delete, $"/share-links/{link!["link"]!["id"]}");
        await app.Admin(HttpMethod.Put, "/schedules", """{"schedules":[]}""");
        await app.Admin(HttpMethod.Post, "/snapshots");
        await _server.Reconcile(app);

        var (_, page) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={app.Connection}&limit=200");

        Assert.That(
            page!["data"]!.AsArray().Select(entry => (string?)entry!["action"]),
            Is.SupersetOf(
                new[]
                {
                    "share_link.created",
                    "share_link.revoked",
                    "connection.schedules_updated",
                    "directory.snapshot_started",
                    "directory.reconciliation_started",
                }
            )
        );
    }

    [Test]
    public async Task Two_links_are_opened_at_the_same_time_and_a_link_ends_with_the_key_that_made_it()
    {
        await using var server = new ScimServer();
        var organization = await server.Organization();
        var connection = await server.Create($"/organizations/{organization}/connections", """{"name":"Test"}""");
        using var admin = await server.AdminOf(organization);
        var (_, made) = await admin.Call("POST", $"/connections/{connection}/share-links", """{"what":"support-bundle"}""");
        var url = new Uri((string)made!["url"]!);
        using var client = server.ClientWith(null);
        var turns = server.Services.GetRequiredService<BundleTurns>();

        HttpResponseMessage third;
        using (turns.Take())
        using (turns.Take())
            third = await client.GetAsync(url);
        using (third)
        {
            Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(third.Headers.RetryAfter, Is.Not.Null);
        }
        Assert.That((await client.GetAsync(url)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await PostgresFixture.ExecuteAsync(
            $"UPDATE admin_keys SET revoked_at = now() WHERE organization_id = '{organization}'",
            PostgresFixture.ConnectionString
        );
        Assert.That((await client.GetAsync(url)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    Task<Guid> Connection(Guid organization) => _server.Create($"/organizations/{organization}/connections", """{"name":"Test"}""");

    async Task<Dictionary<string, JsonNode>> Bundle(Guid connection)
    {
        var path = new Uri($"/api/v1/connections/{connection}/support-bundle", UriKind.Relative);
        using var answer = await _server.Admin.PostAsync(path, null);
        using var archive = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        return archive.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using var file = entry.Open();
                return JsonNode.Parse(file)!;
            }
        );
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Tests.Activity;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Support;

/// <summary>The server calls its own public address, and says what does not work.</summary>
[TestFixture, Parallelizable]
sealed class SelfTestTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_good_address_passes_all_checks_and_nothing_is_left_of_the_test()
    {
        // Of its own: what a server leaves whose clock stands still, another takes for old.
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var app = await AppView.CreateAsync(server, database);
        await app.Enable();
        await app.Directory.User("ella");
        await app.Settle();
        await ActivityCalls.UntilLogged(app.Directory, 1);
        var before = await Left(app);

        var found = await Test(server, app.Connection);

        Assert.That((bool)found["passed"]!, Is.True, $"{found}");
        Assert.That(
            Checks(found),
            Is.EqualTo(
                "dns ok, connection ok, tls skipped, path ok, login ok, content_type ok, service_provider_config ok, filter ok, write ok, "
                    + "refusal ok"
            )
        );
        await app.Settle();
        var requests = await server.Requests(app.Directory, 9);
        var ours = requests.Where(request => ((string)request["actor"]!).StartsWith("self-test:", StringComparison.Ordinal)).ToList();
        Assert.That(ours, Has.Count.GreaterThanOrEqualTo(8));
        Assert.That(
            ours.Select(request => ((string?)request["outcome"], (string?)request["runId"])).Distinct(),
            Is.EqualTo(new[] { ("test", (string?)null) })
        );
        Assert.That(await Left(app), Is.EqualTo(before));
        Assert.That((long)(await server.Runs(app.Directory))[0]["requests"]!, Is.EqualTo(1));
        Assert.That(await server.Audited("connection.self_tested"), Has.Member($"{app.Connection}"));
        var (_, health) = await server.Send(HttpMethod.Get, $"/connections/{app.Connection}/health");
        Assert.That(health!["lastTest"], Is.Null, "it is no Test Connection of the identity provider");
        var (_, logins) = await server.Send(HttpMethod.Get, $"/connections/{app.Connection}/failed-logins");
        Assert.That(logins!["data"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task What_a_killedserver_has_left_is_erased_by_the_next_test()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var app = await AppView.CreateAsync(server, database);
        var before = await Left(app);
        var token = Guid.CreateVersion7(server.Clock.GetUtcNow());
        await app.Directory.Create("/Users", $$"""{"userName":"self-test-{{token}}@self-test.invalid","active":false}""");
        await app.Enable();
        await app.Settle();
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO tokens (id, connection_id, jti_hash, hint, created_at, created_by, expires_at, is_self_test)
            VALUES ('{token}', '{app.Connection}', '{token}', '', now(), '', now() - interval '1 day', true)
            """,
            database
        );

        Assert.That((bool)(await Test(server, app.Connection))["passed"]!, Is.True);

        await app.Settle();
        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1"), Is.Zero);
        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM tokens WHERE connection_id = $1"), Is.EqualTo(1));
        // A rebuild had released the user in the meantime.
        Assert.That((await app.Events("directory.user.deleted")), Has.Count.EqualTo(1));
        Assert.That(before, Does.Not.Contain("self-test"));
    }

    [TestCase("http://nowhere.invalid", "dns", "name nowhere.invalid is not known")]
    [TestCase("http://127.0.0.1:1", "connection", "The call has failed")]
    [TestCase("http://169.254.169.254", "connection", "does not call")]
    public async Task An_address_that_leads_nowhere_is_told(string address, string check, string says)
    {
        await using var server = new ScimServer(settings: new() { ["PublicUrl"] = address });
        var directory = await TestDirectory.CreateAsync(server);

        Fails(await Test(server, directory.Connection.Id), check, says);
    }

    [Test]
    public async Task A_wrong_path_and_another_server_are_told()
    {
        _server.StartServer();
        await using var wrongPath = new ScimServer(settings: new() { ["PublicUrl"] = new Uri(_server.Address, "wrong").AbsoluteUri });
        await using var otherDatabase = new ScimServer(
            await PostgresFixture.CreateDatabaseAsync(),
            new() { ["PublicUrl"] = _server.Address.AbsoluteUri }
        );
        await using var good = new ScimServer(settings: new() { ["PublicUrl"] = _server.Address.AbsoluteUri });

        Fails(await Test(wrongPath, (await TestDirectory.CreateAsync(wrongPath)).Connection.Id), "path", "404");
        Fails(await Test(otherDatabase, (await otherDatabase.Connect()).Id), "login", "is refused");
        Assert.That(
            (bool)(await Test(good, (await TestDirectory.CreateAsync(good)).Connection.Id))["passed"]!,
            Is.True,
            "by another server"
        );
    }

    [TestCase("""<html>Welcome</html>""", "text/html", 200, "path", "Something else answers")]
    [TestCase("", "text/plain", 301, "path", "follow no redirects")]
    [TestCase("""{"schemas":[]}""", "application/json", 200, "content_type", "instead of application/scim+json")]
    [TestCase("""{"schemas":[]}""", "application/scim+json", 200, "service_provider_config", "rewrite bodies")]
    [TestCase("""{"schemas":[1],"patch":2}""", "application/scim+json", 200, "service_provider_config", "rewrite bodies")]
    [TestCase("""{"detail":1,"detail":2}""", "application/json; charset=nothing", 200, "path", "Something else answers")]
    public async Task What_else_answers_is_told(string body, string type, int status, string check, string says)
    {
        await using var other = await Answering(body, type, status, null);
        await using var server = new ScimServer(settings: new() { ["PublicUrl"] = other.Urls.First() });
        var directory = await TestDirectory.CreateAsync(server);

        Fails(await Test(server, directory.Connection.Id), check, says);
    }

    [Test]
    public async Task A_certificate_that_nobody_trusts_is_told()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using var other = await Answering("{}", "application/scim+json", 200, certificate);
        await using var server = new ScimServer(
            settings: new() { ["PublicUrl"] = other.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal) }
        );
        var directory = await TestDirectory.CreateAsync(server);

        Fails(await Test(server, directory.Connection.Id), "tls", "No secure connection");
    }

    [TestCase("paused", 200, "login", "paused")]
    [TestCase("disabled", 409, "", "refuses every login")]
    [TestCase("disconnected", 409, "", "refuses every login")]
    public async Task A_connection_that_takes_nothing_is_told(string state, int status, string check, string says)
    {
        var connection = await _server.Connect();
        await _server.Bring(connection.Id, "active");
        await _server.Bring(connection.Id, state);

        var (answered, found) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/self-test");

        Assert.That((answered, found!.ToJsonString()), Is.EqualTo((status, found.ToJsonString())), $"{found}");
        if (status == 200)
            Fails(found, check, says);
        else
            Assert.That((string?)found["detail"], Does.Contain(says));
    }

    [Test]
    public async Task It_is_there_for_full_keys_of_the_organization_alone()
    {
        var (ours, theirs) = (await _server.Organization(), await _server.Organization());
        var id = await _server.Create($"/organizations/{ours}/connections", """{"name":"Test"}""");
        using var stranger = await _server.AdminOf(theirs);
        using var app = await _server.App(ours);

        Assert.That((await stranger.Call("POST", $"/connections/{id}/self-test")).Status, Is.EqualTo(404));
        Assert.That((await app.Call("POST", $"/connections/{id}/self-test")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task The_command_ends_with_1_when_a_check_has_failed()
    {
        var connection = await _server.Connect();
        var database = ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString);
        var key = ("Tokens__SigningKey", ScimServer.SigningKey);

        var good = await CommandOutcome.RunAsync($"self-test {connection.Id}", database, key, ("PublicUrl", _server.Address.AbsoluteUri));
        var bad = await CommandOutcome.RunAsync($"self-test {connection.Id}", database, key, ("PublicUrl", "http://127.0.0.1:1"));

        Assert.That((bool)good.Answer["passed"]!, Is.True, good.Output);
        Assert.That((bad.ExitCode, bad.Error), Is.EqualTo((1, "The test has failed: 'advice' says what to change.\n")));
    }

    static async Task<JsonNode> Test(ScimServer server, Guid connection)
    {
        var (status, found) = await server.Send(HttpMethod.Post, $"/connections/{connection}/self-test");
        Assert.That(status, Is.EqualTo(200), $"{found}");
        return found!;
    }

    static string Checks(JsonNode found) =>
        string.Join(", ", found["checks"]!.AsArray().Select(check => $"{check!["name"]} {check["status"]}"));

    static void Fails(JsonNode found, string name, string says)
    {
        var failed = found["checks"]!.AsArray().Where(check => (string?)check!["status"] == "failed").ToList();
        Assert.That((bool)found["passed"]!, Is.False);
        Assert.That(failed.Select(check => (string?)check!["name"]), Is.EqualTo(new[] { name }), $"{found}");
        Assert.That($"{failed[0]!["detail"]} {failed[0]!["advice"]}", Does.Contain(says));
        Assert.That((string?)failed[0]!["advice"], Is.Not.Empty);
    }

    /// <summary>Everything that a self-test could leave behind.</summary>
    static Task<string> Left(AppView app) =>
        app.Directory.Ask<string>(
            """
            SELECT concat_ws(';', (SELECT count(*) FROM resources WHERE connection_id = $1), (SELECT sum(count) FROM resource_counts
                WHERE connection_id = $1), (SELECT count(*) FROM directory_users WHERE connection_id = $1),
                (SELECT count(*) FROM events WHERE connection_id = $1), (SELECT count(*) FROM runs WHERE connection_id = $1),
                (SELECT count(*) FROM tokens WHERE connection_id = $1), (SELECT count(*) FROM failed_logins WHERE connection_id = $1),
                (SELECT count(*) FROM unique_values WHERE connection_id = $1))
            """
        );

    static async Task<WebApplication> Answering(string body, string type, int status, X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        if (certificate is not null)
            builder.WebHost.ConfigureKestrel(kestrel =>
                kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))
            );
        var app = builder.Build();
        app.Run(async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = type;
            if (status == 301)
                http.Response.Headers.Location = "https://example.com/scim";
            await http.Response.WriteAsync(body);
        });
        await app.StartAsync();
        return app;
    }
}

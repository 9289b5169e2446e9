using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using ScimProvisioning.Support.Bundles;
using ScimProvisioning.Tests.Activity;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Support;

/// <summary>One ZIP of what a support person needs, and links to it.</summary>
[TestFixture, Parallelizable]
sealed class SupportBundleTests
{
    const string Person = "grace.hopper@example.com";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task It_has_what_the_api_shows_and_no_secret()
    {
        var (app, secrets) = await Prepared();

        var files = Files(await Bundle(app, "{}"));

        Assert.That(
            files.Keys,
            Is.EquivalentTo(
                "about settings connection tokens oauth-clients attributes roles mapping scope role-mappings projection problems runs "
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Concat(["requests", "failed-logins", "reconciliations", "webhooks", "audit-log"])
                    .Select(name => name + ".json")
            )
        );
        var refused = files["requests.json"]["data"]!.AsArray().Single()!;
        Assert.That(((int)refused["status"]!, (string?)refused["subject"]), Is.EqualTo((409, Person)));
        Assert.That(((string)refused["body"]!), Does.Contain(Person).IgnoreCase);
        Assert.That((string?)files["connection.json"]["id"], Is.EqualTo($"{app.Connection}"));
        Assert.That(files["about.json"]["version"], Is.Not.Null);
        var text = string.Concat(files.Values.Select(file => file.ToJsonString()));
        foreach (var secret in secrets)
            Assert.That(text, Does.Not.Contain(secret));
    }

    [Test]
    public async Task Redacted_it_names_nobody_and_what_is_equal_stays_equal()
    {
        var (app, _) = await Prepared();

        var files = Files(await Bundle(app, """{"redact":true}"""));
        var other = Files(await Bundle(app, """{"redact":true}"""));

        var text = string.Concat(files.Values.Select(file => file.ToJsonString()));
        foreach (var word in (string[])[Person, "hopper", "Hopper", "127.0.0.1", "Test\"", "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34"])
            Assert.That(text, Does.Not.Contain(word));
        var refused = files["requests.json"]["data"]!.AsArray().Single()!;
        var name = (string)refused["subject"]!;
        Assert.That(name, Does.StartWith("redacted-"));
        Assert.That((string)refused["detail"]!, Does.Contain(name).And.Contains("exists already"));
        var body = JsonNode.Parse((string)refused["body"]!)!;
        Assert.That(((string?)body["userName"], (bool)body["active"]!), Is.EqualTo((name, true)), "letter case does not count");
        Assert.That((string?)other["requests.json"]["data"]![0]!["subject"], Is.Not.EqualTo(name), "another bundle has other pseudonyms");
        Assert.That((string?)files["mapping.json"]["attributes"]![0]!["name"], Is.EqualTo("userName"));
    }

    [TestCase("""{"detail":"A User with userName 'ella@contoso.com' exists."}""", "ella")]
    [TestCase("""{"message":"Nobody has ella@contoso.com."}""", "ella")]
    [TestCase("""{"message":"Nobody is called 'Ella O'Brien'."}""", "Brien")]
    [TestCase("""{"message":"Nobody has o'brien@contoso.com."}""", "brien")]
    [TestCase("""{"body":"{\"employeeNumber\":4711}"}""", "4711")]
    [TestCase("""{"body":"{\"Operations\":[{\"path\":\"members[value eq \\\"ella\\\"]\"}]}"}""", "ella")]
    [TestCase("""{"body":"{\"Operations\":[{\"path\":\"members[value eq 'ella']\"}]}"}""", "ella")]
    [TestCase("""{"body":"{\"Operations\":[{\"path\":\"members[value eq ella]\"}]}"}""", "ella")]
    [TestCase("""{"body":"{\"Operations\":[{\"path\":\"members[ella]\"}]}"}""", "ella")]
    [TestCase("""{"body":"{\"Operations\":[{\"path\":\"emails[value eq \\\"x@y\\\" and n eq 470011].type\"}]}"}""", "x@y")]
    [TestCase("""{"body":"{\"Operations\":[{\"path\":\"emails[value eq \\\"x@y\\\" and n eq 470011].type\"}]}"}""", "470011")]
    [TestCase("""{"agent":"curl/8 of ella"}""", "ella")]
    [TestCase("""{"userAgent":"curl/8 of ella"}""", "ella")]
    [TestCase("""{"lastError":"No answer from https://hooks.example.com/in?key=ella"}""", "ella")]
    [TestCase("""{"groups":[{"name":"Design","externalId":"x-1"}]}""", "Design")]
    [TestCase("""{"before":{"x":"ella"}}""", "ella")]
    [TestCase("""{"body":"{\"userName\":\"ella\""}""", "ella")]
    public void What_tells_of_somebody_is_replaced(string json, string word) =>
        Assert.That(new Redaction().Of(JsonNode.Parse(json))!.ToJsonString(), Does.Not.Contain(word));

    [Test]
    public void Which_attribute_a_path_names_stays()
    {
        var body = """{"Operations":[{"op":"remove","path":"emails[type eq \"work\"].value"}]}""";

        var shown = (string)new Redaction().Of(new JsonObject { ["body"] = body })!["body"]!;

        Assert.That(shown, Does.Match("""\{"Operations":\[\{"op":"remove","path":"emails\[type eq \\"redacted-[0-9a-f]+\\"].value"}]}"""));
    }

    [Test]
    public async Task A_key_of_one_organization_gets_nothing_of_the_server_and_nothing_of_others()
    {
        var (ours, theirs) = (await _server.Organization(), await _server.Organization());
        var id = await _server.Create($"/organizations/{ours}/connections", """{"name":"Test"}""");
        using var own = await _server.AdminOf(ours);
        using var stranger = await _server.AdminOf(theirs);
        using var app = await _server.App(ours);

        using var answer = await own.PostAsync(new Uri($"/api/v1/connections/{id}/support-bundle", UriKind.Relative), null);
        var files = Files(await answer.Content.ReadAsByteArrayAsync());

        Assert.That(files.Keys, Has.No.Member("settings.json").And.Member("connection.json"));
        Assert.That((await stranger.Call("POST", $"/connections/{id}/support-bundle")).Status, Is.EqualTo(404));
        Assert.That((await app.Call("POST", $"/connections/{id}/support-bundle")).Status, Is.EqualTo(403));
        Assert.That((await stranger.Call("GET", $"/connections/{id}/share-links")).Status, Is.EqualTo(404));
        var link = """{"what":"support-bundle"}""";
        Assert.That((await stranger.Call("POST", $"/connections/{id}/share-links", link)).Status, Is.EqualTo(404));
        var (_, made) = await own.Call("POST", $"/connections/{id}/share-links", link);
        Assert.That((await stranger.Call("DELETE", $"/connections/{id}/share-links/{made!["link"]!["id"]}")).Status, Is.EqualTo(404));
        Assert.That(Files((await Open((string)made["url"]!)).Body).Keys, Has.No.Member("settings.json"));
    }

    [Test]
    public async Task A_link_needs_no_login_until_it_expires_or_is_revoked()
    {
        var (app, _) = await Prepared();
        var (first, second) = (await Link(app), await Link(app));
        var url = (string)first["url"]!;

        var (status, zip) = await Open(url);

        Assert.That(status, Is.EqualTo(200));
        var files = Files(zip);
        Assert.That((bool)files["about.json"]["isRedacted"]!, Is.True, "redacted unless it was asked for");
        Assert.That(files.Keys, Has.Member("settings.json"));
        var secret = url.Split('/')[^1];
        Assert.That(secret, Has.Length.GreaterThan(40));
        Assert.That(
            await app.Directory.Ask<string>("SELECT jsonb_agg(l)::text FROM share_links l WHERE connection_id = $1"),
            Does.Not.Contain(secret)
        );
        var list = (await app.Admin(HttpMethod.Get, "/share-links"))!["data"]!.AsArray();
        Assert.That(list.Select(link => (long)link!["uses"]!), Is.EqualTo(new[] { 1L, 0L }));
        Assert.That(list.Select(link => link!["url"]), Is.All.Null);

        await app.Admin(HttpMethod.Delete, $"/share-links/{first["link"]!["id"]}");
        Assert.That((await Open(url)).Status, Is.EqualTo(404));
        await app.Directory.Ask<long>(
            """
            WITH old AS (UPDATE share_links SET expires_at = now() - interval '1 hour' WHERE connection_id = $1 RETURNING 1)
            SELECT count(*) FROM old
            """
        );
        Assert.That((await Open((string)second["url"]!)).Status, Is.EqualTo(404));
        Assert.That(await _server.Audited("share_link.created"), Has.Member((string)first["link"]!["id"]!));
        Assert.That(await _server.Audited("share_link.revoked"), Has.Member((string)first["link"]!["id"]!));
    }

    [Test]
    public async Task Who_guesses_links_is_put_off()
    {
        await using var server = new ScimServer();
        using var client = server.ClientWith(null);
        var statuses = new List<int>();

        for (var i = 0; i < 70; i++)
            statuses.Add((int)(await client.GetAsync(new Uri($"/share/guess-{i}", UriKind.Relative))).StatusCode);

        Assert.That(statuses.Distinct(), Is.EqualTo(new[] { 404, 429 }));
    }

    [Test]
    public async Task The_commands_of_the_page_about_links_and_schedules_run_as_they_are_printed()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();
        var page = await File.ReadAllTextAsync(House.ProjectFolder.Find("docs/operations.md"));
        var start = page.IndexOf("\n## Share links\n", StringComparison.Ordinal);
        var part = page[start..page.IndexOf("\n## Several servers\n", start, StringComparison.Ordinal)];

        var output = await House.PageScript.RunAsync(
            server,
            $"SERVER=http://localhost:5000 CONNECTION={connection.Id}\n" + string.Join('\n', House.PageScript.Blocks(part))
        );

        Assert.That(output, Does.Contain("/share/").And.Contains("\"uses\":0").And.Contains("\"job\":\"snapshot\""));
    }

    [TestCase("""{"what":"everything"}""", "what")]
    [TestCase("""{"what":"support-bundle","hours":169}""", "hours")]
    [TestCase("""{"what":"support-bundle","hours":0}""", "hours")]
    public async Task A_link_to_something_else_or_for_too_long_is_refused(string body, string field)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/share-links", body);

        Assert.That((status, problem!["errors"]![field] is not null), Is.EqualTo((400, true)), $"{problem}");
    }

    [Test]
    public async Task The_command_writes_it_to_standard_output()
    {
        var (app, _) = await Prepared();
        var start = ServerProcess.How(
            ["support-bundle", $"{app.Connection}", "--redact"],
            [("ConnectionStrings__Postgres", PostgresFixture.ConnectionString), ("Tokens__SigningKey", ScimServer.SigningKey)]
        );
        using var process = System.Diagnostics.Process.Start(start)!;
        using var zip = new MemoryStream();

        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.BaseStream.CopyToAsync(zip).WaitAsync(Wait.Limit);
        await process.WaitForExitAsync().WaitAsync(Wait.Limit);

        Assert.That(process.ExitCode, Is.Zero, await error);
        Assert.That((bool)Files(zip.ToArray())["about.json"]["isRedacted"]!, Is.True);
    }

    /// <summary>A connection with a refused request, and the secrets that it has.</summary>
    async Task<(AppView App, string[] Secrets)> Prepared()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var (_, hook) = await _server.Send(
            HttpMethod.Post,
            "/webhook-endpoints",
            $$"""{"url":"http://127.0.0.1:1/hook?key=inquery","types":["connection.paused"],"connectionId":"{{app.Connection}}"}"""
        );
        var user = """{"userName":"NAME","externalId":"5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34","displayName":"Grace Hopper","active":true}""";
        await app.Directory.Create("/Users", user.Replace("NAME", Person, StringComparison.Ordinal));
        var (status, _, _, _) = await app.Directory.Send(
            "POST",
            "/Users",
            user.Replace("NAME", Person.ToUpperInvariant(), StringComparison.Ordinal)
                .Replace("Grace Hopper", "hopper", StringComparison.Ordinal)
        );
        Assert.That(status, Is.EqualTo(409));
        await ActivityCalls.UntilLogged(app.Directory, 2);
        await app.Directory.Ask<long>(
            $"""
            WITH named AS (UPDATE requests SET subject = '{Person}' WHERE connection_id = $1 AND status = 409 RETURNING 1)
            SELECT count(*) FROM named
            """
        );
        return (app, [app.Directory.Connection.Token, (string)hook!["secret"]!, ScimServer.SigningKey, ScimServer.AdminKey, "inquery"]);
    }

    async Task<byte[]> Bundle(AppView app, string json)
    {
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        var path = new Uri($"/api/v1/connections/{app.Connection}/support-bundle", UriKind.Relative);
        using var answer = await _server.Admin.PostAsync(path, body);
        var zip = await answer.Content.ReadAsByteArrayAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), System.Text.Encoding.UTF8.GetString(zip));
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/zip"));
        return zip;
    }

    static async Task<JsonNode> Link(AppView app) =>
        (await app.Admin(HttpMethod.Post, "/share-links", """{"what":"support-bundle","hours":1}"""))!;

    async Task<(int Status, byte[] Body)> Open(string url)
    {
        using var client = _server.ClientWith(null);
        using var answer = await client.GetAsync(new Uri(url));
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }

    static Dictionary<string, JsonNode> Files(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
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

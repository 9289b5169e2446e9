using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Portal;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Portal;

/// <summary>Links and sessions without a browser, some of it on a second server of the same database.</summary>
[TestFixture]
sealed class SessionTests : PortalTest
{
    [Test]
    public async Task A_link_for_many_opens_for_each_of_them_and_each_opening_is_audited()
    {
        var organization = await NewOrganization();
        var link = await NewLink(organization, ("uses", JsonValue.Create("many")));

        for (var i = 0; i < 2; i++)
            using (var client = await PlainClient.OpenAsync(Server, link))
                Assert.That((await client.GetAsync("/portal/connections")).Status, Is.EqualTo(200));

        var (_, links) = await Server.Send(HttpMethod.Get, $"/portal-links?organizationId={organization}");
        Assert.That((int)links!["data"]![0]!["opened"]!, Is.EqualTo(2));
        var (_, log) = await Server.Send(HttpMethod.Get, $"/audit-log?organizationId={organization}&action=portal_link.opened");
        Assert.That(
            log!["data"]!.AsArray().Select(entry => (string)entry!["actor"]!),
            Is.EqualTo(Enumerable.Repeat($"portal:{links["data"]![0]!["id"]}", 2))
        );
        Assert.That(log.ToJsonString(), Does.Not.Contain(link.Split('/')[^1]));
    }

    [Test]
    public async Task Of_ten_who_use_a_link_at_once_one_gets_in()
    {
        var link = await NewLink(await NewOrganization());
        var clients = Enumerable.Range(0, 10).Select(_ => new PlainClient(Server)).ToList();

        var opened = await Task.WhenAll(clients.Select(client => client.SendFormAsync(new Uri(link).AbsolutePath)));

        Assert.That(opened.Count(answer => answer.Status == 302), Is.EqualTo(1));
        // 400: the page had no form any more.
        Assert.That(opened.Where(answer => answer.Status != 302).Select(answer => answer.Status), Is.All.EqualTo(410).Or.EqualTo(400));
        clients.ForEach(client => client.Dispose());
    }

    [Test]
    public async Task The_command_makes_a_link()
    {
        var connection = await NewConnection(await NewOrganization());
        var made = await CommandOutcome.RunAsync(
            $"portal-link {connection} --read-only --expires-in-minutes 5",
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            ("PublicUrl", "https://scim.example.com")
        );

        var link = made.Answer["link"]!;
        Assert.That(((Guid)link["connectionId"]!, (bool)link["readOnly"]!), Is.EqualTo((connection, true)));
        Assert.That((string)made.Answer["url"]!, Does.StartWith("https://scim.example.com/portal/open/"));
        using var client = await PlainClient.OpenAsync(Server, (string)made.Answer["url"]!);
        Assert.That((await client.GetAsync($"/portal/connections/{connection}/edit")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Who_has_signed_out_is_so_for_copies_of_the_cookie_and_at_other_servers_too()
    {
        using var other = new ScimServer();
        other.StartServer();
        var connection = await NewConnection(await NewOrganization());
        using var client = new PlainClient(Server);
        await client.SendFormAsync("/console", ("key", ScimServer.AdminKey));
        using var copy = new PlainClient(other) { Cookies = new(client.Cookies) };
        // All servers know the keys of the cookies, those of forms too.
        var saved = await copy.SendFormAsync($"/portal/connections/{connection}/edit", ("name", "There"), ("provider", "entra"));
        Assert.That(saved.Status, Is.EqualTo(302), saved.Text);
        Assert.That((string)(await Server.Send(HttpMethod.Get, $"/connections/{connection}")).Body!["name"]!, Is.EqualTo("There"));

        Assert.That(
            (await client.PostWithTokenAsync("/portal/connections", "/portal/sign-out")).Location,
            Is.EqualTo("/portal/ended?left=1")
        );

        Assert.That((await copy.GetAsync("/portal/connections")).Location, Is.EqualTo("/portal/ended"));
        // Others of the same key go on.
        using var again = new PlainClient(other);
        await again.SendFormAsync("/console", ("key", ScimServer.AdminKey));
        Assert.That((await again.GetAsync("/portal/connections")).Status, Is.EqualTo(200));
        await NoKeyIsReadable();
        await ALiveStreamTooManyIsRefused(other, again, connection);
        await GuessesAreSlowed(other);
    }

    [Test]
    public async Task A_site_that_is_listed_may_show_the_portal_in_a_frame()
    {
        using var server = new ScimServer(
            settings: new() { ["Portal:FrameOrigins:0"] = "https://app.example.com", ["PublicUrl"] = "https://scim.example.com" }
        );
        server.StartServer();
        var link = await NewLink(await NewOrganization(), ("uses", JsonValue.Create("many")));
        using var client = await PlainClient.OpenAsync(server, link);
        Assert.That(Session(client), IsForFrames);
        using var plain = new HttpClient();
        using var page = await plain.GetAsync(new Uri(server.Address, new Uri(link).AbsolutePath));

        Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.EndWith("frame-ancestors https://app.example.com"));
        Assert.That(page.Headers.Contains("X-Frame-Options"), Is.False);
        Assert.That(page.Headers.GetValues("Set-Cookie").Single(), IsForFrames);
    }

    [Test]
    public async Task No_site_may_show_operators_pages_in_a_frame_even_if_it_is_listed()
    {
        using var server = new ScimServer(
            settings: new() { ["Portal:FrameOrigins:0"] = "https://app.example.com", ["PublicUrl"] = "https://scim.example.com" }
        );
        server.StartServer();
        using var client = new PlainClient(server);
        await client.SendFormAsync("/console", ("key", ScimServer.AdminKey));
        Assert.That(Session(client), Does.Contain("samesite=lax").IgnoreCase.And.Not.Contains("Partitioned").IgnoreCase);

        foreach (var page in (string[])["/console", "/portal/connections", "/portal/keys"])
        {
            Assert.That((await client.GetAsync(page)).Status, Is.EqualTo(200), page);
            Assert.That(client.Policy, Does.EndWith("frame-ancestors 'none'"), page);
        }

        // The same browser opens a customer's link: the other kind of cookie goes.
        await client.SendFormAsync(new Uri(await NewLink(await NewOrganization())).AbsolutePath);
        var set = client.Set.Where(cookie => cookie.StartsWith("portal=", StringComparison.Ordinal)).ToList();
        Assert.That(set, Has.Count.EqualTo(2));
        Assert.That(set[0], Does.Contain("expires=Thu, 01 Jan 1970").And.Contains("samesite=lax").IgnoreCase);
        Assert.That(set[1], IsForFrames);
    }

    [Test]
    public async Task A_page_of_a_customer_has_the_name_of_the_organization_from_the_session()
    {
        var organization = await NewOrganization("Named once");
        var connection = await NewConnection(organization);
        using var client = await PlainClient.OpenAsync(Server, await NewLink(organization));
        var (trace, statements) = (ActivityTraceId.CreateRandom(), new ConcurrentQueue<string>());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = one =>
            {
                if (one.Source.Name == "Npgsql" && one.TraceId == trace)
                    statements.Enqueue(string.Join(' ', one.TagObjects.Select(tag => $"{tag.Value}")));
            },
        };
        ActivitySource.AddActivityListener(listener);
        client.Trace = trace.ToString();

        var (_, page, _) = await client.GetAsync($"/portal/connections/{connection}/edit");

        Assert.That(page, Does.Contain("Named once"));
        Assert.That(statements.Count(text => text.Contains("organizations", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    static string Session(PlainClient client) => client.Set.Single(cookie => cookie.StartsWith("portal=", StringComparison.Ordinal));

    static NUnit.Framework.Constraints.Constraint IsForFrames =>
        Does.Contain("secure").IgnoreCase.And.Contains("samesite=none").IgnoreCase.And.Contains("Partitioned").IgnoreCase;

    static async Task NoKeyIsReadable()
    {
        await using var database = NpgsqlDataSource.Create(PostgresFixture.ConnectionString);
        await using var command = database.CreateCommand(
            "BEGIN; SET LOCAL app.organization_id = '*'; SELECT sealed FROM portal_keys; COMMIT"
        );
        await using var rows = await command.ExecuteReaderAsync();
        var keys = new List<string>();
        while (await rows.ReadAsync())
            keys.Add(Encoding.Latin1.GetString(rows.GetFieldValue<byte[]>(0)));
        Assert.That(keys, Is.Not.Empty.And.None.Contains("<key").And.None.Contains("value>"));
    }

    static async Task ALiveStreamTooManyIsRefused(ScimServer server, PlainClient client, Guid connection)
    {
        var live = server.Services.GetRequiredService<LiveConnections>();
        Assert.That((await client.GetAsync($"/portal/live/{connection}")).Status, Is.EqualTo(200));
        var taken = 0;
        while (live.TryEnter($"link {taken / 20}"))
            taken++;
        Assert.That(live.TryEnter("link 0"), Is.False, "no more of the same link either");

        Assert.That((await client.GetAsync($"/portal/live/{connection}")).Status, Is.EqualTo(503));
        for (var i = 0; i < taken; i++)
            live.Leave($"link {i / 20}");
        Assert.That((await client.GetAsync($"/portal/live/{connection}")).Status, Is.EqualTo(200));
    }

    static async Task GuessesAreSlowed(ScimServer server)
    {
        using var client = new PlainClient(server);
        var (guesses, status) = (0, 0);
        for (; guesses < 200 && status != 429; guesses++)
            (status, _, _) = await client.GetAsync($"/portal/open/guess-{guesses}");

        Assert.That((status, guesses), Is.EqualTo((429, guesses)));
        Assert.That(guesses, Is.GreaterThan(60));
        Assert.That(client.RetryAfter, Is.EqualTo(1));
        // While an answer was held back, another attempt has become free.
        var (refused, page) = (0, "");
        for (var i = 0; i < 20 && refused != 429; i++)
            (refused, page, _) = await client.SendFormAsync("/console", ("key", $"guess-{i}"));
        Assert.That((refused, client.RetryAfter), Is.EqualTo((429, 1)));
        Assert.That(page, Does.Contain("Wait 1 s"));
        // Who knows a key gets in from there, although this server has never seen it.
        var key = await Post("/admin-keys", new JsonObject { ["label"] = "Test", ["scope"] = "read" });
        Assert.That((await client.SendFormAsync("/console", ("key", (string)key["key"]!))).Status, Is.EqualTo(302));
        // Who knows a link gets in from there, too.
        using var opened = await PlainClient.OpenAsync(server, await NewLink(await NewOrganization()));
    }
}

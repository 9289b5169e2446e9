using ScimProvisioning.Tests.Activity;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>What a purge reaches, and what it leaves to others.</summary>
[TestFixture, Parallelizable]
sealed class PurgeReachTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Of_somebody_who_is_called_by_ordinary_words_others_keep_what_was_logged_of_them()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        const string Other = """{"userName":"anna@example.com","externalId":"core-7","displayName":"User core","title":"Anna"}""";
        await app.Directory.Create("/Users", Other);
        Assert.That((await app.Directory.Send("POST", "/Users", Other)).Status, Is.EqualTo(409));
        await app.Directory.Find("/Users", "userName eq \"score\"");
        var gone = await app.Directory.Create(
            "/Users",
            """{"userName":"core","externalId":"Anna","displayName":"User","emails":[{"value":"na@example.com"}]}"""
        );
        await app.Directory.Find("/Users", "userName eq \"core\"");
        await ActivityCalls.UntilLogged(app.Directory, 5);

        await Purge(app, gone);

        Assert.That(await Subjects(app), Is.EqualTo("anna@example.com,anna@example.com,score"));
        Assert.That(
            await app.Directory.Ask<long>("SELECT count(*) FROM requests WHERE connection_id = $1 AND body IS NOT NULL"),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task Answers_to_webhooks_of_another_organization_stay_whomever_they_name()
    {
        var (app, other) = (await AppView.CreateAsync(_server), await AppView.CreateAsync(_server));
        await app.Enable();
        var gone = await app.Directory.User("both@example.com");
        await app.Settle();
        Assert.That((await Answered(app, "organization_id"), await Answered(other, "gen_random_uuid()")), Is.EqualTo((1, 1)));

        await Purge(app, gone);

        Assert.That((await Answers(app), await Answers(other)), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Who_was_deleted_and_created_again_is_erased_with_what_came_before()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        const string Person = """{"userName":"again@example.com","externalId":"11111111-0000-4000-8000-00000000a9a1"}""";
        var first = await app.Directory.Create("/Users", Person);
        await app.Settle();
        await app.Directory.Send("DELETE", $"/Users/{first}");
        await app.Settle();
        var second = await app.Directory.Create("/Users", Person);
        await app.Settle();
        Assert.That(await app.Users(), Has.Count.EqualTo(1), "one person");

        await Purge(app, second);

        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM resources WHERE connection_id = $1"), Is.Zero);
        Assert.That(
            await app.Directory.Ask<long>("SELECT count(*) FROM changes WHERE connection_id = $1 AND changes::text LIKE '%again%'"),
            Is.Zero
        );
    }

    [Test]
    public async Task Who_was_merged_into_somebody_is_erased_with_him()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var received = await app.Directory.Create(
            "/Users",
            """{"userName":"merged@example.com","externalId":"11111111-0000-4000-8000-00000000a9a2"}"""
        );
        await app.Settle();
        var person = (string)(await app.User("merged@example.com"))["id"]!;
        await _server.Imported(app, """{"uid":"merged-2","userName":"old.merged@example.com"}""");
        var old = (string)(await app.User("old.merged@example.com"))["id"]!;
        var (status, body) = await _server.Admin.Call("POST", $"/users/{old}/merge", $$"""{"into":"{{person}}"}""");
        Assert.That(status, Is.EqualTo(200), $"{body}");

        await Purge(app, received);

        Assert.That(await app.Users(), Is.Empty);
        Assert.That(
            await app.Directory.Ask<long>("SELECT count(*) FROM events WHERE connection_id = $1 AND body LIKE '%merged%'"),
            Is.Zero
        );
        await app.AssertMirrored();
    }

    [Test]
    public async Task An_answer_that_is_kept_for_a_repeated_request_goes_with_whoever_may_be_in_it()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var received = await app.Directory.User("kept@example.com");
        await app.Settle();
        await _server.Imported(app, """{"uid":"kept-2","userName":"old.kept@example.com"}""");
        var (person, old) = ((string)(await app.User("kept@example.com"))["id"]!, (string)(await app.User("old.kept@example.com"))["id"]!);
        using var merge = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/users/{old}/merge")
        {
            Content = new StringContent($$"""{"into":"{{person}}"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        merge.Headers.Add("Idempotency-Key", $"merge-{old}");
        using var merged = await _server.Admin.SendAsync(merge);
        Assert.That(((int)merged.StatusCode, await Kept(app)), Is.EqualTo((200, 1)));

        await Purge(app, received);

        Assert.That(await Kept(app), Is.Zero);

        static Task<long> Kept(AppView app) => app.Directory.Ask<long>("SELECT count(*) FROM idempotency_keys WHERE connection_id = $1");
    }

    [Test]
    public async Task A_purged_group_is_known_by_its_id_alone_and_its_events_stay()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var user = await app.Directory.User("member");
        var group = await app.Directory.Create("/Groups", """{"displayName":"secretname one","externalId":"secretname-id"}""");
        await app.Settle();
        await app.Directory.Patch($"/Groups/{group}", """{"op":"replace","path":"displayName","value":"secretname two"}""");
        await app.Directory.Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":[{"value":"{{user}}"}]}""");
        await app.Settle();
        var before = await app.Told();

        await app.Directory.Send("DELETE", $"/Groups/{group}");
        await app.Settle();
        await app.Admin(HttpMethod.Post, $"/resources/{group}/purge");
        await app.Settle();

        foreach (var table in (string[])["resources", "directory_groups", "changes", "requests"])
            Assert.That(await app.Directory.Ask<long>(Having(table)), Is.Zero, table);
        Assert.That(
            await app.Directory.Ask<long>($"{Having("events")} AND t.type LIKE 'directory.group.%'"),
            Is.Zero,
            "what was told of the group"
        );
        var after = await app.Events("directory.");
        Assert.That((await app.Told())[..before.Length], Is.EqualTo(before));
        Assert.That(after.Select(e => Events.EventCheck.Fault(e.ToJsonString())), Is.All.Null);
        Assert.That((string?)after.First(e => e["data"]!["group"] is not null)["data"]!["group"]!["name"], Is.EqualTo(group));
        await app.AssertMirrored();

        static string Having(string table) => $"SELECT count(*) FROM {table} t WHERE connection_id = $1 AND t::text LIKE '%secretname%'";
    }

    /// <summary>Deletes the user over SCIM and purges the person.</summary>
    async Task Purge(AppView app, string resource)
    {
        await app.Directory.Send("DELETE", $"/Users/{resource}");
        await app.Settle();
        var (status, body) = await _server.Admin.Call("POST", $"/connections/{app.Connection}/resources/{resource}/purge");
        Assert.That(status, Is.EqualTo(200), $"{body}");
        await app.Settle();
    }

    static Task<string> Subjects(AppView app) =>
        app.Directory.Ask<string>("SELECT coalesce(string_agg(subject, ',' ORDER BY subject), '') FROM requests WHERE connection_id = $1");

    /// <summary>An attempt of an endpoint of the organization, whose answer names somebody.</summary>
    static Task<long> Answered(AppView app, string organization) =>
        app.Directory.Ask<long>(
            $$"""
            WITH added AS (
                INSERT INTO webhook_attempts (endpoint_id, id, organization_id, event_id, type, attempt, succeeded, answer, milliseconds)
                SELECT id, gen_random_uuid(), {{organization}}, gen_random_uuid(), 'x', 1, false, '{"user":"both@example.com"}', 1
                FROM connections WHERE id = $1 RETURNING 1)
            SELECT count(*) FROM added
            """
        );

    static Task<long> Answers(AppView app) =>
        app.Directory.Ask<long>("SELECT count(*) FROM webhook_attempts WHERE endpoint_id = $1 AND answer IS NOT NULL");
}

using ScimProvisioning.Tests.Activity;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.People;

/// <summary>What a purge reaches, and what it leaves to others.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
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

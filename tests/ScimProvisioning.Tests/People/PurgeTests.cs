using Microsoft.AspNetCore.Http;
using Npgsql;
using ScimProvisioning.Tests.Activity;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Events;
using ScimProvisioning.Tests.Projection;
using ScimProvisioning.Tests.Webhooks;

namespace ScimProvisioning.Tests.People;

/// <summary>Who is purged is nowhere any more, and the application is told to forget him too.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class PurgeTests
{
    /// <summary>In everything that is known of the person.</summary>
    public const string Mark = "purgemark";

    public const string Person = $$"""
        {"userName":"{{Mark}}.name@example.com","externalId":"{{Mark}}-external-id","displayName":"Petra {{Mark}}-Display",
         "name":{"familyName":"{{Mark}}-family","givenName":"{{Mark}}-given","formatted":"{{Mark}} formatted"},"title":"{{Mark}}-title",
         "emails":[{"value":"{{Mark}}.mail@example.com","type":"work"}],"phoneNumbers":[{"value":"{{Mark}}-555","type":"work"}]}
        """;

    [Test]
    public async Task No_row_of_any_table_has_anything_of_the_person_and_a_proof_remains()
    {
        await using var hooks = await HookApp.StartAsync();
        var (server, app, directory) = (hooks.Server, hooks.App, hooks.Directory);
        // It repeats what it gets, and takes nothing of it.
        hooks.Receiver.Answer = async (http, hook) =>
        {
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync(hook.Text[^Math.Min(hook.Text.Length, 900)..]);
        };
        var (endpoint, _) = await hooks.Hook();
        var (id, resource) = await SpreadAsync(server, app);
        await hooks.UntilAttempts(endpoint, 1);
        Assert.That(await FindAsync(hooks.Database), Is.Not.Empty.And.Member("resources").And.Member("events").And.Member("requests"));
        Assert.That(await FindAsync(hooks.Database), Has.Member("directory_imports").And.Member("webhook_attempts"));
        Assert.That(await FindAsync(hooks.Database), Has.Member("reconciliation_differences").And.Member("reconciliations"));

        await directory.Send("DELETE", $"/Users/{resource}");
        await app.Settle();
        var (status, purged) = await server.Admin.Call("POST", $"/users/{id}/purge");
        await app.Settle();

        Assert.That(status, Is.EqualTo(200), $"{purged}");
        Assert.That(await FindAsync(hooks.Database), Is.Empty);
        Assert.That(((string?)purged!["userId"], (string?)purged["resourceId"]), Is.EqualTo((id, resource)));
        foreach (var table in (string[])["resources", "directory_users", "changes", "events", "requests"])
            Assert.That((int?)purged["erased"]![table], Is.GreaterThan(0), table);
        var audit = (await hooks.Call("GET", "/audit-log?action=resource.purged"))!["data"]!.AsArray().Single()!;
        Assert.That((string?)audit["targetId"], Is.EqualTo(resource));
        Assert.That(audit["after"]!.ToJsonString(), Does.Contain(id).And.Contain("directory_users"));
        await app.AssertMirrored();
        Assert.That(await EventCheck.FaultsIn(hooks.Database), Is.Empty);
    }

    [Test]
    public async Task The_events_of_the_person_stay_at_their_positions_and_tell_nothing_but_the_erasure()
    {
        await using var server = new ScimServer();
        var app = await AppView.CreateAsync(server);
        await app.Enable();
        var (id, resource) = await SpreadAsync(server, app);
        await app.Directory.Send("DELETE", $"/Users/{resource}");
        await app.Settle();
        var before = await app.Events();

        await server.Admin.Call("POST", $"/connections/{app.Connection}/resources/{resource}/purge");
        await app.Settle();

        var after = await app.Events();
        Assert.That(after[..before.Count].Select(e => (string?)e["position"]), Is.EqualTo(before.Select(e => (string?)e["position"])));
        var own = after.Where(e => (string?)e["data"]!["user"]?["id"] == id).ToList();
        Assert.That(own.Select(e => (string?)e["type"]).Distinct(), Is.EqualTo(new[] { "directory.user.purged" }));
        Assert.That((string?)own[0]["data"]!["was"], Is.EqualTo("directory.user.created"));
        Assert.That(own[^1]["data"]!["was"], Is.Null);
        Assert.That((string?)own[^1]["cause"]!["kind"], Is.EqualTo("admin"));
        Assert.That(after.Select(e => EventCheck.Fault(e.ToJsonString())), Is.All.Null);
        Assert.That((await server.Admin.Call("GET", $"/users/{id}")).Status, Is.EqualTo(404));
        // The report has no manager any more.
        Assert.That((await app.User("report@example.com"))["manager_id"], Is.Null);
        await app.AssertMirrored();
    }

    [Test]
    public async Task Somebody_who_was_imported_and_never_came_is_purged_by_his_id()
    {
        await using var server = new ScimServer();
        var app = await AppView.CreateAsync(server);
        await server.Imported(app, $$"""{"uid":"{{Mark}}-uid","appUserId":"{{Mark}}-app"}""");
        var id = (string)(await server.Person(app))["id"]!;

        var outcome = await CommandOutcome.RunAsync($"purge {id}", ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString));
        var again = await server.Admin.Call("POST", $"/users/{id}/purge");

        Assert.That(((string?)outcome.Answer["userId"], again.Status), Is.EqualTo((id, 404)));
        Assert.That(await server.People(app), Is.Empty);
        Assert.That(await app.Told(), Is.EqualTo(new[] { "user.purged", "user.purged" }));
        Assert.That(await server.Audited("directory.user_purged"), Has.Member(id));
        await app.AssertMirrored();
    }

    [Test]
    public async Task Whose_user_is_there_is_not_purged_until_the_connection_is_ended()
    {
        await using var server = new ScimServer();
        var app = await AppView.CreateAsync(server);
        await app.Enable();
        var resource = await app.Directory.User("ella");
        await app.Settle();
        var id = (string)(await app.User("ella"))["id"]!;

        var (status, problem) = await server.Admin.Call("POST", $"/users/{id}/purge");
        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "invalid_state")));
        Assert.That((await app.Directory.Get($"/Users/{resource}")).Status, Is.EqualTo(200));

        await app.Admin(HttpMethod.Post, "/disconnect");
        await app.Settle();
        Assert.That((await server.Admin.Call("POST", $"/users/{id}/purge")).Status, Is.EqualTo(200));
        Assert.That(await app.Users(), Is.Empty);
        await app.AssertMirrored();
    }

    [Test]
    public async Task Who_is_deleted_for_long_enough_is_erased_once_and_the_application_is_told()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        using var server = DailyServer.Start(database, new() { ["Retention:DeletedPersonDays"] = "30" });
        var directory = await server.Connect("""{"expiresInDays":null}""");
        var connection = directory.Connection.Id;
        await server.Admin.Call("POST", $"/connections/{connection}/enable");
        var (gone, stays) = (await directory.Create("/Users", Person), await directory.User("stays@example.com"));
        await AppView.Settle(directory);
        await directory.Send("DELETE", $"/Users/{gone}");
        await AppView.Settle(directory);

        await server.RunJob(29);
        Assert.That(await FindAsync(database), Is.Not.Empty);
        await server.RunJob(2);
        await server.RunJob(2);

        Assert.That(await FindAsync(database), Is.Empty);
        Assert.That(
            await directory.Ask<string>(
                """
                SELECT string_agg(concat_ws(' ', e.type, e.body::json #>> '{cause,kind}'), ',' ORDER BY position) FROM events e
                WHERE connection_id = $1 AND type = 'directory.user.purged' AND body::json #>> '{data,was}' IS NULL
                """
            ),
            Is.EqualTo("directory.user.purged retention")
        );
        Assert.That(await directory.Ask<long>("SELECT count(*) FROM directory_users WHERE connection_id = $1"), Is.EqualTo(1));
        Assert.That((await directory.Get($"/Users/{stays}")).Status, Is.EqualTo(200));
    }

    /// <summary>A person in every place where somebody can be: person and resource.</summary>
    public static async Task<(string Id, string Resource)> SpreadAsync(ScimServer server, AppView app)
    {
        var directory = app.Directory;
        var resource = await directory.Create("/Users", Person);
        await app.Settle();
        var id = (string)(await app.User($"{Mark}.name@example.com"))["id"]!;
        await directory.Patch($"/Users/{resource}", $$"""{"op":"replace","path":"nickName","value":"{{Mark}}-nick"}""");
        await directory.Patch($"/Users/{resource}", $$"""{"op":"replace","path":"title","value":"{{Mark}}-other-title"}""");
        await directory.Group("Team", resource);
        await directory.Create(
            "/Groups",
            $$"""{"displayName":"Others","members":[{"value":"{{resource}}","display":"Petra {{Mark}}-Display"}]}"""
        );
        await directory.Create(
            "/Users",
            $$"""
            {"userName":"report@example.com","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
                {"manager":{"value":"{{resource}}","displayName":"Petra {{Mark}}-Display"} } }
            """
        );
        // A write that is refused, one that fails, and look-ups.
        Assert.That((await directory.Send("POST", "/Users", Person)).Status, Is.EqualTo(409));
        await directory.Patch(
            $"/Users/{resource}",
            $$"""{"op":"replace","path":"emails","value":[{"value":"{{Mark}}.mail@example.com","primary":"{{Mark}}"}]}"""
        );
        await directory.Find("/Users", $"userName eq \"{Mark}.name@example.com\"");
        await directory.Find("/Users", $"emails.value eq \"{Mark}.mail@example.com\"");
        await directory.Find("/Users", $"externalId eq \"{Mark}-external-id\"");
        await app.Settle();
        var (status, body) = await server.Admin.Call(
            "PATCH",
            $"/users/{id}",
            $$"""{"appUserId":"{{Mark}}-app","localAttributes":{"note":"{{Mark}}-note"} }"""
        );
        Assert.That(status, Is.EqualTo(200), $"{body}");
        await server.Import(app, $$"""{"uid":"1","{{Mark}}-external-id":7}""");
        await server.Reconcile(
            app,
            $$"""
            {"appUserId":"{{Mark}}-app","displayName":"{{Mark}} otherwise"}
            {"uid":"unknown","userName":"{{Mark}}.name@example.com"}
            {"uid":"1","{{Mark}}-external-id":7}
            """
        );
        await app.Admin(HttpMethod.Post, "/plans", """{"scope":{"mode":"groups","groups":[{"name":"Team"}]}}""");
        await app.Admin(HttpMethod.Get, "/mapping/suggestions");
        await app.Settle();
        await ActivityCalls.UntilLogged(directory, 10);
        return (id, resource);
    }

    /// <summary>The tables of which a row holds the mark, as a dump would.</summary>
    public static async Task<List<string>> FindAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var tables = new List<string>();
        await using (
            var command = source.CreateCommand(
                """
                SELECT format('%I', relname) FROM pg_class
                WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace ORDER BY relname
                """
            )
        )
        await using (var rows = await command.ExecuteReaderAsync())
            while (await rows.ReadAsync())
                tables.Add(rows.GetString(0));
        var found = new List<string>();
        foreach (var table in tables)
        {
            await using var search = source.CreateCommand($"SELECT count(*) FROM {table} t WHERE t::text ILIKE '%{Mark}%'");
            if ((long)(await search.ExecuteScalarAsync())! > 0)
                found.Add(table);
        }
        return found;
    }
}

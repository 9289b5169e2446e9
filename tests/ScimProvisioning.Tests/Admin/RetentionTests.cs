using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

/// <summary>What the daily job deletes, and what an admin erases before its time.</summary>
[TestFixture, Parallelizable]
sealed class RetentionTests
{
    static readonly Dictionary<string, string> Short = new()
    {
        ["Retention:DeletedResourceDays"] = "10",
        ["Retention:ChangeLogDays"] = "20",
        ["Retention:AuditLogDays"] = "30",
    };

    static readonly Dictionary<string, string> ForEver = new()
    {
        ["Retention:DeletedResourceDays"] = "0",
        ["Retention:ChangeLogDays"] = "0",
        ["Retention:AuditLogDays"] = "0",
        ["Retention:FailedLoginDays"] = "0",
    };

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Each_thing_is_deleted_when_its_days_are_over_and_not_before()
    {
        using var server = DailyServer.Start(await PostgresFixture.CreateDatabaseAsync(), Short);
        var directory = await server.Connect("{}");
        await directory.User("stays");
        await directory.Send("DELETE", $"/Users/{await directory.User("goes")}");

        var seen = new List<string> { await Left(directory) };
        foreach (var days in (int[])[9, 2, 8, 2, 8, 2])
        {
            await server.RunJob(days);
            seen.Add(await Left(directory));
        }

        // Resources, entries of the change log about them, entries of the audit log: at the start, and after 9, 11, 19, 21, 29, 31 days.
        Assert.That(seen, Is.EqualTo(new[] { "2 3 2", "2 3 2", "1 3 2", "1 3 2", "1 0 2", "1 0 2", "1 0 0" }));
    }

    [Test]
    public async Task More_than_a_batch_is_deleted_in_one_run()
    {
        using var server = DailyServer.Start(await PostgresFixture.CreateDatabaseAsync(), Short);
        var directory = await server.Connect("{}");
        await directory.User("stays");
        await server.Execute(
            $"""
            INSERT INTO resources (connection_id, id, resource_type, attributes, version, created_at, modified_at, deleted_at)
                SELECT '{directory.Connection.Id}', gen_random_uuid(), 'User', '{"{}"}', 1, now(), now(), now() - interval '400 days'
                FROM generate_series(1, 2500);
            INSERT INTO changes (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)
                SELECT '{directory.Connection.Id}', 'user.created', 'User', gen_random_uuid(), 1, '[]', '', '', now()
                FROM generate_series(1, 2500);
            INSERT INTO audit_log (id, occurred_at, actor, action, target_type, target_id, request_id)
                SELECT gen_random_uuid(), now(), '', '', '', gen_random_uuid(), '' FROM generate_series(1, 2500);
            """
        );

        await server.RunJob(60);

        Assert.That(await Left(directory), Is.EqualTo("1 0 0"));
    }

    [Test]
    public async Task With_zero_nothing_is_ever_deleted()
    {
        using var server = DailyServer.Start(await PostgresFixture.CreateDatabaseAsync(), ForEver);
        var directory = await server.Connect("""{"expiresInDays":null}"""); // no warnings that it expires
        await directory.Send("DELETE", $"/Users/{await directory.User("goes")}");
        var before = await Left(directory);

        await server.RunJob(3_000);

        Assert.That(await Left(directory), Is.EqualTo(before));
    }

    [Test]
    public async Task A_purge_erases_a_deleted_resource_and_its_values_from_the_change_log()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var (gone, stays) = (await directory.User("erase.me@example.com"), await directory.User("keep.me@example.com"));
        await directory.Send("DELETE", $"/Users/{gone}");

        var (status, purged) = await Purge(directory, gone);
        var again = await Purge(directory, gone);

        Assert.That((status, (string?)purged!["resourceType"], (int)purged["changesEmptied"]!), Is.EqualTo((200, "User", 1)));
        Assert.That(again.Status, Is.EqualTo(404));
        Assert.That(await directory.Everything(), Does.Not.Contain("erase.me").And.Contain("keep.me"));
        Assert.That(
            (await directory.Changes(gone)).Select(change => (string?)change["type"]),
            Is.EqualTo(new[] { "user.created", "user.deleted" })
        );
        Assert.That((await directory.Get($"/Users/{stays}")).Status, Is.EqualTo(200));
        var audit = (await AdminCalls.Audit(Guid.Parse(gone))).Single();
        Assert.That((string?)audit["action"], Is.EqualTo("resource.purged"));
        Assert.That(audit.ToJsonString(), Does.Not.Contain("erase.me"));
    }

    [Test]
    public async Task What_is_not_deleted_or_of_another_connection_is_not_purged()
    {
        var (directory, other) = (await TestDirectory.CreateAsync(_server), await TestDirectory.CreateAsync(_server));
        var (living, theirs) = (await directory.User("ada"), await other.User("bob"));
        await other.Send("DELETE", $"/Users/{theirs}");

        var refused = await Purge(directory, living);

        Assert.That((refused.Status, (string?)refused.Body!["code"]), Is.EqualTo((409, "invalid_state")));
        Assert.That((await Purge(directory, theirs)).Status, Is.EqualTo(404));
        Assert.That((await directory.Get($"/Users/{living}")).Status, Is.EqualTo(200));
        Assert.That((await Purge(other, theirs)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_command_does_the_same()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var gone = await directory.User("erase.me@example.com");
        await directory.Send("DELETE", $"/Users/{gone}");

        var outcome = await CommandOutcome.RunAsync(
            $"purge {gone} --connection {directory.Connection.Id}",
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString)
        );

        Assert.That((string?)outcome.Answer["id"], Is.EqualTo(gone));
        Assert.That(await directory.Everything(), Does.Not.Contain("erase.me"));
    }

    Task<(int Status, JsonNode? Body)> Purge(TestDirectory directory, string resource) =>
        _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/resources/{resource}/purge");

    static Task<string> Left(TestDirectory directory) =>
        directory.Ask<string>(
            """
            SELECT concat_ws(' ',
                (SELECT count(*) FROM resources WHERE connection_id = $1),
                (SELECT count(*) FROM changes WHERE connection_id = $1 AND resource_type <> 'Connection'),
                (SELECT count(*) FROM audit_log WHERE $1 IS NOT NULL))
            """
        );
}

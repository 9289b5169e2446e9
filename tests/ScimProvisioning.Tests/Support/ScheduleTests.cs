using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Support.Schedules;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Support;

/// <summary>What the server does by itself when it is due.</summary>
[TestFixture, Parallelizable]
sealed class ScheduleTests
{
    const string Hourly = """{"schedules":[{"job":"reconciliation","cron":"0 * * * *"},{"job":"snapshot","cron":"30 2 * * 0"}]}""";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task What_is_due_is_done_once_by_two_servers_and_what_was_missed_is_done_once()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var one = new ScimServer(database);
        await using var two = new ScimServer(database);
        var app = await AppView.CreateAsync(one, database);
        two.StartServer();
        await app.Enable();
        await app.Admin(HttpMethod.Put, "/schedules", Hourly);
        one.Clock.Advance(TimeSpan.FromDays(8));
        two.Clock.Advance(TimeSpan.FromDays(8));

        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i => (i % 2 == 0 ? one : two).Services.GetRequiredService<ScheduleWorker>().RunDueAsync(CancellationToken.None))
        );

        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM reconciliations WHERE connection_id = $1"), Is.EqualTo(1));
        Assert.That(await app.Directory.Ask<long>("SELECT count(*) FROM directory_snapshots WHERE connection_id = $1"), Is.EqualTo(1));
        var schedules = (await app.Admin(HttpMethod.Get, "/schedules"))!["schedules"]!.AsArray();
        Assert.That(schedules.Select(s => (string?)s!["job"]), Is.EqualTo(new[] { "reconciliation", "snapshot" }));
        Assert.That(schedules.Select(s => (DateTime)s!["nextAt"]!), Is.All.GreaterThan(one.Clock.GetUtcNow().UtcDateTime));
        Assert.That((string)schedules[1]!["lastResult"]!, Does.StartWith("The snapshot"));
        var (_, audit) = await one.Send(HttpMethod.Get, "/audit-log?actor=schedule");
        Assert.That(
            audit!["data"]!.AsArray().Select(entry => (string?)entry!["action"]),
            Is.EquivalentTo(new[] { "directory.reconciliation_started", "directory.snapshot_started" })
        );
    }

    [Test]
    public async Task One_that_a_killed_server_has_taken_is_done_later_and_a_refusal_is_told()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var app = await AppView.CreateAsync(server, database);
        await app.Admin(HttpMethod.Put, "/schedules", """{"schedules":[{"job":"snapshot","cron":"0 * * * *"}]}""");
        server.Clock.Advance(TimeSpan.FromHours(2));
        await PostgresFixture.ExecuteAsync(
            $"UPDATE schedules SET taken_until = '{server.Clock.GetUtcNow():O}'::timestamptz + interval '19 minutes'",
            database
        );
        var worker = server.Services.GetRequiredService<ScheduleWorker>();

        await worker.RunDueAsync(CancellationToken.None);
        Assert.That((await app.Admin(HttpMethod.Get, "/schedules"))!["schedules"]![0]!["lastRunAt"], Is.Null);
        server.Clock.Advance(TimeSpan.FromMinutes(20));
        await PostgresFixture.ExecuteAsync(
            """
            INSERT INTO directory_snapshots (connection_id, id, organization_id, request_id, stage, created_at)
            SELECT connection_id, gen_random_uuid(), organization_id, 'r', 'waiting', now() + interval '1 day' FROM schedules;
            """,
            database
        );
        await worker.RunDueAsync(CancellationToken.None);

        var done = (await app.Admin(HttpMethod.Get, "/schedules"))!["schedules"]![0]!;
        Assert.That(done["lastRunAt"], Is.Not.Null);
        Assert.That((string)done["lastResult"]!, Does.Contain("snapshot"));
    }

    [Test]
    public async Task They_are_replaced_as_a_whole_and_audited()
    {
        var connection = await _server.Connect();
        var path = $"/connections/{connection.Id}/schedules";
        await _server.Send(HttpMethod.Put, path, Hourly);

        var (_, after) = await _server.Send(HttpMethod.Put, path, """{"schedules":[{"job":"snapshot","cron":"0 3 1 * *"}]}""");

        Assert.That(after!["schedules"]!.AsArray().Select(s => $"{s!["job"]} {s["cron"]}"), Is.EqualTo(new[] { "snapshot 0 3 1 * *" }));
        var entry = (await AdminCalls.Audit(connection.Id)).Last(e => (string?)e["action"] == "connection.schedules_updated");
        Assert.That(((JsonObject)entry["before"]!)["schedules"]!.AsArray(), Has.Count.EqualTo(2));
    }

    [TestCase("""{}""")]
    [TestCase("""{"schedules":[{"job":"dance","cron":"0 3 * * *"}]}""")]
    [TestCase("""{"schedules":[{"job":"snapshot","cron":"every day"}]}""")]
    [TestCase("""{"schedules":[{"job":"snapshot","cron":"0 0 30 2 *"}]}""")]
    [TestCase("""{"schedules":[null]}""")]
    [TestCase("""{"schedules":[{"job":"purge","cron":"0 3 * * *"}]}""")]
    [TestCase("""{"schedules":[{"job":"snapshot","cron":"* * * * *"}]}""")]
    [TestCase("""{"schedules":[{"job":"snapshot","cron":"0,30 3 1 1 *"}]}""")]
    [TestCase("""{"schedules":[{"job":"snapshot","cron":"0 3 * * *"},{"job":"snapshot","cron":"0 4 * * *"}]}""")]
    public async Task What_makes_no_sense_is_refused(string body)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(HttpMethod.Put, $"/connections/{connection.Id}/schedules", body);

        Assert.That(status, Is.EqualTo(400), $"{problem}");
    }

    [Test]
    public async Task They_are_there_for_keys_of_the_organization_alone()
    {
        var (ours, theirs) = (await _server.Organization(), await _server.Organization());
        var id = await _server.Create($"/organizations/{ours}/connections", """{"name":"Test"}""");
        using var stranger = await _server.AdminOf(theirs);

        Assert.That((await stranger.Call("GET", $"/connections/{id}/schedules")).Status, Is.EqualTo(404));
        Assert.That((await stranger.Call("PUT", $"/connections/{id}/schedules", Hourly)).Status, Is.EqualTo(404));
    }
}

using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Npgsql;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.Projection;
using ScimProvisioning.Tests.Webhooks;

namespace ScimProvisioning.Tests.People;

/// <summary>What happens while somebody is purged, or stops the purge, leaves nothing of the person.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class PurgeRaceTests
{
    [Test]
    public async Task A_purge_that_is_killed_after_the_logs_is_completed_by_another_one_and_proved_once()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        var app = await AppView.CreateAsync(server, database);
        await app.Enable();
        var (id, resource) = await PurgeTests.SpreadAsync(server, app);
        await app.Directory.Send("DELETE", $"/Users/{resource}");
        await app.Settle();

        // The directory cannot be changed, so the purge comes no further than the logs.
        await using (var held = new NpgsqlConnection(database))
        {
            await held.OpenAsync();
            await using var hold = new NpgsqlCommand(
                $"BEGIN; SELECT FROM projections WHERE connection_id = '{app.Connection}' FOR UPDATE",
                held
            );
            await hold.ExecuteNonQueryAsync();
            using var killed = ServerProcess.StartOn(database);
            using var client = new HttpClient { BaseAddress = await killed.ListensOnAsync() };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ScimServer.AdminKey);
            var purge = client.PostAsync(new Uri($"/api/v1/users/{id}/purge", UriKind.Relative), null);
            await Wait.UntilAsync(
                async () => !(await PurgeTests.FindAsync(database)).Exists(table => table is "requests" or "reconciliation_differences"),
                "the logs are not erased"
            );
            await killed.KillAsync();
            Assert.That(async () => await purge, Throws.Exception);
        }
        Assert.That(await PurgeTests.FindAsync(database), Has.Member("resources").And.Member("events"));

        var (status, again) = await server.Admin.Call("POST", $"/users/{id}/purge");
        await app.Settle();

        Assert.That(status, Is.EqualTo(200), $"{again}");
        Assert.That(await PurgeTests.FindAsync(database), Is.Empty);
        var (_, audit) = await server.Admin.Call("GET", "/audit-log?action=resource.purged");
        Assert.That((string?)audit!["data"]!.AsArray().Single()!["targetId"], Is.EqualTo(resource));
        Assert.That((await app.Told()).Count(type => type == "user.purged"), Is.GreaterThan(0));
        await app.AssertMirrored();
    }

    [Test]
    public async Task The_answer_to_a_delivery_that_was_under_way_is_not_kept()
    {
        await using var hooks = await HookApp.StartAsync();
        var purged = new TaskCompletionSource();
        hooks.Receiver.Answer = async (http, hook) =>
        {
            await purged.Task;
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync(hook.Text[^Math.Min(hook.Text.Length, 900)..]);
        };
        var (endpoint, _) = await hooks.Hook(""","types":["directory.user.created"]""");
        var resource = await hooks.Directory.Create("/Users", PurgeTests.Person);
        await Wait.UntilAsync(() => Task.FromResult(hooks.Receiver.Got.Count == 1), "nothing is under way");
        await hooks.Directory.Send("DELETE", $"/Users/{resource}");
        await hooks.App.Settle();

        await hooks.App.Admin(HttpMethod.Post, $"/resources/{resource}/purge");
        purged.SetResult();
        await hooks.UntilAttempts(endpoint, 1);

        var attempt = (await hooks.Attempts(endpoint))[0];
        Assert.That(((int?)attempt["status"], (string?)attempt["answer"]), Is.EqualTo((500, (string?)null)));
        Assert.That(await PurgeTests.FindAsync(hooks.Database), Is.Empty);
    }

    [Test]
    public async Task An_answer_that_came_while_the_person_was_erased_is_erased_afterwards()
    {
        await using var hooks = await HookApp.StartAsync();
        var resource = await hooks.Directory.Create("/Users", PurgeTests.Person);
        await hooks.App.Settle();
        await hooks.Directory.Send("DELETE", $"/Users/{resource}");
        await hooks.App.Settle();
        var (endpoint, _) = await hooks.Hook();
        await using var held = new NpgsqlConnection(hooks.Database);
        await held.OpenAsync();
        await using (
            var hold = new NpgsqlCommand($"BEGIN; SELECT FROM projections WHERE connection_id = '{hooks.App.Connection}' FOR UPDATE", held)
        )
            await hold.ExecuteNonQueryAsync();
        var purge = hooks.App.Admin(HttpMethod.Post, $"/resources/{resource}/purge");
        await PostgresFixture.UntilAsync(
            hooks.Database,
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
        );
        await using (
            var answer = new NpgsqlCommand(
                $"""
                INSERT INTO webhook_attempts (endpoint_id, id, event_id, type, attempt, succeeded, answer, milliseconds)
                SELECT '{endpoint}', '{Guid.CreateVersion7(hooks.Server.Clock.GetUtcNow())}', id, type, 1, false, '{PurgeTests.Mark}', 1
                FROM events WHERE body LIKE '%{PurgeTests.Mark}%' LIMIT 1;
                COMMIT
                """,
                held
            )
        )
            Assert.That(await answer.ExecuteNonQueryAsync(), Is.EqualTo(1));

        await purge;

        Assert.That(await PurgeTests.FindAsync(hooks.Database), Is.Empty);
    }
}

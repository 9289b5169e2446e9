using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Tests.Faults;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Rules;

namespace ScimProvisioning.Tests.Projection;

/// <summary>
/// Servers are killed while clients write and the directory is released, as often as <see cref="FaultRounds"/> says.
/// </summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class ProjectionFaultTests
{
    [TestCase(1, false, Description = "one server")]
    [TestCase(2, false, Description = "two servers")]
    [TestCase(2, true, Description = "two servers, and a transaction that holds the horizon")]
    public async Task Whatever_is_killed_the_application_was_told_what_is_released_and_that_is_what_was_received(int servers, bool holds)
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database, new() { ["Limits:Concurrency"] = "32" });
        var app = await AppView.CreateAsync(here, database);
        await app.Admin(HttpMethod.Post, "/enable");
        var random = FaultRounds.Random;
        var directory = new RandomDirectory(random);

        for (var round = 0; round < FaultRounds.Count; round++)
        {
            var killed = Enumerable.Range(0, servers).Select(_ => ServerProcess.StartOn(database)).ToList();
            await using var horizon = holds ? await app.HoldHorizon() : null;
            var addresses = await Task.WhenAll(killed.Select(server => server.ListensOnAsync()));
            using var stop = new CancellationTokenSource();
            var writers = addresses.SelectMany(address => Enumerable.Range(0, 2).Select(_ => WriteAsync(address, stop.Token))).ToArray();
            // A rebuild runs beside the writes.
            if (round % 2 == 0)
                await app.Admin(HttpMethod.Post, "/disable");
            if (round % 2 == 0)
                await app.Admin(HttpMethod.Post, "/enable");
            var enough = directory.Answered + random.Next(10, 150);
            await Wait.UntilAsync(() => directory.Answered >= enough, "clients write");
            await Task.WhenAll(killed.Select(server => server.KillAsync()));
            await stop.CancelAsync();
            await Task.WhenAll(writers).WaitAsync(Wait.Limit);
            foreach (var server in killed)
                server.Dispose();
        }

        await SettleAsync(here, app);
        await app.AssertMirrored();
        await AssertProjectedFromNothing(here, app.Connection);

        async Task WriteAsync(Uri address, CancellationToken ct)
        {
            var there = app.Directory.At(address);
            while (!ct.IsCancellationRequested)
                try
                {
                    await directory.ChangeAsync(there);
                }
                catch (HttpRequestException)
                {
                    // The server was killed, as the test wants.
                    await Task.Delay(20, CancellationToken.None);
                }
        }
    }

    [TestCase(true, Description = "in the middle of an import")]
    [TestCase(false, Description = "in the middle of the first load")]
    public async Task An_import_and_a_first_load_end_as_if_no_server_had_been_killed(bool imports)
    {
        const int Users = 3_000;
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var random = FaultRounds.Random;

        for (var round = 0; round < FaultRounds.Count; round++)
        {
            var app = await AppView.CreateAsync(here, database);
            await Many.UsersAsync(app, Users, database);
            var ids = (await app.Directory.Ask<Guid[]>("SELECT array_agg(id ORDER BY id) FROM resources WHERE connection_id = $1"))[
                ..(Users / 2)
            ];
            var file = string.Join('\n', ids.Select(id => $$"""{"uid":"{{id}}","appUserId":"app-{{id}}"}"""));
            if (!imports)
                Assert.That(await here.Imported(app, file), Is.EqualTo((ids.Length, 0, 0)));
            using (var killed = ServerProcess.StartOn(database))
            {
                using var admin = new HttpClient { BaseAddress = await killed.ListensOnAsync() };
                admin.DefaultRequestHeaders.Authorization = new("Bearer", ScimServer.AdminKey);
                using var body = new StringContent(imports ? file : "", Encoding.UTF8, "application/x-ndjson");
                var call = admin.PostAsync(
                    new Uri($"/api/v1/connections/{app.Connection}/{(imports ? "imports" : "enable")}", UriKind.Relative),
                    imports ? body : null
                );
                var enough = random.Next(1, Users / 2);
                await Wait.UntilAsync(
                    () =>
                        app.Directory.Ask<bool>(
                            $"SELECT count(*) >= {enough} FROM directory_users WHERE connection_id = $1 AND {
                        (imports ? "true" : "is_linked")}"
                        ),
                    "the first people are written"
                );
                await killed.KillAsync();
                await call.ContinueWith(ended => ended.Exception, TaskScheduler.Default);
            }
            if (imports)
            {
                await here.Import(app, file);
                await app.Admin(HttpMethod.Post, "/enable");
            }

            await SettleAsync(here, app);
            await app.AssertMirrored();
            await AssertProjectedFromNothing(here, app.Connection);
            var people = (await app.Users()).Values;
            Assert.That(people, Has.Count.EqualTo(Users).And.All.Matches<JsonObject>(person => (bool)person["is_linked"]!));
            Assert.That(people.Count(person => (string?)person["app_user_id"] == $"app-{person["uid"]}"), Is.EqualTo(ids.Length));
        }
    }

    [Test]
    public async Task When_PostgreSQL_is_restarted_nothing_is_lost_or_told_twice()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var app = await AppView.CreateAsync(here, database);
        await app.Admin(HttpMethod.Post, "/enable");
        var directory = new RandomDirectory(FaultRounds.Random);

        for (var round = 0; round < FaultRounds.Count * 3; round++)
        {
            var writers = Enumerable.Range(0, 3).Select(_ => WriteAsync()).ToArray();
            await Task.Delay(50);
            // What a restart does to sessions, without what it would do to the other tests of this cluster.
            await PostgresFixture.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
                database
            );
            await Task.WhenAll(writers).WaitAsync(Wait.Limit);
        }

        await SettleAsync(here, app);
        await app.AssertMirrored();
        await AssertProjectedFromNothing(here, app.Connection);

        async Task WriteAsync()
        {
            for (var i = 0; i < 20; i++)
                await directory.ChangeAsync(app.Directory);
        }
    }

    /// <summary>A preview of the whole directory finds nobody whom the application should see otherwise.</summary>
    static async Task AssertProjectedFromNothing(ScimServer server, Guid connection)
    {
        var preview = (await server.Services.GetRequiredService<Preview>().RunAsync(connection, rules => rules, CancellationToken.None))!;
        foreach (var kind in Enum.GetValues<OutcomeKind>().Except([OutcomeKind.Unchanged, OutcomeKind.Held, OutcomeKind.Nothing]))
            Assert.That(
                preview.Of(kind),
                Is.Zero,
                () => $"{kind}: {string.Join(", ", preview.Examples[kind].Select(e => $"{e} {string.Join(' ', e.Changes)}"))}"
            );
        Assert.That(preview.Of(OutcomeKind.Unchanged), Is.GreaterThan(0));
    }

    /// <summary>What a killed server has left is found within 15 seconds. Told of it, this server need not be waited for.</summary>
    static async Task SettleAsync(ScimServer server, AppView app)
    {
        server.Services.GetRequiredService<ChangeSignal>().Raise(app.Connection);
        await app.Settle();
    }
}

using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.Projection;
using ScimProvisioning.Tests.Rules;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Deleting a connection while other requests run.</summary>
[TestFixture, Parallelizable]
sealed class ConnectionDeletionRaceTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("deactivate")]
    [TestCase("remove")]
    public async Task Scim_that_writes_at_the_same_time_never_stops_a_deletion(string users)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var members = await directory.Users(12);
        var group = await directory.Group("Team");
        using var stop = new CancellationTokenSource();
        var writers = Enumerable
            .Range(0, 4)
            .Select(async n =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    var op = (i + n) % 2 == 0 ? "add" : "remove";
                    await directory.Patch(
                        $"/Groups/{group}",
                        $$"""{"op":"{{op}}","path":"members","value":{{TestDirectory.Members(members)}}}"""
                    );
                }
            })
            .ToArray();
        await Task.Delay(200);

        var (status, _) = await _server.Send(HttpMethod.Delete, $"/connections/{directory.Connection.Id}?users={users}");

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await AppView.Settle(directory);
        Assert.That((status, (await directory.Get("/Users")).Status), Is.EqualTo((204, 401)));
        Assert.That(
            await directory.Ask<long>(
                "SELECT count(*) FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND deleted_at IS NULL AND active"
            ),
            Is.Zero
        );
    }

    [TestCase("deactivate", "directory.user.deactivated")]
    [TestCase("remove", "directory.user.deleted")]
    public async Task Another_server_goes_on_with_it_when_one_is_killed(string users, string told)
    {
        const int Users = 3_500;
        var database = await PostgresFixture.CreateDatabaseAsync();
        TestDirectory directory;
        await using (var before = new ScimServer(database))
        {
            var app = await AppView.CreateAsync(before, database);
            directory = app.Directory;
            await Many.UsersAsync(app, Users - 2, database);
            await directory.Group("Team", await directory.Users(2));
            await app.Enable();
        }
        using (var killed = ServerProcess.StartOn(database))
        {
            using var admin = new HttpClient { BaseAddress = await killed.ListensOnAsync() };
            admin.DefaultRequestHeaders.Authorization = new("Bearer", ScimServer.AdminKey);
            var path = new Uri($"/api/v1/connections/{directory.Connection.Id}?users={users}", UriKind.Relative);
            Assert.That((int)(await admin.DeleteAsync(path)).StatusCode, Is.EqualTo(204));
            await Wait.UntilAsync(
                () =>
                    directory.Ask<bool>(
                        "SELECT EXISTS (SELECT FROM changes WHERE connection_id = $1 AND type IN ('user.updated', 'user.deleted'))"
                    ),
                "the first part is done"
            );
            await killed.KillAsync();
        }
        await using var after = new ScimServer(database);
        // Asking for a service starts it.
        _ = after.Services;
        var view = new AppView(after, directory, database);
        await view.Settle();

        await view.AssertMirrored();
        Assert.That(await view.Events(told), Has.Count.EqualTo(Users));
        Assert.That((await view.Users()).Values.Select(user => (string?)user["status_reason"]), Is.All.EqualTo("connection_deleted"));
        Assert.That(
            await directory.Ask<long>(
                "SELECT count(*) FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND deleted_at IS NULL AND active"
            ),
            Is.Zero
        );
    }
}

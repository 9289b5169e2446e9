using Npgsql;

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
        Assert.That((status, (await directory.Get("/Users")).Status), Is.EqualTo((204, 401)));
        Assert.That(
            await directory.Ask<long>(
                "SELECT count(*) FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND deleted_at IS NULL AND active"
            ),
            Is.Zero
        );
    }

    [Test]
    public async Task A_caller_who_hangs_up_does_not_stop_it()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("ada");
        await using var locker = new NpgsqlConnection(PostgresFixture.ConnectionString);
        await locker.OpenAsync();
        await using var transaction = await locker.BeginTransactionAsync();
        await using (
            var hold = new NpgsqlCommand($"SELECT FROM resources WHERE connection_id = '{directory.Connection.Id}' FOR UPDATE", locker)
        )
            await hold.ExecuteNonQueryAsync();
        using var patience = new CancellationTokenSource();

        var deletion = _server.Admin.DeleteAsync(
            new Uri($"/api/v1/connections/{directory.Connection.Id}?users=deactivate", UriKind.Relative),
            patience.Token
        );
        await Until(
            directory,
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {locker.ProcessID} = ANY (pg_blocking_pids(pid))) AND $1::uuid IS NOT NULL"
        );
        await patience.CancelAsync();
        Assert.That(async () => await deletion, Throws.InstanceOf<OperationCanceledException>());
        // The server needs a moment to notice that the caller has hung up.
        await Task.Delay(500);
        await transaction.RollbackAsync();

        await Until(directory, "SELECT state = 'deleted' FROM connections WHERE id = $1");
        Assert.That(await directory.Ask<bool>("SELECT active FROM resources WHERE connection_id = $1"), Is.False);
    }

    static async Task Until(TestDirectory directory, string condition)
    {
        for (var tries = 0; !await directory.Ask<bool>(condition); tries++)
        {
            Assert.That(tries, Is.LessThan(200));
            await Task.Delay(50);
        }
    }
}

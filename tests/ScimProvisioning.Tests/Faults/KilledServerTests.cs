using System.Collections.Concurrent;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Faults;

/// <summary>The server runs as a separate process and is killed while it writes.</summary>
[TestFixture, Parallelizable]
sealed class KilledServerTests
{
    [Test]
    public async Task Every_acknowledged_write_survives_a_kill_and_none_is_half_written()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var here = new ScimServer(database);
        var directory = await TestDirectory.CreateAsync(here, database);
        var group = await directory.Group("Team");
        var acknowledged = new ConcurrentBag<string>();

        using (var killed = ServerProcess.StartOn(database))
        {
            var there = directory.At(await killed.ListensOnAsync());
            var writers = Enumerable.Range(0, 8).Select(writer => WriteUntilItDiesAsync(there, group, writer, acknowledged)).ToArray();
            await Wait.UntilAsync(() => acknowledged.Count >= 100 || writers.Any(w => w.IsCompleted), "100 writes are acknowledged");
            await killed.KillAsync();
            await Task.WhenAll(writers).WaitAsync(Wait.Limit);
        }

        using var successor = ServerProcess.StartOn(database);
        var again = directory.At(await successor.ListensOnAsync());
        var members = await again.MembersOf(group);
        Assert.That(acknowledged, Has.Count.GreaterThanOrEqualTo(100));
        Assert.That(acknowledged.Except(members), Is.Empty);
        Assert.That((await again.Get($"/Users/{members[^1]}")).Status, Is.EqualTo(200));
        Assert.That(
            await directory.Ask<long>(
                """
                SELECT count(*) FROM resources r
                FULL JOIN (
                    SELECT resource_id, count(*) AS n, max(version) AS version
                    FROM changes WHERE connection_id = $1 AND resource_type <> 'Connection' GROUP BY resource_id
                ) e ON e.resource_id = r.id WHERE r.version IS DISTINCT FROM e.n OR r.version IS DISTINCT FROM e.version
                """
            ),
            Is.Zero,
            "resources without exactly one logged change for each version"
        );
        Assert.That(
            await directory.Ask<bool>(
                """
                SELECT (SELECT count(*) FROM group_members WHERE connection_id = $1) + 1 = version
                FROM resources WHERE connection_id = $1 AND resource_type = 'Group'
                """
            )
        );
    }

    // Creates a user and then its membership; they count as acknowledged when both have been answered.
    static async Task WriteUntilItDiesAsync(TestDirectory directory, string group, int writer, ConcurrentBag<string> acknowledged)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var user = await directory.User($"w{writer}.{i}");
                var added = await directory.Patch($"/Groups/{group}", $$"""{"op":"Add","path":"members","value":[{"value":"{{user}}"}]}""");
                Assert.That(added.Status, Is.AnyOf(200, 204));
                acknowledged.Add(user);
            }
        }
        catch (HttpRequestException)
        {
            // The server was killed, as the test wants.
        }
    }
}

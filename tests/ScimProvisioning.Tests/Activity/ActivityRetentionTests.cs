using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Activity;

/// <summary>How long requests, what they tell of people, and runs are kept.</summary>
[TestFixture, Parallelizable]
sealed class ActivityRetentionTests
{
    [Test]
    public async Task Names_go_first_then_the_requests_by_month_and_the_runs_last()
    {
        using var server = DailyServer.Start(await PostgresFixture.CreateDatabaseAsync());
        var directory = await server.Connect("""{"expiresInDays":null}""");
        await directory.User("ada@example.com");
        await directory.Send("POST", "/Users", """{"userName":"ada@example.com"}""");
        await ActivityCalls.UntilLogged(directory, 2);
        await server.Execute("UPDATE runs SET ended_at = last_at, closed_at = now()");
        // The clock of the server stands still, that of the database does not.
        server.Clock.Advance(TimeSpan.FromMinutes(10));

        var seen = new List<string> { await Left(directory) };
        foreach (var days in (int[])[6, 2, 80, 320])
        {
            await server.RunJob(days);
            seen.Add(await Left(directory));
        }

        // Rows, rows with a name, runs: at the start, and after 6, 8, 88 and 408 days.
        Assert.That(seen, Is.EqualTo(new[] { "2 2 1", "2 2 1", "2 0 1", "0 0 1", "0 0 0" }));
        Assert.That(
            await directory.Ask<bool>(
                """
                SELECT $1::uuid IS NOT NULL AND NOT EXISTS (
                    SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = 'requests'::regclass AND c.relname = to_char(now() AT TIME ZONE 'UTC', '"requests_"YYYY_MM'))
                """
            ),
            "the month is dropped"
        );
    }

    [Test]
    public async Task A_purge_erases_the_person_from_the_requests()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        await directory.Get("/Users?filter=userName%20eq%20%22Erase.Me@example.com%22");
        var gone = await directory.Create("/Users", """{"userName":"erase.me@example.com","externalId":"4711"}""");
        await directory.Send("POST", "/Users", """{"userName":"ERASE.ME@example.com"}""");
        await directory.User("keep.me@example.com");
        await directory.Send("DELETE", $"/Users/{gone}");
        await ActivityCalls.UntilLogged(directory, 5);

        var (status, _) = await server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/resources/{gone}/purge");

        var stored = await directory.Ask<string>("SELECT jsonb_agg(to_jsonb(r))::text FROM requests r WHERE connection_id = $1");
        Assert.That(status, Is.EqualTo(200));
        Assert.That(stored, Does.Contain("keep.me").And.Contain(gone).And.Not.Contain("4711"));
        Assert.That(stored, Does.Not.Contain("erase.me").IgnoreCase);
    }

    static Task<string> Left(TestDirectory directory) =>
        directory.Ask<string>(
            """
            SELECT (SELECT count(*) FROM requests WHERE connection_id = $1) || ' '
                || (SELECT count(*) FROM requests WHERE connection_id = $1
                    AND (is_personal OR subject IS NOT NULL OR detail IS NOT NULL OR body IS NOT NULL)) || ' '
                || (SELECT count(*) FROM runs WHERE connection_id = $1)
            """
        );
}

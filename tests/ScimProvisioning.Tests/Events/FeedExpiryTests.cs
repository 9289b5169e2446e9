using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Events;

/// <summary>The log by months: those that are over are read in order, and are dropped when they were kept long enough.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class FeedExpiryTests
{
    [TestCase("9-1", "restored")]
    [TestCase("1-999999999", "another database")]
    public async Task A_position_of_another_log_is_gone(string after, string reason)
    {
        await using var server = new ScimServer();

        var (status, problem) = await server.Send(HttpMethod.Get, $"/events?after={after}");

        Assert.That((status, (string?)problem!["code"]), Is.EqualTo((410, "position_expired")));
        Assert.That((string?)problem["detail"], Does.Contain(reason).And.Contain("/snapshots"));
    }

    // A transaction that began before the end of a month may draw its positions after others of the next one.
    [Test]
    public async Task Months_are_read_in_the_order_of_positions_though_they_overlap()
    {
        var log = await OldLog.CreateAsync();
        await log.Month(2020, 1, 1, 2, 4);
        await log.Month(2020, 2, 3, 5, 9);
        await log.Month(2020, 3, 8);
        await log.Month(2020, 4);
        await log.Month(2020, 5, 10);
        await log.Now(11, 12);
        await using var server = new ScimServer(log.Database);

        foreach (var limit in (int[])[1, 2, 3, 100])
        foreach (var types in (string[])["", "&types=connection.*"])
        {
            var (events, position) = await server.Admin.FeedAll($"limit={limit}{types}");

            Assert.That(events.Select(e => e.Number()), Is.EqualTo(new long[] { 1, 2, 3, 4, 5, 8, 9, 10, 11, 12 }), $"{limit}{types}");
            Assert.That(position, Is.EqualTo("1-12"));
        }
        var due = Enumerable.Range(1, 13).Select(i => new PendingEvent(i, Guid.Empty, "", Guid.Empty)).ToList();
        var services = server.Services;
        var (source, months) = (services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<EventMonths>());
        var stored = await DueDeliveries.WithEventsAsync(source, months, due, CancellationToken.None);
        Assert.That(
            stored.Where(e => e.Body is not null).Select(e => e.Position),
            Is.EqualTo(new long[] { 1, 2, 3, 4, 5, 8, 9, 10, 11, 12 }),
            "each is found by its position, too"
        );
    }

    [Test]
    public async Task A_month_that_was_kept_long_enough_is_dropped_and_who_has_not_read_it_is_told_so()
    {
        var log = await OldLog.CreateAsync();
        await log.Month(2020, 1, 1, 2);
        await log.Month(2020, 2, 3, 4);
        await log.Now(5);
        using var daily = DailyServer.Start(log.Database);
        await using var server = new ScimServer(log.Database);
        Assert.That((await server.Admin.Feed("after=1-1")).Data.Select(e => e.Number()), Is.EqualTo(new long[] { 2 }));

        await daily.RunJob();

        foreach (var behind in (string[])["1-0", "1-1", "1-3"])
        {
            var (status, problem) = await server.Send(HttpMethod.Get, $"/events?after={behind}");
            Assert.That((status, (string?)problem!["code"]), Is.EqualTo((410, "position_expired")), behind);
        }
        foreach (var kept in (string[])["", "&after=1-4"])
            Assert.That(
                (await server.Admin.Feed($"limit=5{kept}&wait=1")).Data.Select(e => e.Number()),
                Is.EqualTo(new long[] { 5 }),
                kept
            );
        Assert.That(await server.Admin.EventsPosition(), Is.EqualTo("1-5"));
    }

    [Test]
    public async Task A_log_that_was_dropped_as_a_whole_goes_on_where_it_ended()
    {
        var log = await OldLog.CreateAsync();
        await log.Month(2020, 1, 1, 2);
        using var daily = DailyServer.Start(log.Database);
        await using var server = new ScimServer(log.Database);
        await daily.RunJob();

        var page = await server.Admin.Feed("limit=5");

        Assert.That((page.Data.Count, page.Next, page.CaughtUp), Is.EqualTo((0, "1-2", true)));
        Assert.That(await server.Admin.EventsPosition(), Is.EqualTo("1-2"));
        await log.Now(3);
        Assert.That((await server.Admin.Feed("after=1-2")).Data.Select(e => e.Number()), Is.EqualTo(new long[] { 3 }));
    }

    // A generic plan with parameters would lock them all.
    [TestCase(0)]
    [TestCase(7)]
    [TestCase(14)]
    public async Task A_page_and_a_replay_open_few_partitions_however_many_there_are(long after)
    {
        var log = await OldLog.CreateAsync();
        for (var month = 1; month <= 14; month++)
            await log.Month(2020 + ((month - 1) / 12), ((month - 1) % 12) + 1, month);
        await log.Now(15);
        await using var server = new ScimServer(log.Database);
        server.StartServer();

        var window = await server.Services.GetRequiredService<EventMonths>().FindAsync(after, CancellationToken.None);

        Assert.That(await log.Locked(window.Condition, after), Has.Count.InRange(1, 3));
        var replay = EventWindow.Between(Day(2020, 2, 27), Day(2020, 3, 2));
        Assert.That(await log.Locked(replay.Condition, after), Is.EquivalentTo(new[] { "events_2020_02", "events_2020_03" }));
    }

    static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A database whose log has months of long ago.</summary>
    sealed class OldLog(string database)
    {
        public string Database => database;

        public static async Task<OldLog> CreateAsync()
        {
            var database = await PostgresFixture.CreateDatabaseAsync();
            await using (var server = new ScimServer(database))
                server.StartServer();
            return new(database);
        }

        /// <summary>Makes the partition with events at these positions.</summary>
        public async Task Month(int year, int month, params long[] positions)
        {
            var (name, begins) = ($"events_{year}_{month:00}", new DateTime(year, month, 1));
            await PostgresFixture.ExecuteAsync(
                $"""
                CREATE TABLE {name} PARTITION OF events FOR VALUES FROM ('{begins:yyyy-MM-dd}+00') TO ('{begins.AddMonths(
                    1
                ):yyyy-MM-dd}+00');
                ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                """,
                database
            );
            await Insert($"'{begins.AddDays(27):yyyy-MM-dd}+00'", positions);
        }

        public Task Now(params long[] positions) => Insert("now()", positions);

        /// <summary>The partitions that are locked by a page after that position.</summary>
        public async Task<List<string>> Locked(string condition, long after)
        {
            await using var session = new NpgsqlConnection(database);
            await session.OpenAsync();
            await using var prepare = new NpgsqlCommand(
                $"""
                BEGIN;
                SET plan_cache_mode = force_generic_plan;
                PREPARE page (bigint) AS SELECT body FROM events WHERE {condition} AND position > $1 ORDER BY position LIMIT 10;
                EXECUTE page ({after})
                """,
                session
            );
            await prepare.ExecuteNonQueryAsync();
            // The preparation itself has locked them all.
            await using var again = new NpgsqlCommand(
                $"""
                COMMIT;
                BEGIN;
                EXECUTE page ({after});
                SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
                WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relname LIKE 'events\_%'
                """,
                session
            );
            await using var rows = await again.ExecuteReaderAsync();
            await rows.NextResultAsync();
            var locked = new List<string>();
            while (await rows.ReadAsync())
                locked.Add(rows.GetString(0));
            return locked;
        }

        async Task Insert(string at, long[] positions)
        {
            foreach (var position in positions)
                await PostgresFixture.ExecuteAsync(
                    $$"""
                    INSERT INTO events (position, recorded_at, id, type, body)
                    VALUES ({{position}}, {{at}}, gen_random_uuid(), 'connection.created',
                        '{"position":"1-{{position}}","type":"connection.created"}');
                    SELECT setval('events_position', greatest({{position}}, (SELECT last_value FROM events_position)))
                    """,
                    database
                );
        }
    }
}

using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.People;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Events;

/// <summary>The feed as an application reads it.</summary>
[TestFixture, Parallelizable]
sealed class FeedTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_page_has_the_events_as_they_are_stored_byte_for_byte()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await app.Directory.User("ådå");
        await app.Settle();

        var text = await _server.Admin.GetStringAsync(new Uri($"/api/v1/events?connectionId={app.Connection}", UriKind.Relative));

        var stored = await app.Directory.Ask<string>("SELECT string_agg(body, ',' ORDER BY position) FROM events WHERE connection_id = $1");
        Assert.That(text, Does.StartWith($$"""{"data":[{{stored}}],"next":""" + "\"").And.Contain("\"caughtUp\":true"));
    }

    [Test]
    public async Task Page_by_page_it_is_the_whole_log_in_order()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        var users = await app.Directory.Users(5);
        await app.Directory.Group("Design", users);
        await app.Settle();

        var (events, _) = await _server.Admin.FeedAll($"connectionId={app.Connection}&limit=2");

        Assert.That(events.Select(e => (string?)e["id"]), Is.EqualTo((await app.Events()).Select(e => (string?)e["id"])));
        Assert.That(events.Select(e => e.Number()), Is.Ordered.And.Unique);
    }

    [Test]
    public async Task A_page_of_long_events_ends_early_and_the_next_one_goes_on()
    {
        const int Long = 1_000_000;
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer(database);
        server.StartServer();
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO events (position, id, type, body)
            SELECT nextval('events_position'), gen_random_uuid(), 'x', repeat('x', {Long}) FROM generate_series(1, 8)
            """,
            database
        );
        var reader = server.Services.GetRequiredService<EventReader>();

        var first = await reader.ReadAsync(Reach.Everything, new(null, null, null), 0, 1_000, default);
        var second = await reader.ReadAsync(Reach.Everything, new(null, null, null), first.Next, 1_000, default);
        var third = await reader.ReadAsync(Reach.Everything, new(null, null, ["x"]), second.Next, 1_000, default);

        Assert.That((first.Bodies.Count, second.Bodies.Count, third.Bodies.Count), Is.EqualTo((3, 3, 2)));
        Assert.That((first.IsCaughtUp, second.IsCaughtUp, third.IsCaughtUp), Is.EqualTo((false, false, true)));
    }

    [Test]
    public async Task Only_what_is_asked_for_comes_and_a_reader_moves_on_over_the_rest()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await app.Directory.Group("Design", await app.Directory.User("ella"));
        await app.Settle();
        var end = await _server.Admin.EventsPosition();
        var connection = $"connectionId={app.Connection}";

        var users = await _server.Admin.Feed($"{connection}&types=directory.user.*");
        var two = await _server.Admin.Feed($"{connection}&types=directory.group.members_changed,connection.enabled");
        var none = await _server.Admin.Feed($"{connection}&types=directory.group.deleted");

        Assert.That(users.Data.Select(e => e.Type()), Is.EqualTo(new[] { "directory.user.created" }));
        Assert.That(two.Data.Select(e => e.Type()), Is.EqualTo(new[] { "connection.enabled", "directory.group.members_changed" }));
        Assert.That((none.Data.Count, none.CaughtUp), Is.EqualTo((0, true)));
        Assert.That(none.Next, Is.EqualTo(none.DrainedTo));
        Assert.That(Number(none.DrainedTo), Is.GreaterThanOrEqualTo(Number(end)));
        Assert.That((await _server.Admin.Feed($"{connection}&after={end}")).Data, Is.Empty);
    }

    [TestCase("types=directory.user", "types", "directory.user")]
    [TestCase("types=directory.user.created,nothing.*", "types", "nothing.*")]
    [TestCase("after=abc", "after", "1-48213")]
    [TestCase("after=1", "after", "1-48213")]
    [TestCase("after=-1-5", "after", "1-48213")]
    [TestCase("limit=0", "limit", "between 1 and 1000")]
    [TestCase("limit=1001", "limit", "between 1 and 1000")]
    [TestCase("wait=21", "wait", "between 0 and 20")]
    [TestCase("wait=-1", "wait", "between 0 and 20")]
    [TestCase("until=1-5", "until", "unknown")]
    public async Task What_cannot_be_read_is_refused_with_what_to_change(string query, string field, string advice)
    {
        var (status, problem) = await _server.Send(HttpMethod.Get, $"/events?{query}");

        Assert.That(status, Is.EqualTo(400));
        Assert.That((string?)problem!["errors"]![field]![0], Does.Contain(advice));
    }

    [TestCase("/users")]
    [TestCase("/groups")]
    [TestCase("/groups/{group}/members")]
    public async Task The_first_page_of_a_list_and_the_feed_join_without_a_gap(string path)
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await app.Directory.Group("Design", await app.Directory.User("ella"));
        await app.Settle();
        var list = path.Replace("{group}", (await app.Groups()).Keys.Single(), StringComparison.Ordinal);

        var position = await _server.Admin.EventsPosition(list);
        await app.Directory.User("later");
        await app.Settle();

        var (events, _) = await _server.Admin.FeedAll($"connectionId={app.Connection}", position);
        Assert.That(events.Select(e => e.Type()), Is.EqualTo(new[] { "directory.user.created" }));
    }

    [TestCase(true, Description = "of this server")]
    [TestCase(false, Description = "of another server")]
    public async Task Whoever_waits_is_answered_as_soon_as_there_is_an_event(bool here)
    {
        await using var other = new ScimServer();
        var app = await AppView.CreateAsync(other);
        var (person, _) = await other.TwoPeople(app.Connection);
        var (_, position) = await _server.Admin.FeedAll($"connectionId={app.Connection}&types=directory.*");

        var asked = Stopwatch.StartNew();
        var waits = _server.Admin.Feed($"connectionId={app.Connection}&types=directory.*&after={position}&wait=20");
        await Task.Delay(500);
        Assert.That(waits.IsCompleted, Is.False);
        await (here ? _server : other).Send(HttpMethod.Patch, $"/users/{person}", """{"appUserId":"4711"}""");

        var page = await waits;
        Assert.That(page.Data.Select(e => e.Type()), Is.EqualTo(new[] { "directory.user.updated" }));
        Assert.That(asked.Elapsed, Is.LessThan(TimeSpan.FromSeconds(19)), "the end of the wait has not ended it");
    }

    [Test]
    public async Task Whoever_waits_for_nothing_is_answered_when_the_time_is_over()
    {
        var app = await AppView.CreateAsync(_server);
        var (_, position) = await _server.Admin.FeedAll($"connectionId={app.Connection}");
        var asked = Stopwatch.StartNew();

        var page = await _server.Admin.Feed($"connectionId={app.Connection}&after={position}&wait=1&types=directory.user.deleted");

        Assert.That((page.Data.Count, page.CaughtUp), Is.EqualTo((0, true)));
        Assert.That(asked.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(900)));
    }

    [Test]
    public async Task Those_who_wait_hold_no_session_of_the_database()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var server = new ScimServer($"{database}Maximum Pool Size=5");
        var app = await AppView.CreateAsync(server, database);
        var (person, _) = await server.TwoPeople(app.Connection);
        const string types = "types=directory.*";
        var (_, position) = await server.Admin.FeedAll(types);

        var waits = Enumerable.Range(0, 40).Select(_ => server.Admin.Feed($"{types}&after={position}&wait=20")).ToList();
        await Task.Delay(500);
        await server.Send(HttpMethod.Patch, $"/users/{person}", """{"appUserId":"4711"}""");

        foreach (var page in await Task.WhenAll(waits))
            Assert.That(page.Data.Select(e => e.Type()), Is.EqualTo(new[] { "directory.user.updated" }));
    }

    [Test]
    public async Task Under_writers_at_two_servers_a_reader_gets_each_event_once_and_in_order()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await using var first = new ScimServer(database);
        await using var second = new ScimServer(database);
        var apps = new List<AppView>();
        for (var i = 0; i < 4; i++)
        {
            apps.Add(await AppView.CreateAsync(i % 2 == 0 ? first : second, database));
            await apps[i].Enable();
        }
        using var ended = new CancellationTokenSource();
        var reader = FollowAsync();

        await Task.WhenAll(apps.Select(WriteAsync));
        foreach (var app in apps)
            await app.Settle();
        await ended.CancelAsync();

        var seen = await reader;
        var stored = new List<string>();
        foreach (var app in apps)
            stored.AddRange((await app.Events()).Select(e => (string)e["position"]!));
        Assert.That(seen, Is.Unique.And.EquivalentTo(stored));
        Assert.That(seen.Select(Number), Is.Ordered);

        async Task WriteAsync(AppView app)
        {
            var directory = new RandomDirectory(new Random(app.Connection.GetHashCode()));
            for (var i = 0; i < 60; i++)
                await directory.ChangeAsync(app.Directory);
        }

        async Task<List<string>> FollowAsync()
        {
            var (positions, after) = (new List<string>(), "");
            while (true)
            {
                var isLast = ended.IsCancellationRequested;
                var page = await second.Admin.Feed($"limit=7&wait={(isLast ? 0 : 1)}{(after is "" ? "" : $"&after={after}")}");
                positions.AddRange(page.Data.Select(e => (string)e["position"]!));
                after = page.Next;
                if (isLast && page.CaughtUp)
                    return positions;
            }
        }
    }

    [Test]
    public async Task A_key_sees_the_events_of_its_organization_alone()
    {
        var (ours, theirs) = (await _server.Organization(), await _server.Organization());
        var mine = await ConnectionOf(ours);
        var foreign = await ConnectionOf(theirs);
        using var app = await _server.App(ours);
        using var admin = await _server.AdminOf(ours);
        using var everywhere = await _server.App();
        await Wait.UntilAsync(
            async () =>
                (await everywhere.Feed($"connectionId={foreign}")).Data.Count > 0
                && (await app.Feed($"connectionId={mine}")).Data.Count > 0,
            "both connections have told of themselves"
        );

        foreach (var client in (HttpClient[])[app, admin])
        {
            var (events, _) = await client.FeedAll("limit=1000");
            Assert.That(events.Select(e => (string?)e["organizationId"]).Distinct(), Is.EqualTo(new[] { $"{ours}" }));
            Assert.That(events.Select(e => (string?)e["connectionId"]).Distinct(), Is.EqualTo(new[] { $"{mine}" }));
            Assert.That((await client.FeedAll("types=connection.created")).Events, Has.Count.EqualTo(1));
            Assert.That((await client.Call("GET", $"/events?connectionId={foreign}")).Status, Is.EqualTo(404));
            Assert.That((await client.Call("GET", $"/events?organizationId={theirs}")).Status, Is.EqualTo(404));
        }
        Assert.That(
            (await everywhere.Feed($"organizationId={theirs}")).Data.Select(e => (string?)e["connectionId"]),
            Is.All.EqualTo($"{foreign}")
        );
        Assert.That((await everywhere.Feed($"organizationId={theirs}&connectionId={mine}")).Data, Is.Empty);
        Assert.That((await _server.ClientWith("no key").Call("GET", "/events")).Status, Is.EqualTo(401));

        async Task<Guid> ConnectionOf(Guid organization)
        {
            var id = await _server.Create($"/organizations/{organization}/connections", """{"name":"Test"}""");
            await _server.Send(HttpMethod.Post, $"/connections/{id}/enable");
            return id;
        }
    }

    static long Number(string position) => long.Parse(position.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
}

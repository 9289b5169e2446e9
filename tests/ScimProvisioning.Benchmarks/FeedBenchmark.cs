using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>How fast one reader gets events, and what a page costs in a short and in a long log.</summary>
sealed class FeedBenchmark(BenchmarkOptions options)
{
    public const string Argument = "feed";

    const int PageSize = 1_000;

    /// <summary>Events of the short log, which are the newest of the long one, too.</summary>
    const int Few = 10_000;

    /// <summary>Connections that the events are of, in turn.</summary>
    const int Connections = 100;

    /// <summary>About that of a person with a few attributes.</summary>
    const int BodyBytes = 1_300;

    /// <summary>Pages of each kind that are measured.</summary>
    const int Pages = 200;

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    /// <summary>One of the connections.</summary>
    Guid _connection;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using (var server = await StartAsync(database, ct))
        {
            // What is told of the connection itself comes between the months and the newest events.
            await ExecuteAsync(source, $"SELECT setval('events_position', {options.Events})", ct);
            _connection = (await Tenant.CreateAsync(server.Address, _adminKey, "Told", ct)).ConnectionId;
        }
        Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}; {BodyBytes} bytes an event");
        await FillAsync(source, "now()", options.Events + 101, options.Events + 100 + Few, ct);
        await database.SettleAsync(ct);
        await MeasureAsync(database, options.Events, Few, ct);

        var part = options.Events / 3;
        for (var month = 3; month >= 1; month--)
        {
            var begins = $"date_trunc('month', now(), 'UTC') - interval '{month} months'";
            await ExecuteAsync(source, AddMonth(begins), ct);
            await FillAsync(source, $"{begins} + interval '10 days'", ((3 - month) * part) + 1, (4 - month) * part, ct);
        }
        await database.SettleAsync(ct);
        await MeasureAsync(database, 0, options.Events + Few, ct);
    }

    async Task MeasureAsync(BenchmarkDatabase database, long first, long count, CancellationToken ct)
    {
        await using var server = await StartAsync(database, ct);
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _adminKey);
        await ReadAsync(client, $"after=1-{first}&limit={PageSize}", ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} events"));

        var (after, events, began) = ($"1-{first}", 0L, Stopwatch.GetTimestamp());
        for (var caughtUp = false; !caughtUp && Stopwatch.GetElapsedTime(began).TotalSeconds < options.Seconds; )
        {
            (var got, after, caughtUp) = await ReadAsync(client, $"after={after}&limit={PageSize}", ct);
            events += got;
        }
        var rate = events / Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  one reader, pages of {PageSize}: {rate:N0} events/s"));

        var random = new Random(1);
        foreach (
            var (name, query) in new[]
            {
                ("100 events", "limit=100"),
                ("1,000 events", $"limit={PageSize}"),
                ("100 events of one connection", $"limit=100&connectionId={_connection}"),
                ("a type that there is none of", "limit=100&types=directory.group.deleted"),
            }
        )
        {
            var times = new List<double>();
            for (var i = 0; i < Pages; i++)
            {
                var page = Stopwatch.GetTimestamp();
                await ReadAsync(client, $"after=1-{first + random.NextInt64(count)}&{query}", ct);
                times.Add(Stopwatch.GetElapsedTime(page).TotalMilliseconds);
            }
            times.Sort();
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"  {name}: p50 {times[Pages / 2]:F1} ms, p99 {times[Pages * 99 / 100]:F1} ms")
            );
        }
    }

    static async Task<(int Count, string Next, bool CaughtUp)> ReadAsync(HttpClient client, string query, CancellationToken ct)
    {
        using var response = await client.GetAsync($"api/v1/events?{query}", ct);
        response.EnsureSuccessStatusCode();
        using var page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
        return (
            page.RootElement.GetProperty("data").GetArrayLength(),
            page.RootElement.GetProperty("next").GetString()!,
            page.RootElement.GetProperty("caughtUp").GetBoolean()
        );
    }

    Task<ChildProcess> StartAsync(BenchmarkDatabase database, CancellationToken ct) =>
        ChildProcess.StartAsync(
            options.Server,
            [],
            new Dictionary<string, string>(database.ServerSettings(_adminKey)) { ["Retention__EventDays"] = "0" },
            ct
        );

    Task FillAsync(NpgsqlDataSource source, string at, long from, long to, CancellationToken ct) =>
        ExecuteAsync(
            source,
            $$"""
            INSERT INTO events (position, recorded_at, connection_id, organization_id, id, type, object_id, version, body)
            SELECT i, {{at}},
                CASE i % {{Connections}} WHEN 0 THEN '{{_connection}}' ELSE lpad((i % {{Connections}})::text, 32, '0') END::uuid, o.id,
                gen_random_uuid(), 'directory.user.updated', gen_random_uuid(), 1,
                rpad('{"position":"1-' || i || '","type":"directory.user.updated","data":"', {{BodyBytes - 2}}, 'x') || '"}'
            FROM generate_series({{from}}::bigint, {{to}}) i, (SELECT id FROM organizations LIMIT 1) o;
            SELECT setval('events_position', greatest({{to}}, (SELECT last_value FROM events_position)));
            """,
            ct
        );

    static string AddMonth(string begins) =>
        $$"""
            DO $do$
            DECLARE
                month timestamptz := {{begins}};
            BEGIN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)',
                    'events_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'), month, month + interval '1 month');
            END $do$
            """;

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }
}

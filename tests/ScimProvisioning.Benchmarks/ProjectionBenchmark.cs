using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>How fast what was received is released: the first load, a rebuild, users who all differ, one change at a time.</summary>
sealed class ProjectionBenchmark(BenchmarkOptions options)
{
    public const string Argument = "projection";

    const int WritesPerSecond = 100;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    const string NextEvents = "SELECT position, body::json -> 'cause' ->> 'requestId' FROM events WHERE position > $1 ORDER BY 1";

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        var environment = database.ServerSettings(_adminKey);
        await using var server = await ChildProcess.StartAsync(options.Server, [], environment, ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        var directory = await SeededDirectory.SeedAsync(
            await Tenant.CreateAsync(server.Address, _adminKey, "Projected", ct),
            options.Users,
            load,
            ct
        );
        await load.CompleteAsync(ct);
        await database.SettleAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}; {options.Users} users");
        var id = directory.Tenant.ConnectionId;

        await MeasureAsync("enable: everybody is new", () => PostAsync(server, $"connections/{id}/enable", ct));
        await MeasureAsync(
            "rebuild: nothing differs",
            async () =>
            {
                await PostAsync(server, $"connections/{id}/disable", ct);
                await PostAsync(server, $"connections/{id}/enable", ct);
            }
        );
        await ExecuteAsync(
            """
            UPDATE resources SET attributes = jsonb_set(attributes, '{title}', '"Changed"') WHERE resource_type = 'User';
            INSERT INTO directory_dirty (connection_id, organization_id, resource_id)
            SELECT connection_id, organization_id, resource_id FROM directory_users;
            """
        );
        await MeasureAsync("queue: everybody differs", () => directory.Tenant.CreateAsync("Users", """{"userName":"wake"}""", ct));
        await MeasureLagAsync(directory, source, ct);

        async Task MeasureAsync(string what, Func<Task> begin)
        {
            var (events, started) = (await EventsAsync(source, ct), Stopwatch.GetTimestamp());
            await begin();
            var largest = 0L;
            while (!await IsSettledAsync(source, id, ct))
            {
                largest = Math.Max(largest, server.ResidentBytes);
                await Task.Delay(Pause, ct);
            }
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var told = await EventsAsync(source, ct) - events;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}: {seconds:F1} s, {options.Users / seconds:N0} users/s, {told:N0} events, at most {largest / 1e6:N0} MB"
                )
            );
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>From the answer to a write until its event can be read.</summary>
    async Task MeasureLagAsync(SeededDirectory directory, NpgsqlDataSource source, CancellationToken ct)
    {
        var answered = new ConcurrentDictionary<string, long>();
        var seen = new Dictionary<string, long>();
        var position = await LastAsync(source, ct);
        using var client = directory.Tenant.Client();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var follower = FollowAsync();
        var writes = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / WritesPerSecond));
        for (var i = 0; i < WritesPerSecond * 2 * options.Seconds && await timer.WaitForNextTickAsync(ct); i++)
            writes.Add(WriteAsync(i));
        await Task.WhenAll(writes);
        var patience = Stopwatch.StartNew();
        while (seen.Count < answered.Count && patience.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(Pause, ct);
        await end.CancelAsync();
        await follower.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var lags = seen.Where(pair => answered.ContainsKey(pair.Key))
            .Select(pair => Math.Max(0, Stopwatch.GetElapsedTime(answered[pair.Key], pair.Value).TotalMilliseconds))
            .Order()
            .ToArray();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"lag at {WritesPerSecond} writes/s: p50 {lags[lags.Length / 2]:F0} ms, p99 {lags[(int)(lags.Length * 0.99)]:F0} ms; "
                    + $"{lags.Length} of {answered.Count} writes seen"
            )
        );

        async Task WriteAsync(int i)
        {
            var request = $"lag-{i}";
            using var message = new HttpRequestMessage(HttpMethod.Patch, $"Users/{directory.Users[i % directory.Users.Length]}");
            message.Headers.Add("X-Request-Id", request);
            message.Content = new StringContent(
                $$"""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                 "Operations":[{"op":"replace","path":"title","value":"T{{i}}"}]}
                """,
                Encoding.UTF8,
                MediaTypeHeaderValue.Parse("application/scim+json")
            );
            using var response = await client.SendAsync(message, ct);
            if (response.IsSuccessStatusCode)
                answered[request] = Stopwatch.GetTimestamp();
        }

        async Task FollowAsync()
        {
            while (true)
            {
                await using (
                    var command = source.CreateCommand(
                        "SELECT position, body::json -> 'cause' ->> 'requestId' FROM events WHERE position > $1 ORDER BY 1"
                    )
                )
                {
                    command.Parameters.Add(new() { Value = position });
                    await using var rows = await command.ExecuteReaderAsync(end.Token);
                    var now = Stopwatch.GetTimestamp();
                    while (await rows.ReadAsync(end.Token))
                    {
                        position = rows.GetInt64(0);
                        if (!rows.IsDBNull(1))
                            seen.TryAdd(rows.GetString(1), now);
                    }
                }
                await Task.Delay(Pause, end.Token);
            }
        }
    }

    async Task PostAsync(ChildProcess server, string path, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _adminKey);
        using var response = await client.PostAsync($"api/v1/{path}", content: null, ct);
        response.EnsureSuccessStatusCode();
    }

    static async Task<bool> IsSettledAsync(NpgsqlDataSource source, Guid connection, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            """
            SELECT EXISTS (
                SELECT FROM projections p WHERE p.connection_id = $1 AND p.rebuild_stage IS NULL
                    AND NOT EXISTS (SELECT FROM directory_dirty d WHERE d.connection_id = $1)
                    AND NOT EXISTS (
                        SELECT FROM changes c
                        WHERE c.connection_id = $1 AND (c.transaction_id, c.sequence) > (p.transaction_id, p.sequence)))
            """
        );
        command.Parameters.Add(new() { Value = connection });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task<long> EventsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("SELECT count(*) FROM events");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task<long> LastAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("SELECT coalesce(max(position), 0) FROM events");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}

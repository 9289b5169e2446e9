using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>
/// How fast events are delivered: as many as there are, one write at a time, and beside a dead endpoint for which very many wait.
/// </summary>
sealed class WebhookBenchmark(BenchmarkOptions options)
{
    public const string Argument = "webhooks";

    const int WritesPerSecond = 100;

    /// <summary>Rows of the dead endpoint for each user.</summary>
    const int HeldForEachUser = 100;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly string _adminKey = RandomNumberGenerator.GetHexString(32);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var database = await BenchmarkDatabase.CreateAsync(ct);
        var environment = database.ServerSettings(_adminKey);
        await using var server = await ChildProcess.StartAsync(options.Server, [], environment, ct);
        await using var load = await BulkLoad.BeginAsync(database.ConnectionString, TimeProvider.System, ct);
        var tenant = await Tenant.CreateAsync(server.Address, _adminKey, "Hooked", ct);
        var directory = await SeededDirectory.SeedAsync(tenant, options.Users, load, ct);
        await load.CompleteAsync(ct);
        await database.SettleAsync(ct);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        Console.WriteLine($"{Report.ThisMachine}; {await database.DescribeAsync(ct)}; {options.Users} users");
        using var admin = Admin(server);
        await SendAsync(admin, HttpMethod.Post, $"connections/{tenant.ConnectionId}/enable", "", ct);
        await UntilAsync(() => IsReleasedAsync(source, tenant.ConnectionId, ct), "the directory is not released", ct);

        await using var sink = await HookSink.StartAsync(ct);
        foreach (var order in (string[])["object", "connection"])
            await MeasureRateAsync(source, admin, sink, tenant, order, ct);
        var id = await EndpointAsync(admin, sink.Url, "object", ct);
        await MeasureLagAsync("no other endpoint", directory, sink, ct);
        await BuryAsync(source, admin, tenant, ct);
        await MeasureLagAsync(
            string.Create(CultureInfo.InvariantCulture, $"{options.Users * HeldForEachUser:N0} rows of a dead endpoint"),
            directory,
            sink,
            ct
        );
        await SendAsync(admin, HttpMethod.Delete, $"webhook-endpoints/{id}", null, ct);
    }

    /// <summary>As many events as there are users, each of another object, are in the log when the endpoint is enabled.</summary>
    async Task MeasureRateAsync(NpgsqlDataSource source, HttpClient admin, HookSink sink, Tenant tenant, string order, CancellationToken ct)
    {
        var id = await EndpointAsync(admin, sink.Url, order, ct);
        await SendAsync(admin, HttpMethod.Post, $"webhook-endpoints/{id}/disable", null, ct);
        await ExecuteAsync(
            source,
            $$"""
            INSERT INTO events (position, connection_id, organization_id, id, type, object_id, version, body)
            SELECT nextval('events_position'), connection_id, organization_id, gen_random_uuid(), 'directory.user.updated', id, version,
                (SELECT body FROM events e WHERE e.connection_id = u.connection_id AND e.object_id = u.id ORDER BY position LIMIT 1)
            FROM directory_users u WHERE connection_id = '{{tenant.ConnectionId}}' LIMIT {{options.Users}}
            """,
            ct
        );
        var (before, started) = (sink.Count, Stopwatch.GetTimestamp());
        await SendAsync(admin, HttpMethod.Post, $"webhook-endpoints/{id}/enable", null, ct);
        await UntilAsync(() => Task.FromResult(sink.Count - before >= options.Users), "events have not come", ct, TimeSpan.FromMinutes(10));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Say($"{options.Users} events, order {order}: {seconds:F1} s, {options.Users / seconds:N0} deliveries/s");
        await SendAsync(admin, HttpMethod.Delete, $"webhook-endpoints/{id}", null, ct);
    }

    /// <summary>From the moment that a write is sent until its event is at the receiver.</summary>
    async Task MeasureLagAsync(string what, SeededDirectory directory, HookSink sink, CancellationToken ct)
    {
        var sent = new ConcurrentDictionary<string, long>();
        using var client = directory.Tenant.Client();
        var writes = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / WritesPerSecond));
        var run = RandomNumberGenerator.GetHexString(8);
        for (var i = 0; i < WritesPerSecond * 2 * options.Seconds && await timer.WaitForNextTickAsync(ct); i++)
            writes.Add(WriteAsync(i));
        await Task.WhenAll(writes);
        await UntilAsync(() => Task.FromResult(sent.Keys.All(request => sink.Of(request) is not null)), "events have not come", ct);
        var lags = sent.Select(write => Stopwatch.GetElapsedTime(write.Value, sink.Of(write.Key)!.Value).TotalMilliseconds)
            .Order()
            .ToArray();
        var (median, high) = (lags[lags.Length / 2], lags[(int)(lags.Length * 0.99)]);
        Say($"{what}, {WritesPerSecond} writes/s: p50 {median:F0} ms, p99 {high:F0} ms, {lags.Length} writes");

        async Task WriteAsync(int i)
        {
            var request = $"lag-{run}-{i}";
            using var message = new HttpRequestMessage(HttpMethod.Patch, $"Users/{directory.Users[i % directory.Users.Length]}");
            message.Headers.Add("X-Request-Id", request);
            message.Content = new StringContent(
                $$"""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                 "Operations":[{"op":"replace","path":"title","value":"T{{run}}{{i}}"}]}
                """,
                Encoding.UTF8,
                MediaTypeHeaderValue.Parse("application/scim+json")
            );
            var now = Stopwatch.GetTimestamp();
            using var response = await client.SendAsync(message, ct);
            if (response.IsSuccessStatusCode)
                sent[request] = now;
        }
    }

    /// <summary>An endpoint at which nobody listens, and rows that wait for it.</summary>
    async Task BuryAsync(NpgsqlDataSource source, HttpClient admin, Tenant tenant, CancellationToken ct)
    {
        var id = await EndpointAsync(admin, "http://127.0.0.1:1/hooks", "object", ct);
        await ExecuteAsync(
            source,
            $"""
            INSERT INTO webhook_deliveries
                (endpoint_id, position, organization_id, id, event_id, type, lane, attempts, first_at, next_at, error, created_at)
            SELECT '{id}', -n, NULL, gen_random_uuid(), gen_random_uuid(), 'directory.user.updated', gen_random_uuid(), 1, now(),
                now() + interval '1 hour', 'The receiver has answered 503.', now()
            FROM generate_series(1, {options.Users * HeldForEachUser}) n;
            UPDATE webhook_endpoints SET failures = 20, failing_since = now() WHERE id = '{id}';
            ANALYZE webhook_deliveries;
            """,
            ct
        );
    }

    async Task<Guid> EndpointAsync(HttpClient admin, string url, string order, CancellationToken ct) =>
        Guid.Parse(
            (string)
                (
                    await SendAsync(
                        admin,
                        HttpMethod.Post,
                        "webhook-endpoints",
                        $$"""{"url":"{{url}}","types":["directory.user.*"],"order":"{{order}}"}""",
                        ct
                    )
                )!["id"]!
        );

    HttpClient Admin(ChildProcess server) =>
        new()
        {
            BaseAddress = new(server.Address, "api/v1/"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", _adminKey) },
        };

    static async Task<JsonNode?> SendAsync(HttpClient admin, HttpMethod method, string path, string? json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is { Length: > 0 })
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await admin.SendAsync(request, ct);
        var body = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode
            ? body is ""
                ? null
                : JsonNode.Parse(body)
            : throw new InvalidOperationException($"{method} {path} failed with {(int)response.StatusCode}: {body}");
    }

    static async Task<bool> IsReleasedAsync(NpgsqlDataSource source, Guid connection, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "SELECT EXISTS (SELECT FROM projections WHERE connection_id = $1 AND releases AND rebuild_stage IS NULL)"
        );
        command.Parameters.Add(new() { Value = connection });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task UntilAsync(Func<Task<bool>> isSo, string otherwise, CancellationToken ct, TimeSpan? patience = null)
    {
        for (var watch = Stopwatch.StartNew(); !await isSo(); await Task.Delay(Pause, ct))
            if (watch.Elapsed > (patience ?? Patience))
                throw new InvalidOperationException(otherwise);
    }

    static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ScimProvisioning.Tests.Activity;
using ScimProvisioning.Tests.Webhooks;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>
/// A server in a process of its own that tells everything it can: metrics at both places, traces and metrics by OTLP, a log in JSON. It has
/// had some traffic of every kind.
/// </summary>
sealed partial class ObservedServer : IAsyncDisposable
{
    /// <summary>They come with the traffic, and must not be told on.</summary>
    public const string Person = "grace.hopper@example.com";
    public const string FamilyName = "Hopperova";
    public const string SecretPath = "hooks/a-path-that-is-a-secret";

    public const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    readonly ServerProcess _process;

    ObservedServer(ServerProcess process, TestDirectory directory, OtlpCollector collector, HookReceiver receiver) =>
        (_process, Directory, Collector, Receiver) = (process, directory, collector, receiver);

    public TestDirectory Directory { get; }

    public OtlpCollector Collector { get; }

    HookReceiver Receiver { get; }

    /// <summary>Where SCIM and the admin API are.</summary>
    public required Uri Address { get; init; }

    /// <summary>The port of its own for metrics.</summary>
    public required Uri MetricsAddress { get; init; }

    /// <summary>The log so far.</summary>
    public string[] Lines => _process.Said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The request id of an answer that was refused.</summary>
    public string RefusedRequest { get; private set; } = "";

    public static async Task<ObservedServer> StartAsync()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        var directory = await PrepareAsync(database);
        var collector = await OtlpCollector.StartAsync();
        var process = ServerProcess.StartOn(
            database,
            ("Metrics__Port", "0"),
            ("Metrics__WithAdminKey", "true"),
            ("Metrics__ConnectionLabel", "true"),
            ("Logging__Console__FormatterName", "json"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500")
        );
        await process.SaysAsync("Application started");
        var address = new Uri(Listens().Match(process.Said).Groups[1].Value);
        var port = MetricsPortOf().Match(process.Said).Groups[1].Value;
        var receiver = await HookReceiver.StartAsync();
        var server = new ObservedServer(process, directory.At(address), collector, receiver)
        {
            Address = address,
            MetricsAddress = new($"http://127.0.0.1:{port}"),
        };
        await server.CallAsync();
        return server;
    }

    /// <summary>What is served at <c>/metrics</c>.</summary>
    public async Task<string> MetricsAsync()
    {
        using var client = new HttpClient { BaseAddress = MetricsAddress };
        return await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    public HttpClient ClientWith(string? key) =>
        new()
        {
            BaseAddress = Address,
            DefaultRequestHeaders = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
        };

    public async ValueTask DisposeAsync()
    {
        _process.Dispose();
        await Receiver.DisposeAsync();
        await Collector.DisposeAsync();
    }

    /// <summary>A connection in use: how it stands is looked at once a minute, and at the start.</summary>
    static async Task<TestDirectory> PrepareAsync(string database)
    {
        await using var server = new ScimServer(database);
        var connection = await server.Connect("""{"expiresInDays":30}""");
        var directory = new TestDirectory(server.ClientWith(connection.Token), connection, database);
        await directory.Get("/Users");
        await PostgresFixture.UntilAsync(database, "SELECT EXISTS (SELECT FROM tokens WHERE last_used_at IS NOT NULL)");
        return directory;
    }

    async Task CallAsync()
    {
        using var admin = ClientWith(ScimServer.AdminKey);
        var connection = $"/api/v1/connections/{Directory.Connection.Id}";
        await SendAsync(admin, $"{connection}/enable", "", "application/json");
        var hook = $$"""{"url":"{{Receiver.Address}}{{SecretPath}}?key=1","types":["directory.user.*"]}""";
        await SendAsync(admin, "/api/v1/webhook-endpoints", hook, "application/json");
        await SendAsync(admin, $"{connection}/imports", """{"uid":"someone@example.com"}""", "application/x-ndjson");

        var user = $$"""{"userName":"{{Person}}","name":{"familyName":"{{FamilyName}}" } }""";
        var id = await Directory.Create("/Users", user);
        await Receiver.UntilGot(1);
        Assert.That((await Directory.Send("POST", "/Users", user)).Status, Is.EqualTo(409));
        await Directory.Find("/Users", $"userName eq \"{Person}\"");
        await Directory.Group("Admins", id);
        await Directory.Get("/ServiceProviderConfig");
        await Directory.Send("GET", $"/{Person}");
        await Directory.Send("GET", $"/Users/{Person}");
        await RefuseAsync();

        // The receiver wants no more: the endpoint is disabled.
        Receiver.AnswerWith(410);
        await Directory.Patch($"/Users/{id}", """{"op":"replace","path":"displayName","value":"Grace"}""");
        await Wait.UntilAsync(
            async () => (await MetricsAsync()).Contains("\nwebhook_disabled_total{", StringComparison.Ordinal),
            "disabled"
        );
        await TriggerGuardAsync(admin, connection, id);
        await EndRunAsync();
        await Wait.UntilAsync(() => Collector.Text("traces").Contains("webhook delivery", StringComparison.Ordinal), "traces");
        await Wait.UntilAsync(() => Collector.Text("metrics").Contains("webhook.disabled", StringComparison.Ordinal), "metrics");
    }

    /// <summary>Nobody may leave, and somebody does.</summary>
    async Task TriggerGuardAsync(HttpClient admin, string connection, string user)
    {
        using var nobody = new StringContent("""{"share":0,"count":0}""", Encoding.UTF8, "application/json");
        (await admin.PutAsync(new Uri($"{connection}/guard", UriKind.Relative), nobody)).EnsureSuccessStatusCode();
        await Directory.Patch($"/Users/{user}", """{"op":"replace","path":"active","value":false}""");
        await Wait.UntilAsync(
            async () => (await MetricsAsync()).Contains("\nguard_triggered_total{", StringComparison.Ordinal),
            "the guard holds"
        );
    }

    /// <summary>Ends the run, as minutes of silence would. The server counts it then.</summary>
    async Task EndRunAsync()
    {
        await ActivityCalls.UntilLogged(Directory, 8);
        await Directory.Ask<long>(
            "WITH ended AS (UPDATE runs SET ended_at = last_at WHERE connection_id = $1 RETURNING 1) SELECT count(*) FROM ended"
        );
        await Wait.UntilAsync(
            async () => (await MetricsAsync()).Contains("\nsync_runs_total{", StringComparison.Ordinal),
            "the run is counted"
        );
    }

    /// <summary>A login that fails, and a request that is refused.</summary>
    async Task RefuseAsync()
    {
        using (var stranger = ClientWith("not-a-token"))
            await stranger.GetAsync(new Uri($"{Directory.Url}/Users"));
        using var client = ClientWith(Directory.Connection.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Directory.Url}/Users?filter=userName%20is%20%22{Person}%22");
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        using var answer = await client.SendAsync(request);
        RefusedRequest = answer.Headers.GetValues("X-Request-Id").Single();
        await Wait.UntilAsync(() => _process.Said.Contains(RefusedRequest, StringComparison.Ordinal), "the refusal is in the log");
    }

    static async Task SendAsync(HttpClient admin, string path, string body, string mediaType)
    {
        using var content = new StringContent(body, Encoding.UTF8, mediaType);
        using var answer = await admin.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.That(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
    }

    [GeneratedRegex("Now listening on: (http://127[^\"]*)\"")]
    private static partial Regex Listens();

    [GeneratedRegex("/metrics is served on port ([0-9]+)")]
    private static partial Regex MetricsPortOf();
}

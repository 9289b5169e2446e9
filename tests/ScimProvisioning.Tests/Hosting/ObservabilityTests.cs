using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Hosting;

/// <summary>What a server tells of itself: metrics, traces, the log in JSON; and docs/observability.md with its files.</summary>
[TestFixture, Parallelizable, CancelAfter(600_000)]
sealed partial class ObservabilityTests
{
    static readonly string Page = File.ReadAllText(ProjectFolder.Find("docs/observability.md"));

    ObservedServer _server = null!;
    string _metrics = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = await ObservedServer.StartAsync();
        _metrics = await _server.MetricsAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Test]
    public void Requests_are_counted_by_connection_resource_operation_and_status()
    {
        var connection = _server.Directory.Connection.Id;

        Assert.That(
            Samples("scim_requests_total").Where(line => line.Contains($"{connection}", StringComparison.Ordinal)).Select(Labels),
            Is.EquivalentTo(
                new[]
                {
                    $"connection={connection} op=create resource=Group status=201: 1",
                    $"connection={connection} op=create resource=User status=201: 1",
                    $"connection={connection} op=create resource=User status=409: 1",
                    $"connection={connection} op=discovery resource=none status=200: 1",
                    $"connection={connection} op=patch resource=User status=200: 2",
                    $"connection={connection} op=read resource=User status=404: 1",
                    $"connection={connection} op=search resource=User status=200: 1",
                    $"connection={connection} op=search resource=User status=400: 1",
                    $"connection={connection} op=search resource=other status=404: 1",
                }
            )
        );
        Assert.That(Samples("scim_auth_failures_total").Select(Labels), Is.EqualTo(new[] { "reason=unknown: 1" }));
    }

    [Test]
    public void The_expiry_of_the_token_in_use_and_the_last_contact_are_told()
    {
        var days = double.Parse(
            Labels(Samples("token_expires_in_seconds").Single()).Split(": ")[1],
            System.Globalization.CultureInfo.InvariantCulture
        );

        Assert.That(days / 86_400, Is.InRange(29.9, 30));
        Assert.That(Samples("connection_last_contact_seconds"), Has.Exactly(1).Items);
    }

    [Test]
    public void Every_metric_is_described_on_the_page_and_no_other() =>
        Assert.That(
            Row().Matches(Page).Select(row => row.Groups["name"].Value),
            Is.EquivalentTo(Type().Matches(_metrics).Select(type => type.Groups["name"].Value)),
            "docs/observability.md has a table with a row for each metric."
        );

    [Test]
    public void The_dashboard_and_the_rules_name_only_series_that_are_served()
    {
        var served = SampleName().Matches(_metrics).Select(sample => sample.Value).ToHashSet();
        var dashboard = JsonNode.Parse(File.ReadAllText(ProjectFolder.Find("docs/observability/grafana-dashboard.json")))!;
        string[] queries = [.. Expressions(dashboard), .. Rules()];
        // Prometheus itself makes it.
        var named = queries.SelectMany(Series).Except(["up"]).Distinct().ToList();

        Assert.That(named, Has.Count.GreaterThan(20), "so many are named at least");
        Assert.That(named.Where(name => !served.Contains(name)), Is.Empty);
        Assert.That(
            Rules("alert").Where(alert => !Page.Contains($"`{alert}`", StringComparison.Ordinal)),
            Is.Empty,
            "explained on the page"
        );
    }

    [Test]
    public async Task The_own_port_serves_nothing_but_metrics_and_the_public_one_serves_them_to_the_operator_only()
    {
        using var own = new HttpClient { BaseAddress = _server.MetricsAddress };
        foreach (var path in (string[])["/", "/scim/v2/Users", "/api/v1/connections", "/health/live"])
            Assert.That((await own.GetAsync(new Uri(path, UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);

        using var admin = _server.ClientWith(ScimServer.AdminKey);
        var organization = await PostAsync(admin, "/api/v1/organizations", """{"name":"Acme"}""");
        var confined = $$"""{"label":"a","organizationId":"{{organization["id"]}}"}""";
        var statuses = new List<int>();
        foreach (
            var key in (string?[])
                [
                    null,
                    (string)(await PostAsync(admin, "/api/v1/admin-keys", confined))["key"]!,
                    (string)(await PostAsync(admin, "/api/v1/admin-keys", """{"label":"b","scope":"app"}"""))["key"]!,
                    (string)(await PostAsync(admin, "/api/v1/admin-keys", """{"label":"c","scope":"read"}"""))["key"]!,
                ]
        )
        {
            using var client = _server.ClientWith(key);
            statuses.Add((int)(await client.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode);
        }

        Assert.That(statuses, Is.EqualTo(new[] { 401, 403, 403, 200 }));
    }

    [Test]
    public void Each_line_of_the_log_is_JSON_and_names_request_connection_and_trace()
    {
        var lines = _server.Lines.Select(line => JsonNode.Parse(line)!).ToList();
        var refused = lines.Single(line => (string?)line["State"]?["RequestId"] == _server.RefusedRequest);
        var scopes = refused["Scopes"]!.AsArray();

        Assert.That((string?)scopes.Single(scope => scope!["RequestId"] is not null)!["RequestId"], Is.EqualTo(_server.RefusedRequest));
        Assert.That(
            (string?)scopes.Single(scope => scope!["ConnectionId"] is not null)!["ConnectionId"],
            Is.EqualTo($"{_server.Directory.Connection.Id}")
        );
        Assert.That((string?)scopes.Single(scope => scope!["TraceId"] is not null)!["TraceId"], Is.EqualTo(ObservedServer.TraceId));
        Assert.That((string?)refused["Timestamp"], Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
    }

    [TestCase("projection batch")]
    [TestCase("webhook delivery")]
    [TestCase("import batch")]
    [TestCase("postgresql")]
    [TestCase("scim.operation")]
    [TestCase("/api/v1/webhook-endpoints")]
    [TestCase("SQLSTATE 23505")]
    [TestCase("scim-provisioning")]
    public void Traces_tell(string what) => Assert.That(_server.Collector.Text("traces"), Does.Contain(what));

    [TestCase(ObservedServer.Person)]
    [TestCase("grace.hopper")]
    [TestCase(ObservedServer.FamilyName)]
    [TestCase(ObservedServer.SecretPath)]
    [TestCase(ScimServer.AdminKey)]
    [TestCase("userName eq")]
    [TestCase("SELECT")]
    [TestCase("not-a-token")]
    public void No_metric_trace_or_line_of_the_log_tells_on(string secret)
    {
        var told = _metrics + _server.Collector.Text("traces") + _server.Collector.Text("metrics") + string.Join('\n', _server.Lines);

        Assert.That(told, Does.Not.Contain(secret).IgnoreCase.And.Not.Contain(Uri.EscapeDataString(secret)).IgnoreCase);
        Assert.That(told, Does.Not.Contain(_server.Directory.Connection.Token));
    }

    static async Task<JsonNode> PostAsync(HttpClient admin, string path, string json)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await admin.PostAsync(new Uri(path, UriKind.Relative), content);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    IEnumerable<string> Samples(string name) =>
        _metrics
            .Split('\n')
            .Where(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal));

    /// <summary>"label=value …: number", in the order of the labels.</summary>
    static string Labels(string sample)
    {
        var labels = Label().Matches(sample).Select(label => $"{label.Groups["name"].Value}={label.Groups["value"].Value}").Order();
        return $"{string.Join(' ', labels)}: {sample[(sample.LastIndexOf('}') + 1)..].Trim().Split(' ')[0]}";
    }

    /// <summary>Every query of a dashboard.</summary>
    static IEnumerable<string> Expressions(JsonNode? node) =>
        node switch
        {
            JsonObject item => item.SelectMany(member =>
                member is { Key: "expr", Value: JsonValue query } ? [(string)query!] : Expressions(member.Value)
            ),
            JsonArray list => list.SelectMany(Expressions),
            _ => [],
        };

    /// <summary>What stands behind a name in the file of rules, each on one line.</summary>
    static List<string> Rules(string name = "expr") =>
        [
            .. File.ReadLines(ProjectFolder.Find("docs/observability/prometheus-rules.yml"))
                .Select(line => Regex.Match(line, $@"^\s*(- )?{name}: (?<value>.+)$"))
                .Where(line => line.Success)
                .Select(line => line.Groups["value"].Value),
        ];

    /// <summary>The names of series in a query: what is neither a function, a label, a text nor a number.</summary>
    static IEnumerable<string> Series(string query) =>
        Name().Matches(NotSeries().Replace(query, " ")).Select(name => name.Value).Where(name => !Words.Contains(name));

    static readonly string[] Words = ["and", "or", "unless", "offset", "bool", "on", "ignoring", "group_left", "group_right"];

    [GeneratedRegex("^\\| `(?<name>[a-z_]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^# TYPE (?<name>\\S+)", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex("^[a-z_]+", RegexOptions.Multiline)]
    private static partial Regex SampleName();

    [GeneratedRegex("(?<name>[a-z_]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Label();

    // Label matchers, ranges, groupings, texts, functions.
    [GeneratedRegex(
        "\\{[^}]*\\}|\\[[^\\]]*\\]|\\b(by|without|on|ignoring)\\s*\\([^)]*\\)|\"[^\"]*\"|[a-z_]+(?=\\s*(\\(|by\\b))|[0-9.]+[a-z]*"
    )]
    private static partial Regex NotSeries();

    [GeneratedRegex("[a-z_]+")]
    private static partial Regex Name();
}

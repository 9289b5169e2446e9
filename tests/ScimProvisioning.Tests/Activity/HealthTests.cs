using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimProvisioning.Activity.Health;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Activity;

/// <summary>How a connection is, as identity providers and admins make it.</summary>
[TestFixture, Parallelizable]
sealed class HealthTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task A_connection_is_new_then_working_then_quiet_and_amber_after_some_days()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var fresh = await Health(directory);
        await directory.Find("/Users", "userName eq \"7d420df3-9995-4831-a406-ecf8166f5f6a\"");
        await directory.User("ella");
        await ActivityCalls.UntilLogged(directory, 2);
        // It is stored beside the requests, once a minute.
        await Wait.UntilAsync(
            () => directory.Ask<bool>("SELECT bool_or(last_used_at IS NOT NULL) FROM tokens WHERE connection_id = $1"),
            "the use of the token is stored"
        );
        var working = await Health(directory);
        await Silent(directory, "5 days");
        var quiet = await Health(directory);
        await Silent(directory, "5 days");
        var silent = await Health(directory);

        Assert.That(
            new[] { fresh, working, quiet, silent }.Select(Look),
            Is.EqualTo(new[] { "new green", "working green", "quiet green", "quiet amber" })
        );
        Assert.That(
            (fresh["lastContactAt"], fresh["lastWriteAt"], fresh["lastRun"]),
            Is.EqualTo(((JsonNode?)null, (JsonNode?)null, (JsonNode?)null))
        );
        Assert.That(Reasons(fresh), Does.Contain("press Test Connection"));
        Assert.That(
            (working["lastContactAt"], working["lastWriteAt"], working["lastRun"]),
            Is.Not.EqualTo(((JsonNode?)null, (JsonNode?)null, (JsonNode?)null))
        );
        Assert.That((string?)working["lastTest"]!["actor"], Is.EqualTo($"token:{directory.Connection.TokenId}"));
        Assert.That(
            ((long)working["stored"]!["users"]!, (long)working["stored"]!["groups"]!, working["found"]),
            Is.EqualTo((1, 0, (JsonNode?)null))
        );
        Assert.That(Reasons(silent), Does.Contain("was here 10 days ago"));
    }

    [TestCase("unknown", "not all of it arrived")]
    [TestCase("expired", "has expired")]
    [TestCase("revoked", "was revoked")]
    [TestCase("wrong_connection", "belongs to another connection")]
    [TestCase("address_not_allowed", "an address that the connection does not allow")]
    [TestCase("wrong_path", "does not exist")]
    public async Task Each_cause_of_a_failed_connection_is_named(string cause, string says)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await Fail(directory, cause);

        JsonNode health = null!;
        await Wait.UntilAsync(async () => (health = await Health(directory))["logins"]!.AsArray().Count > 0, "the login is noted");

        // One refused login may be a slip; that the token has expired is none.
        Assert.That(Look(health), Is.EqualTo(cause == "expired" ? "auth_failing red" : "auth_failing amber"));
        var login = health["logins"]!.AsArray().Single()!;
        Assert.That(((string?)login["reason"], (int)login["count"]!), Is.EqualTo((cause, 1)));
        Assert.That((string?)login["message"], Does.Contain(says));
        Assert.That(Reasons(health), Does.Contain("The identity provider cannot log in. ").And.Contain(says));
    }

    [Test]
    public async Task Only_a_contact_with_a_token_that_is_good_now_counts()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var connection = directory.Connection;
        await directory.User("ella");
        await ActivityCalls.UntilLogged(directory, 1);
        var before = await Health(directory);
        await _server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");
        var revoked = await Health(directory);
        var (_, made) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", "{}");
        var renewed = await Health(directory);
        using var again = _server.ClientWith((string)made!["token"]!);
        using var _ = await again.GetAsync(new Uri(directory.Url + "/Users?count=1"));
        await ActivityCalls.UntilLogged(directory, 2);
        var after = await Health(directory);

        Assert.That(
            new[] { before, revoked, renewed, after }.Select(Look),
            Is.EqualTo(new[] { "working green", "auth_failing red", "new green", "working green" })
        );
        Assert.That(Reasons(revoked), Does.Contain("No token is good any more"));
        Assert.That(Reasons(renewed), Does.Contain("with a token that is not good any more"));
        Assert.That((string?)renewed["lastContactAt"], Is.Not.Null);
    }

    [TestCase("client secret")]
    [TestCase("federation")]
    [TestCase("Entra")]
    public async Task A_connection_without_a_secret_token_can_log_in_in_another_way(string way)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var connection = directory.Connection;
        await directory.User("ella");
        await ActivityCalls.UntilLogged(directory, 1);
        await _server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");
        Assert.That(Look(await Health(directory)), Is.EqualTo("auth_failing red"));

        var tenant = Guid.CreateVersion7(_server.Clock.GetUtcNow());
        var (status, body) = way switch
        {
            "client secret" => await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/oauth-clients", "{}"),
            "federation" => await _server.Send(
                HttpMethod.Post,
                $"/connections/{connection.Id}/oauth-clients",
                """{"federation":{"issuer":"https://issuer.example.com","subject":"s","audience":"a"}}"""
            ),
            _ => await _server.Send(HttpMethod.Patch, $"/connections/{connection.Id}", $$"""{"entraTenantId":"{{tenant}}"}"""),
        };

        Assert.That(status, Is.InRange(200, 299), $"{body}");
        Assert.That(Look(await Health(directory)), Is.EqualTo("new green"));

        await PostgresFixture.ExecuteAsync(
            $"""
            UPDATE tokens SET last_used_at = now() - interval '40 days' WHERE connection_id = '{connection.Id}';
            UPDATE runs SET started_at = now() - interval '40 days', last_at = now() - interval '40 days'
            WHERE connection_id = '{connection.Id}'
            """,
            PostgresFixture.ConnectionString
        );
        var forgotten = way is "client secret" ? "new amber" : "quiet amber";
        Assert.That(Look(await Health(directory)), Is.EqualTo(forgotten), "After what is kept of requests.");
    }

    [Test]
    public async Task Failures_beyond_the_share_of_Entra_are_failing()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("ella");
        for (var i = 0; i < 5; i++)
            await directory.Send("POST", "/Users", $$"""{"userName":"wrong{{i}}","active":"sometimes"}""");
        await ActivityCalls.UntilLogged(directory, 6);
        var health = await Health(directory);

        Assert.That(Look(health), Is.EqualTo("failing red"));
        Assert.That(
            ((long)health["failures"]!["failed"]!, (long)health["failures"]!["objects"]!, (double)health["failures"]!["quarantineShare"]!),
            Is.EqualTo((5, 6, 0.4))
        );
        Assert.That(Reasons(health), Does.Contain("5 of 6 users and groups failed in the last 24 hours."));
    }

    [Test]
    public async Task Who_was_refused_at_first_and_created_later_has_not_failed()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.Send("POST", "/Users", """{"userName":"ella","active":"sometimes"}""");
        await directory.Send("POST", "/Users", """{"userName":"nils","active":"sometimes"}""");
        await ActivityCalls.UntilLogged(directory, 2);
        var before = await Health(directory);

        // In another run.
        await _server.EndRun(directory, 2);
        await directory.User("ella");
        await ActivityCalls.UntilLogged(directory, 3);
        var later = await Health(directory);
        // In the same one.
        await directory.User("nils");
        await directory.Send("POST", "/Users", """{"userName":"max","active":"sometimes"}""");
        await directory.User("max");
        var run = await _server.EndRun(directory, 6);
        var last = await Health(directory);

        Assert.That(new[] { before, later, last }.Select(Failed), Is.EqualTo(new[] { (2L, 2L), (1, 2), (0, 3) }));
        Assert.That(((long)run["users"]!["created"]!, (long)run["users"]!["failed"]!), Is.EqualTo((3, 0)));
        Assert.That(Look(before), Is.EqualTo("working amber"), "two may be mistakes of single people");
        Assert.That(Look(last), Is.EqualTo("working green"));

        static (long, long) Failed(JsonNode health) => ((long)health["failures"]!["failed"]!, (long)health["failures"]!["objects"]!);
    }

    [Test]
    public async Task A_token_that_expires_soon_is_amber()
    {
        var connection = await _server.Connect("""{"expiresInDays":20}""");
        var directory = new TestDirectory(_server.ClientWith(connection.Token), connection, PostgresFixture.ConnectionString);
        await directory.User("ella");
        await ActivityCalls.UntilLogged(directory, 1);

        var health = await Health(directory);

        Assert.That(Look(health), Is.EqualTo("token_expiring amber"));
        Assert.That(Reasons(health), Does.Contain("The token in use expires in 20 days."));
    }

    [Test]
    public async Task A_token_that_was_replaced_is_to_be_replaced_at_the_identity_provider_too()
    {
        var connection = await _server.Connect();
        var directory = new TestDirectory(_server.ClientWith(connection.Token), connection, PostgresFixture.ConnectionString);
        await directory.User("ella");
        await ActivityCalls.UntilLogged(directory, 1);
        await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens/{connection.TokenId}/rotate");

        // When a token was used is noted a little later.
        await Wait.UntilAsync(
            async () => Look(await Health(directory)) == "token_expiring amber",
            "the token in use is the one that was replaced"
        );
        Assert.That(Reasons(await Health(directory)), Does.Contain("Enter the one that was made in its place at the identity provider."));
    }

    [TestCase("pause", "paused off")]
    [TestCase("disable", "disabled off")]
    [TestCase("disconnect", "disconnected off")]
    public async Task A_connection_that_was_switched_off_says_so(string action, string look)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/{action}");

        Assert.That(Look(await Health(directory)), Is.EqualTo(look));
    }

    [TestCase("disconnect", "reconnect")]
    [TestCase("disable", "enable")]
    public async Task A_login_that_was_refused_for_a_state_that_is_over_is_no_reason_any_more(string action, string back)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/{action}");
        await directory.Get("/Users");
        await Wait.UntilAsync(
            async () => (await Health(directory))["logins"]!.AsArray().Count == 1,
            "the login that was refused is among the reasons"
        );

        await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/{back}");

        Assert.That((await Health(directory))["logins"]!.AsArray(), Is.Empty);
    }

    [Test]
    public async Task What_the_last_full_run_found_and_who_is_held_back_is_counted()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Admin(
            HttpMethod.Put,
            "/mapping",
            """
            {"uid":["id"],"attributes":[{"name":"userName","paths":["userName"]},
             {"name":"jobTitle","paths":["title"],"whenMissing":"hold"}]}
            """
        );
        await app.Enable();
        await app.Directory.Users(6);
        await app.Settle();
        await _server.EndRun(app.Directory, 6);
        for (var i = 0; i < 5; i++)
            await app.Directory.Find("/Users", $"userName eq \"u{i}\"");
        // More than 80 % of all: it is full, but one was not looked at.
        Assert.That((string?)(await _server.EndRun(app.Directory, 11))["kind"], Is.EqualTo("full"));

        var health = await Health(app.Directory);

        Assert.That((long)health["found"]!["users"]!, Is.EqualTo(5));
        Assert.That(((long)health["stored"]!["users"]!, (long)health["release"]!["held"]!), Is.EqualTo((6, 6)));
        Assert.That(Reasons(health), Does.Contain("6 people are held back"));
    }

    [Test]
    public async Task A_change_that_is_not_released_for_long_is_amber()
    {
        var app = await AppView.CreateAsync(_server);
        await app.Enable();
        await using (await app.HoldHorizon())
        {
            await app.Directory.User("ella");
            await ActivityCalls.UntilLogged(app.Directory, 1);
            await app.Directory.Ask<long>(
                """
                WITH old AS (UPDATE changes SET occurred_at = now() - interval '20 minutes' WHERE connection_id = $1 RETURNING 1)
                SELECT count(*) FROM old
                """
            );

            var health = await Health(app.Directory);

            Assert.That(Look(health), Is.EqualTo("working amber"));
            Assert.That(Reasons(health), Does.Contain("Your app was not told of changes for 20 minutes."));
        }
    }

    [Test]
    public async Task The_list_has_each_connection_within_reach()
    {
        var (_, organization) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Customer"}""");
        var (_, own) = await _server.Send(HttpMethod.Post, $"/organizations/{organization!["id"]}/connections", """{"name":"Own"}""");
        var other = await TestDirectory.CreateAsync(_server);
        var (_, key) = await _server.Send(
            HttpMethod.Post,
            "/admin-keys",
            $$"""{"label":"customer","organizationId":"{{organization["id"]}}"}"""
        );
        var customer = _server.ClientWith((string)key!["key"]!);

        var (_, seen) = await ScimServer.Send(customer, HttpMethod.Get, "/connections/health");
        var (_, chosen) = await _server.Send(HttpMethod.Get, $"/connections/health?organizationId={organization["id"]}&limit=1");
        var (foreign, _) = await ScimServer.Send(customer, HttpMethod.Get, $"/connections/{other.Connection.Id}/health");
        var (mine, _) = await ScimServer.Send(customer, HttpMethod.Get, $"/connections/{own!["id"]}/health");

        foreach (var list in new[] { seen, chosen })
            Assert.That(
                list!["data"]!.AsArray().Select(health => (string?)health!["connectionId"]),
                Is.EqualTo(new[] { (string?)own["id"] })
            );
        Assert.That((foreign, mine), Is.EqualTo((404, 200)));
    }

    [Test]
    public async Task Very_many_connections_are_read_in_a_few_round_trips()
    {
        const int Many = 120;
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync());
        for (var i = 0; i < Many; i++)
            await server.Create("/connections", $$"""{"name":"C{{i}}"}""");
        var (trace, statements) = (ActivityTraceId.CreateRandom(), 0);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = one =>
            {
                if (one.Source.Name == "Npgsql" && one.TraceId == trace)
                    Interlocked.Increment(ref statements);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/connections/health?limit=200");
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        var began = Stopwatch.GetTimestamp();

        using var answer = await server.Admin.SendAsync(request);

        TestContext.Out.WriteLine($"{statements} round trips, {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
        var list = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["data"]!.AsArray();
        Assert.That(list.Select(Look!), Has.Exactly(Many).EqualTo("new green"));
        Assert.That(statements, Is.InRange(1, 20));
    }

    [Test]
    public async Task The_command_tells_the_same()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var outcome = await CommandOutcome.RunAsync(
            $"health {directory.Connection.Id}",
            ("ConnectionStrings__Postgres", PostgresFixture.ConnectionString)
        );

        Assert.That(Look(outcome.Answer), Is.EqualTo("new green"));
    }

    /// <summary>Of several findings the worst colour counts, and the first one in the order of weight gives the name.</summary>
    [TestCase(0, 5, 0.0, 300, 3, 0, "auth_failing red")]
    [TestCase(0, 5, 0.0, 300, 2, 0, "auth_failing amber")]
    [TestCase(0, 5, 0.5, 300, 0, 0, "failing red")]
    [TestCase(0, 4, 0.5, 300, 0, 0, "working amber")]
    [TestCase(0, 5, 0.4, 300, 0, 0, "working green")]
    [TestCase(0, 0, 0.0, 30, 0, 0, "token_expiring amber")]
    [TestCase(0, 0, 0.0, -1, 0, 0, "token_expiring red")]
    [TestCase(3, 5, 0.5, 300, 0, 0, "guard red")]
    [TestCase(3, 0, 0.0, 300, 0, 0, "guard amber")]
    [TestCase(0, 0, 0.0, 300, 0, 25, "working amber")]
    [TestCase(0, 0, 0.0, 300, 0, 24, "working green")]
    public void The_worst_finding_decides(long guarded, long failed, double share, int expiresInDays, int refused, long held, string look)
    {
        var now = TimeProvider.System.GetUtcNow();
        LoginFailure[] logins =
            refused > 0 ? [LoginFailure.Of("revoked", [.. Enumerable.Repeat(now, refused)], null, now.AddMinutes(-10))] : [];
        var facts = new HealthFacts(
            now,
            7,
            "active",
            now.AddMinutes(-10),
            now.AddMinutes(-10),
            true,
            new(failed, 10, share, 0.4, 5_000),
            logins,
            now.AddDays(expiresInDays),
            null,
            TimeSpan.Zero,
            held,
            guarded,
            1_000
        );

        var (status, light, reasons) = facts.Judge();

        Assert.That($"{Scim.Directory.WireName.Of(status)} {Scim.Directory.WireName.Of(light)}", Is.EqualTo(look));
        Assert.That(reasons, Is.Not.Empty);
    }

    async Task<JsonNode> Health(TestDirectory directory)
    {
        // The clock of the server stands still in between.
        _server.CatchUp();
        var (status, body) = await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/health");
        Assert.That(status, Is.EqualTo(200), $"{body}");
        return body!;
    }

    async Task Fail(TestDirectory directory, string cause)
    {
        var connection = directory.Connection;
        _server.CatchUp();
        switch (cause)
        {
            case "unknown":
                await Ask(directory.Url, "no-token-at-all");
                break;
            case "expired":
                await directory.Ask<long>(
                    """
                    WITH t AS (UPDATE tokens SET expires_at = now() - interval '1 day' WHERE connection_id = $1 RETURNING 1)
                    SELECT count(*) FROM t
                    """
                );
                await directory.Get("/Users?count=1");
                break;
            case "revoked":
                await _server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");
                await directory.Get("/Users?count=1");
                break;
            case "wrong_connection":
                await Ask((await TestDirectory.CreateAsync(_server)).Url, connection.Token);
                break;
            case "address_not_allowed":
                await _server.Send(HttpMethod.Patch, $"/connections/{connection.Id}", """{"allowedAddresses":["192.0.2.0/24"]}""");
                await directory.Get("/Users?count=1");
                break;
            default:
                await directory.Get("/scim/Users?count=1");
                break;
        }
    }

    async Task Ask(string url, string token)
    {
        using var _ = await _server.ClientWith(token).GetAsync(new Uri(url + "/Users?count=1"));
    }

    /// <summary>Lets everything of the connection lie further back.</summary>
    static Task<long> Silent(TestDirectory directory, string time) =>
        directory.Ask<long>(
            $"""
            WITH runs AS (UPDATE runs SET started_at = started_at - interval '{time}', last_at = last_at - interval '{time}'
                WHERE connection_id = $1 RETURNING 1),
            tokens AS (UPDATE tokens SET last_used_at = last_used_at - interval '{time}' WHERE connection_id = $1 RETURNING 1)
            SELECT count(*) FROM runs
            """
        );

    static string Look(JsonNode health) => $"{health["status"]} {health["light"]}";

    static string Reasons(JsonNode health) => string.Join('\n', health["reasons"]!.AsArray().Select(reason => (string?)reason));
}

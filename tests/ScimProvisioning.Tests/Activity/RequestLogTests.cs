using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Activity;

/// <summary>Each SCIM request leaves a row that says what it was about and what came of it.</summary>
[TestFixture, Parallelizable]
sealed class RequestLogTests
{
    ScimServer _server = null!;

    [OneTimeSetUp]
    public void Start() => _server = new();

    [OneTimeTearDown]
    public async Task Stop() => await _server.DisposeAsync();

    [Test]
    public async Task Each_outcome_is_told_apart()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var ada = await directory.User("Ada@example.com");
        var group = await directory.Group("Design");
        await directory.Get("/Users?filter=userName%20eq%20%22ada@example.com%22");
        await directory.Get("/Users?filter=userName%20eq%20%22nobody@example.com%22");
        await directory.Get("/Users?filter=userName%20eq%20%227d420df3-9995-4831-a406-ecf8166f5f6a%22");
        await directory.Get($"/Users/{ada}");
        await directory.Get("/Users/7d420df3-9995-4831-a406-ecf8166f5f6a");
        await directory.Patch($"/Users/{ada}", """{"op":"Replace","path":"displayName","value":"Ada"}""");
        await directory.Patch($"/Users/{ada}", """{"op":"Replace","path":"displayName","value":"Ada"}""");
        await directory.Patch($"/Users/{ada}", """{"op":"Replace","path":"active","value":"False"}""");
        await directory.Patch($"/Users/{ada}", """{"op":"Replace","path":"active","value":"True"}""");
        await directory.Patch($"/Groups/{group}", $$"""{"op":"Add","path":"members","value":[{"value":"{{ada}}"}]}""");
        await directory.Patch($"/Groups/{group}", $$"""{"op":"Add","path":"members","value":[{"value":"{{ada}}"}]}""");
        await directory.Send("POST", "/Users", """{"userName":"ADA@example.com"}""");
        await directory.Patch("/Users/7d420df3-9995-4831-a406-ecf8166f5f6a", """{"op":"Replace","path":"active","value":"False"}""");
        await directory.Get("/Schemas");
        await directory.Send("DELETE", $"/Users/{ada}");

        var requests = await _server.Requests(directory, 17);

        Assert.That(
            requests.Select(request => $"{request["operation"]} {request["outcome"]} {request["status"]} {request["subject"]}"),
            Is.EquivalentTo(
                new[]
                {
                    "create created 201 Ada@example.com",
                    "create created 201 Design",
                    "find matched 200 Ada@example.com",
                    "find not_found 200 nobody@example.com",
                    "probe test 200 7d420df3-9995-4831-a406-ecf8166f5f6a",
                    "get matched 200 Ada@example.com",
                    "get not_found 404 ",
                    "patch updated 200 Ada@example.com",
                    "patch unchanged 200 Ada@example.com",
                    "patch deactivated 200 Ada@example.com",
                    "patch reactivated 200 Ada@example.com",
                    "patch members_changed 200 Design",
                    "patch unchanged 200 Design",
                    "create refused 409 ADA@example.com",
                    "patch refused 404 ",
                    "discovery matched 200 ",
                    "delete deleted 204 Ada@example.com",
                }
            )
        );
        Assert.That(
            requests.Select(request => (Guid?)request["runId"]).Distinct().Single(),
            Is.EqualTo((Guid?)(await _server.Runs(directory)).Single()["id"])
        );
    }

    [Test]
    public async Task A_refused_write_keeps_what_was_sent_without_secrets_and_the_code_that_Entra_shows()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("ada@example.com");
        var refused = await directory.Send(
            "POST",
            "/Users",
            """{"userName":"ada@example.com","externalId":"4711","password":"hush","name":{"givenName":"Ada"}}"""
        );

        var request = (await _server.Requests(directory, 2, "&outcome=refused")).Single();

        Assert.That(
            ((int)request["status"]!, (string?)request["scimType"], (string?)request["entraErrorCode"], (string?)request["externalId"]),
            Is.EqualTo((409, "uniqueness", "EntryConflict", "4711"))
        );
        Assert.That((string?)request["detail"], Is.EqualTo(refused.Detail));
        Assert.That((string?)request["actor"], Is.EqualTo($"token:{directory.Connection.TokenId}"));
        Assert.That((string?)request["requestId"], Is.EqualTo(refused.Headers.GetValues("X-Request-Id").Single()));
        Assert.That((string?)request["body"], Does.Contain("givenName").And.Not.Contain("hush").And.Not.Contain("password"));
    }

    [Test]
    public async Task A_bulk_request_is_a_row_for_each_operation()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var answer = await directory.Send(
            "POST",
            "/Bulk",
            """
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
                {"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"ada"}},
                {"method":"POST","path":"/Users","bulkId":"b","data":{"userName":"ADA"}},
                {"method":"PATCH","path":"/Users/bulkId:a","data":{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations":[{"op":"replace","path":"active","value":false}]}}]}
            """
        );

        var requests = await _server.Requests(directory, 3);

        Assert.That(
            requests.Select(request => $"{request["method"]} {request["outcome"]} {request["status"]} {request["subject"]}"),
            Is.EquivalentTo(new[] { "POST created 201 ada", "POST refused 409 ADA", "PATCH deactivated 200 ada" }),
            $"{answer.Body}"
        );
        Assert.That(requests.Select(request => (string?)request["requestId"]).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_refused_login_is_in_the_log_of_the_connection_and_in_no_run()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        using var stranger = _server.ClientWith("no token of ours");
        await stranger.GetAsync(new Uri($"{directory.Url}/Users"));

        var request = (await _server.Requests(directory, 1)).Single();

        Assert.That(
            ((int)request["status"]!, (string?)request["outcome"], request["actor"], request["runId"]),
            Is.EqualTo((401, "refused", (JsonNode?)null, (JsonNode?)null))
        );
        Assert.That(await _server.Runs(directory), Is.Empty);
    }

    [Test]
    public async Task What_cannot_be_read_and_what_is_refused_at_the_door_is_in_the_log()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.Send("POST", "/Users", "{");
        await directory.Get("/Users?filter=userName%20eq");
        await _server.Send(HttpMethod.Post, $"/connections/{directory.Connection.Id}/pause");
        await directory.Send("PATCH", "/Groups/7d420df3-9995-4831-a406-ecf8166f5f6a", "{}");

        var requests = await _server.Requests(directory, 3);

        Assert.That(
            requests.Select(request =>
                $"{request["operation"]} {request["resourceType"]} {request["outcome"]} {request["status"]} {request["scimType"]}"
            ),
            Is.EquivalentTo(
                new[] { "create User refused 400 invalidSyntax", "find User refused 400 invalidFilter", "patch Group failed 503 " }
            )
        );
    }

    [TestCase("&outcome=created", 3)]
    [TestCase("&outcome=refused,created", 4)]
    [TestCase("&status=409", 1)]
    [TestCase("&subject=U1", 2)]
    [TestCase("&subject=u1&outcome=refused", 1)]
    [TestCase("&since=2001-01-01T00:00:00Z", 4)]
    [TestCase("&until=2001-01-01T00:00:00Z", 0)]
    public async Task The_log_can_be_narrowed(string query, int expected)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.Users(3);
        await directory.Send("POST", "/Users", """{"userName":"u1"}""");

        Assert.That(await _server.Requests(directory, 4, query), Has.Count.EqualTo(expected));
    }

    [Test]
    public async Task A_request_is_found_by_its_id_of_about_its_time()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.Users(2);
        var answer = await directory.Get("/Users?filter=wrong");
        var id = answer.Headers.GetValues("X-Request-Id").Single();
        await ActivityCalls.UntilLogged(directory, 3);
        var now = TimeProvider.System.GetUtcNow();
        string Window(int minutes) => $"&since={now.AddMinutes(minutes):o}&until={now.AddMinutes(minutes + 60):o}".Replace("+", "%2B");

        var found = await _server.Requests(directory, 3, $"&requestId={id}{Window(-30)}");
        var earlier = await _server.Requests(directory, 3, $"&requestId={id}{Window(-120)}");

        Assert.That((found.Count, (int)found[0]!["status"]!, earlier.Count), Is.EqualTo((1, 400, 0)));
    }

    [Test]
    public async Task The_log_of_one_resource_is_read_page_by_page()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var (ada, bob) = (await directory.User("ada"), await directory.User("bob"));
        await directory.Get($"/Users/{ada}");
        await directory.Get($"/Users/{bob}");
        await ActivityCalls.UntilLogged(directory, 4);

        var (path, all, pages) = ($"/connections/{directory.Connection.Id}/requests?limit=1&resourceId={ada}", new List<string>(), 0);
        for (string? after = ""; after is not null; pages++)
        {
            var (_, body) = await _server.Send(HttpMethod.Get, path + after);
            all.AddRange(body!["data"]!.AsArray().Select(request => (string)request!["operation"]!));
            after = body["next"] is { } next ? $"&after={next}" : null;
        }

        Assert.That((all, pages), Is.EqualTo((new[] { "get", "create" }, 2)));
    }

    [TestCase("outcome=sold", "outcome")]
    [TestCase("since=yesterday", "since")]
    [TestCase("until=1", "until")]
    [TestCase("subject=%00", "subject")]
    [TestCase("requestId=a", "requestId")]
    [TestCase("requestId=a&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:01Z", "requestId")]
    [TestCase("requestId=%00&since=2026-01-01T00:00:00Z&until=2026-01-01T01:00:00Z", "requestId")]
    [TestCase("limit=201", "limit")]
    public async Task A_wrong_question_is_refused_with_the_name_of_what_is_wrong(string query, string field)
    {
        var (status, body) = await _server.Send(HttpMethod.Get, $"/connections/{(await _server.Connect()).Id}/requests?{query}");

        Assert.That((status, body!["errors"]?[field] is not null), Is.EqualTo((400, true)), $"{body}");
    }

    [Test]
    public async Task Without_personal_data_the_log_says_what_happened_and_not_to_whom()
    {
        await using var server = new ScimServer(settings: new() { ["Activity:KeepPersonalData"] = "false" });
        var directory = await TestDirectory.CreateAsync(server);
        var ada = await directory.Create("/Users", """{"userName":"ada@example.com","externalId":"4711"}""");
        await directory.Send("POST", "/Users", """{"userName":"ada@example.com"}""");
        await ActivityCalls.UntilLogged(directory, 2);

        var stored = await directory.Ask<string>("SELECT jsonb_agg(to_jsonb(r))::text FROM requests r WHERE connection_id = $1");

        Assert.That(stored, Does.Contain(ada).And.Contain("uniqueness").And.Not.Contain("example.com").And.Not.Contain("4711"));
        Assert.That(stored, Does.Not.Contain("127.0.0.1").And.Not.Contain("::1"));
    }

    [TestCase("/requests")]
    [TestCase("/runs")]
    [TestCase("/runs/{0}")]
    [TestCase("/runs/{0}/requests")]
    public async Task A_key_of_another_organization_sees_nothing(string path)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("ada");
        await ActivityCalls.UntilLogged(directory, 1);
        var run = (string)(await _server.Runs(directory)).Single()["id"]!;
        var (_, organization) = await _server.Send(HttpMethod.Post, "/organizations", """{"name":"Other"}""");
        var (_, key) = await _server.Send(
            HttpMethod.Post,
            "/admin-keys",
            $$"""{"label":"other","scope":"full","organizationId":"{{organization!["id"]}}"}"""
        );
        using var other = _server.ClientWith((string)key!["key"]!);

        var address = $"/connections/{directory.Connection.Id}{path.Replace("{0}", run, StringComparison.Ordinal)}";
        var (status, _) = await ScimServer.Send(other, HttpMethod.Get, address);

        Assert.That(status, Is.EqualTo(404));
        Assert.That((await _server.Send(HttpMethod.Get, address)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_run_of_another_connection_is_not_found()
    {
        var (directory, other) = (await TestDirectory.CreateAsync(_server), await TestDirectory.CreateAsync(_server));
        await directory.User("ada");
        await ActivityCalls.UntilLogged(directory, 1);
        var run = (string)(await _server.Runs(directory)).Single()["id"]!;

        foreach (var path in (string[])[$"/runs/{run}", $"/runs/{run}/requests"])
            Assert.That((await _server.Send(HttpMethod.Get, $"/connections/{other.Connection.Id}{path}")).Status, Is.EqualTo(404));
    }
}

using System.Text.Json.Nodes;
using static ScimProvisioning.Tests.Bulk.BulkClient;

namespace ScimProvisioning.Tests.Bulk;

/// <summary>RFC 7644 §3.7, §3.7.3: each operation does what a separate request would do.</summary>
[TestFixture, Parallelizable]
sealed class BulkTests
{
    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [SetUp]
    public async Task Connect() => _directory = await TestDirectory.CreateAsync(_server);

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task Every_method_is_done_and_told_as_a_request_of_its_own_would_be()
    {
        var (ada, eva, ida) = (await _directory.User("ada"), await _directory.User("eva"), await _directory.User("ida"));
        var group = await _directory.Group("Design");

        var outcomes = await _directory.Outcomes(
            $$"""
            {{PostUser("new", "una")}},
            {"method":"PUT","path":"/Users/{{ada}}","version":"W/\"1\"","data":{"userName":"ada2"} },
            {"method":"patch","path":"users/{{eva}}","bulkId":"p","version":"W/\"1\"",
             "data":{"Operations":[{"op":"replace","path":"userName","value":"eva2"}]} },
            {{Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":[{"value":"{{eva}}"}]}""")}},
            {"method":"DELETE","path":"/Users/{{ida}}","version":"W/\"1\""}
            """
        );

        var (una, url) = (outcomes[0].Id(), _directory.Url);
        Assert.That(
            outcomes.Select(o => o.ToJsonString()),
            Is.EqualTo(
                new[]
                {
                    $$"""{"method":"POST","bulkId":"new","location":"{{url}}/Users/{{una}}","version":"W/\u00221\u0022","status":"201"}""",
                    $$"""{"method":"PUT","location":"{{url}}/Users/{{ada}}","version":"W/\u00222\u0022","status":"200"}""",
                    $$"""{"method":"PATCH","bulkId":"p","location":"{{url}}/Users/{{eva}}","version":"W/\u00222\u0022","status":"200"}""",
                    $$"""{"method":"PATCH","location":"{{url}}/Groups/{{group}}","version":"W/\u00222\u0022","status":"200"}""",
                    $$"""{"method":"DELETE","location":"{{url}}/Users/{{ida}}","status":"204"}""",
                }
            )
        );
        Assert.That(
            (await _directory.Get("/Users?sortBy=userName")).Resources.Select(u => (string?)u["userName"]),
            Is.EqualTo(new[] { "ada2", "eva2", "una" })
        );
        Assert.That(await _directory.MembersOf(group), Is.EqualTo(new[] { eva }));
        Assert.That((await _directory.Get($"/Users/{una}")).ETag, Is.EqualTo((string?)outcomes[0]["version"]));
    }

    [Test]
    public async Task Every_change_is_logged_and_what_fails_or_changes_nothing_is_not()
    {
        var ada = await _directory.User("ada");

        var outcomes = await _directory.Outcomes(
            $$"""
            {{PostUser("a", "una")}}, {{PostUser("b", "UNA")}}, {{PostGroup("g", "Design", "a")}},
            {{Patch($"/Users/{ada}", """{"op":"add","path":"title","value":"Dr"}""")}}, {{Patch(
                $"/Users/{ada}",
                """{"op":"add","path":"title","value":"Dr"}"""
            )}}
            """
        );

        Assert.That(
            (await _directory.Changes()).Select(e => ((string?)e["type"], (string?)e["resource_id"])),
            Is.EqualTo(
                new[]
                {
                    ("user.created", ada),
                    ("user.created", outcomes[0].Id()),
                    ("group.created", outcomes[2].Id()),
                    ("user.updated", ada),
                }
            )
        );
    }

    [Test]
    public async Task A_bulk_request_without_operations_is_done() => Assert.That(await _directory.Outcomes(""), Is.Empty);

    [Test]
    public async Task One_failure_leaves_the_others_and_tells_why()
    {
        var ada = await _directory.User("ada");

        var outcomes = await _directory.Outcomes(
            $$"""
            {{PostUser("a", "ADA")}}, {{PostUser("b", "eva")}},
            {"method":"PUT","path":"/Users/{{ada}}","version":"W/\"7\"","data":{"userName":"x"} },
            {"method":"DELETE","path":"/Users/nobody"},
            {"method":"POST","path":"/Devices","bulkId":"c","data":{} }, {"method":"DELETE","path":"/Devices/1"},
            {"method":"POST","path":"/Users","bulkId":"d","data":{"displayName":"no name"} },
            {{PostUser("e", "eva")}}, {{PostUser("f", "ida")}}
            """
        );

        Assert.That(
            outcomes.Select(o =>
                (
                    (string?)o["status"],
                    (string?)o["response"]?["scimType"],
                    (string?)o["response"]?["status"],
                    (string?)o["location"] is { } at ? at[_directory.Url.Length..] : null
                )
            ),
            Is.EqualTo(
                new (string?, string?, string?, string?)[]
                {
                    ("409", "uniqueness", "409", null),
                    ("201", null, null, $"/Users/{outcomes[1].Id()}"),
                    ("412", null, "412", $"/Users/{ada}"),
                    ("404", null, "404", "/Users/nobody"),
                    ("404", null, "404", null),
                    ("404", null, "404", "/Devices/1"),
                    ("400", "invalidValue", "400", null),
                    ("409", "uniqueness", "409", null),
                    ("201", null, null, $"/Users/{outcomes[8].Id()}"),
                }
            )
        );
        Assert.That(
            outcomes.Select(o => (string?)o["response"]?["schemas"]?[0]).OfType<string>(),
            Has.Exactly(7).EqualTo("urn:ietf:params:scim:api:messages:2.0:Error")
        );
        Assert.That(
            (await _directory.Get("/Users?sortBy=userName")).Resources.Select(u => (string?)u["userName"]),
            Is.EqualTo(new[] { "ada", "eva", "ida" })
        );
    }

    [TestCase(1, "201 409")]
    [TestCase(2, "201 409 201 409")]
    [TestCase(3, "201 409 201 409 201")]
    public async Task After_so_many_errors_the_rest_is_left_undone(int failOnErrors, string statuses)
    {
        var operations =
            $"{PostUser("a", "ada")}, {PostUser("b", "ada")}, {PostUser("c", "eva")}, {PostUser("d", "eva")}, {PostUser("e", "ida")}";

        Assert.That(await _directory.Statuses(operations, $"\"failOnErrors\":{failOnErrors},"), Is.EqualTo(statuses));
        Assert.That(
            (int)(await _directory.Get("/Users"))["totalResults"]!,
            Is.EqualTo(statuses.Split(' ').Count(status => status == "201"))
        );
    }

    [TestCase("W/\"1\"", "204")]
    [TestCase("\"1\"", "204")]
    [TestCase("*", "204")]
    [TestCase("W/\"2\"", "412")]
    [TestCase("1", "412")]
    public async Task The_version_of_an_operation_is_its_If_Match(string version, string status)
    {
        var ada = await _directory.User("ada");

        Assert.That(
            await _directory.Statuses(
                $$"""{"method":"DELETE","path":"/Users/{{ada}}","version":{{JsonValue.Create(version).ToJsonString()}}}"""
            ),
            Is.EqualTo(status)
        );
    }

    [Test]
    public async Task Operations_see_what_those_before_them_have_done()
    {
        var ada = await _directory.User("ada");

        Assert.That(
            await _directory.Statuses(
                $$"""
                {"method":"DELETE","path":"/Users/{{ada}}"}, {{PostUser("a", "ada")}},
                {{Patch("/Users/bulkId:a", """{"op":"replace","path":"userName","value":"eva"}""")}},
                {{PostUser("b", "ada")}}, {"method":"PUT","path":"/Users/bulkId:b","data":{"userName":"ida"} },
                {"method":"DELETE","path":"/Users/bulkId:a"}
                """
            ),
            Is.EqualTo("204 201 200 201 200 204")
        );
        Assert.That((await _directory.Get("/Users")).Resources.Select(u => (string?)u["userName"]), Is.EqualTo(new[] { "ida" }));
    }

    [Test]
    public async Task Resources_of_another_connection_are_out_of_reach()
    {
        var theirs = await TestDirectory.CreateAsync(_server);
        var (user, group) = (await theirs.User("ada"), await theirs.Group("Design"));
        var before = await theirs.Everything();

        Assert.That(
            await _directory.Statuses(
                $$"""
                {"method":"DELETE","path":"/Users/{{user}}"},
                {"method":"PUT","path":"/Groups/{{group}}","data":{"displayName":"Ours"} }, {{PostUser("a", "ada")}},
                {"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"Design","members":[{"value":"{{user}}"}]} }
                """
            ),
            Is.EqualTo("404 404 201 400")
        );
        Assert.That(await theirs.Everything(), Is.EqualTo(before));
    }

    [TestCase(
        """{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"eva"}}""",
        "invalidValue",
        "Operations[1].bulkId",
        "POST"
    )]
    [TestCase("""{"method":"POST","path":"/Users","data":{"userName":"eva"}}""", "invalidValue", "Operations[1].bulkId", "POST")]
    [TestCase("""{"method":"GET","path":"/Users/1"}""", "invalidSyntax", "Operations[1].method", "GET")]
    [TestCase("""{"path":"/Users/1"}""", "invalidValue", "Operations[1].method", null)]
    [TestCase("""{"method":"DELETE","path":"/Users"}""", "invalidPath", "Operations[1].path", "DELETE")]
    [TestCase("""{"method":"PUT","path":"/Users/1"}""", "invalidValue", "Operations[1].data", "PUT")]
    [TestCase("7", "invalidSyntax", "Operations[1]", null)]
    public async Task A_malformed_operation_fails_and_the_others_are_done(string operation, string scimType, string place, string? method)
    {
        var outcomes = await _directory.Outcomes($"{PostUser("a", "ada")},{operation},{PostUser("c", "ida")}", "\"failOnErrors\":0,");

        Assert.That(outcomes.Select(o => (string?)o["status"]), Is.EqualTo(new[] { "201", "400", "201" }));
        Assert.That(
            ((string?)outcomes[1]["method"], (string?)outcomes[1]["response"]!["scimType"], (string?)outcomes[1]["location"]),
            Is.EqualTo((method, scimType, (string?)null))
        );
        Assert.That((string?)outcomes[1]["response"]!["detail"], Does.Contain(place));
    }

    [Test]
    public async Task What_refers_to_a_malformed_operation_fails_with_it_and_counts_as_an_error()
    {
        const string Malformed = """{"method":"POST","path":"/Users/1","bulkId":"a","data":{"userName":"ada"}}""";

        Assert.That(await _directory.Statuses($"{PostGroup("g", "G", "a")},{Malformed},{PostUser("c", "ida")}"), Is.EqualTo("409 400 201"));
        Assert.That(await _directory.Statuses($"{Malformed},{PostUser("d", "eva")}", "\"failOnErrors\":1,"), Is.EqualTo("400"));
    }
}

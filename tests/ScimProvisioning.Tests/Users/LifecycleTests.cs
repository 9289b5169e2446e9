using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Users;

/// <summary>The life of a user: created, changed, disabled, deleted, created again.</summary>
[TestFixture, Parallelizable]
sealed class LifecycleTests
{
    const string Ada = """
        {"userName":"ada","externalId":"e1","active":true,"password":"s3cret-w0rd","name":{"givenName":"Ada"},
         "emails":[{"type":"work","value":"ada@x.test"}]}
        """;

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_created_user_is_read_back_as_it_was_answered()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var created = await directory.Send("POST", "/Users", Ada);
        var read = await directory.Get($"/Users/{created["id"]}");

        Assert.That(
            (created.Status, read.Status, created.Headers.Location!.ToString()),
            Is.EqualTo((201, 200, (string?)read["meta"]!["location"]))
        );
        Assert.That(created.ETag, Is.EqualTo(read.ETag));
        Assert.That(JsonNode.DeepEquals(read.Body, created.Body), $"{read.Body}");
    }

    [TestCase("GET", null)]
    [TestCase("PUT", """{"userName":"ada"}""")]
    [TestCase("PATCH", """{"Operations":[{"op":"Replace","path":"active","value":"True"}]}""")]
    [TestCase("DELETE", null)]
    public async Task A_deleted_user_is_not_there_for_any_method(string method, string? json)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var deleted = await directory.Send("DELETE", $"/Users/{id}");
        var before = await directory.Everything();

        var answer = await directory.Send(method, $"/Users/{id}", json);

        Assert.That((deleted.Status, answer.Error), Is.EqualTo((204, (404, (string?)null))));
        Assert.That((long)(await directory.Get("/Users"))["totalResults"]!, Is.Zero);
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task The_names_of_a_deleted_user_are_free_and_its_row_becomes_a_tombstone()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var first = (string?)(await directory.Send("POST", "/Users", Ada))["id"];
        await directory.Send("DELETE", $"/Users/{first}");

        var again = await directory.Send("POST", "/Users", Ada);

        Assert.That((again.Status, (string?)again["id"] == first), Is.EqualTo((201, false)));
        Assert.That(
            await directory.Ask<string>(
                """
                SELECT string_agg(id || ' ' || version || ' ' || (deleted_at IS NOT NULL), ', ' ORDER BY id)
                FROM resources WHERE connection_id = $1
                """
            ),
            Is.EqualTo($"{first} 2 true, {again["id"]} 1 false")
        );
    }

    [TestCase("""{"op":"Replace","path":"active","value":"False"}""")]
    [TestCase("""{"op":"replace","path":"active","value":false}""")]
    [TestCase("""{"op":"Add","value":{"active":"false"}}""")]
    public async Task A_disabled_user_stays_readable_and_filterable(string operation)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = (string?)(await directory.Send("POST", "/Users", Ada))["id"];

        var patched = await directory.Patch($"/Users/{id}", operation);

        var read = await directory.Get($"/Users/{id}");
        Assert.That((patched.Status, (bool?)patched["active"], (bool?)read["active"]), Is.EqualTo((200, false, false)));
        foreach (
            var filter in (string[])
                ["userName eq \"ADA\"", "externalId eq \"e1\"", "active eq false", "emails[type eq \"work\"].value eq \"ada@x.test\""]
        )
            Assert.That((await directory.Find("/Users", filter)).Ids, Is.EqualTo(new[] { id }), filter);
    }

    [TestCase(false, """{"userName":"ada"}""", false)]
    [TestCase(false, """{"userName":"ada","active":null}""", false)]
    [TestCase(false, """{"userName":"ada","active":true}""", true)]
    [TestCase(true, """{"userName":"ada"}""", true)]
    [TestCase(true, """{"userName":"ada","active":"False"}""", false)]
    public async Task A_put_without_active_keeps_it(bool active, string json, bool expected)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var created = await directory.Send(
            "POST",
            "/Users",
            $$"""{"userName":"ada","title":"Countess","active":{{(active ? "true" : "false")}}}"""
        );

        var answer = await directory.Send("PUT", $"/Users/{created["id"]}", json);

        Assert.That((answer.Status, (bool?)answer["active"], answer.Body!.ContainsKey("title")), Is.EqualTo((200, expected, false)));
    }

    [TestCase(
        "PUT",
        """{"userName":"ada","externalId":"e1","active":true,"name":{"givenName":"Ada"},"emails":[{"value":"ada@x.test","type":"work"}]}"""
    )]
    [TestCase(
        "PUT",
        """
            {"USERNAME":"ada","externalId":"e1","NAME":{"givenname":"Ada"},"emails":[{"type":"work","value":"ada@x.test"}],
             "roles":[],"nickName":"","id":"x","unknown":1}
            """
    )]
    [TestCase("PATCH", """{"Operations":[]}""")]
    [TestCase("PATCH", """{"Operations":[{"op":"Replace","path":"active","value":"True"}]}""")]
    [TestCase(
        "PATCH",
        """{"Operations":[{"op":"Add","path":"emails","value":[{"type":"work","value":"ada@x.test"}]},{"op":"remove","path":"nickName"}]}"""
    )]
    [TestCase("PATCH", """{"Operations":[{"op":"replace","path":"title","value":"x"},{"op":"remove","path":"title"}]}""")]
    [TestCase("PATCH", """{"Operations":[{"op":"replace","path":"password","value":"n3w-w0rd"}]}""")]
    public async Task What_changes_nothing_writes_nothing(string method, string json)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var created = await directory.Send("POST", "/Users", Ada);
        var before = await directory.Everything();
        _server.Clock.Advance(TimeSpan.FromSeconds(2));

        var answer = await directory.Send(method, $"/Users/{created["id"]}", json);

        Assert.That((answer.Status, answer["meta"]!.ToJsonString()), Is.EqualTo((200, created["meta"]!.ToJsonString())));
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_change_moves_version_and_lastModified_and_leaves_created()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var created = (await directory.Send("POST", "/Users", Ada)).Body!;
        _server.Clock.Advance(TimeSpan.FromSeconds(2));

        var patched = await directory.Patch($"/Users/{created["id"]}", """{"op":"Replace","path":"title","value":"Countess"}""");

        var (before, after) = (created["meta"]!, patched["meta"]!);
        Assert.That(((string?)after["version"], (string?)after["created"]), Is.EqualTo(("W/\"2\"", (string?)before["created"])));
        Assert.That((DateTime)after["lastModified"]! - (DateTime)before["lastModified"]!, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(2)));
        Assert.That((await directory.Get($"/Users/{created["id"]}"))["meta"]!.ToJsonString(), Is.EqualTo(after.ToJsonString()));
    }

    [TestCase(
        "PATCH",
        """{"Operations":[{"op":"Replace","path":"title","value":"x"},{"op":"Replace","path":"nonsense","value":"x"}]}""",
        400,
        "invalidPath"
    )]
    [TestCase(
        "PATCH",
        """{"Operations":[{"op":"Replace","path":"title","value":"x"},{"op":"Replace","path":"active","value":"maybe"}]}""",
        400,
        "invalidValue"
    )]
    [TestCase(
        "PATCH",
        """{"Operations":[{"op":"Replace","path":"title","value":"x"},{"op":"Replace","path":"id","value":"other"}]}""",
        400,
        "mutability"
    )]
    [TestCase(
        "PATCH",
        """
            {"Operations":[{"op":"Replace","path":"title","value":"x"},
                           {"op":"Replace","path":"emails[value eq \"no\"].type","value":"x"}]}
            """,
        400,
        "noTarget"
    )]
    [TestCase(
        "PATCH",
        """{"Operations":[{"op":"Replace","path":"title","value":"x"},{"op":"Replace","path":"userName","value":" "}]}""",
        400,
        "invalidValue"
    )]
    [TestCase(
        "PATCH",
        """{"Operations":[{"op":"Replace","path":"title","value":"x"},{"op":"Replace","path":"userName","value":"BOB"}]}""",
        409,
        "uniqueness"
    )]
    [TestCase("PUT", """{"userName":"Bob","title":"x"}""", 409, "uniqueness")]
    [TestCase("PUT", """{"title":"x"}""", 400, "invalidValue")]
    public async Task A_failing_write_leaves_everything_untouched(string method, string json, int status, string scimType)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        await directory.User("bob");
        var id = (await directory.Send("POST", "/Users", Ada))["id"];
        var before = await directory.Everything();

        var answer = await directory.Send(method, $"/Users/{id}", json);

        Assert.That(answer.Error, Is.EqualTo((status, scimType)));
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_conflict_names_the_value_that_is_taken_and_who_has_it()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var bob = await directory.User("bob");

        var answer = await directory.Send("POST", "/Users", """{"userName":"BOB"}""");

        Assert.That(
            (answer.Error, answer.Detail),
            Is.EqualTo(
                (
                    (409, "uniqueness"),
                    $"A User with userName 'BOB' exists already in this connection with the id {bob}. "
                        + "Match it, or change the source attribute."
                )
            )
        );
    }

    [Test]
    public async Task A_password_is_neither_stored_nor_shown()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var created = await directory.Send("POST", "/Users", Ada);
        var put = await directory.Send("PUT", $"/Users/{created["id"]}", Ada.Replace("Ada", "Augusta", StringComparison.Ordinal));
        var patched = await directory.Patch(
            $"/Users/{created["id"]}?attributes=password",
            """{"op":"add","value":{"password":"s3cret-w0rd","title":"x"}}"""
        );

        Assert.That(
            $"{created.Body}{put.Body}{patched.Body}{await directory.Everything()}",
            Does.Not.Contain("w0rd").And.Not.Contain("password")
        );
    }

    [TestCase("W/\"1\"", 200)]
    [TestCase("\"1\"", 200)]
    [TestCase("*", 200)]
    [TestCase("\"7\", W/\"1\"", 200)]
    [TestCase("W/\"2\"", 412)]
    [TestCase("1", 412, Description = "not an entity tag: the condition cannot hold")]
    [TestCase("", 200)]
    public async Task If_Match_decides_whether_a_write_is_done(string tag, int status)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");

        var answer = await directory.Patch($"/Users/{id}", """{"op":"replace","path":"title","value":"x"}""", ("If-Match", tag));

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(await directory.Changes(id), Has.Length.EqualTo(status == 200 ? 2 : 1));
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>Invalid request bodies: each is refused with a SCIM error, and nothing is stored.</summary>
[TestFixture, Parallelizable]
sealed class BodyTests
{
    const string Media = "application/scim+json; charset=utf-8";

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    static IEnumerable<TestCaseData> Broken =>
        [
            Case("nothing", "", "invalidSyntax"),
            Case("white space", " \n", "invalidSyntax"),
            Case("half an object", """{"userName":"ada" """, "invalidSyntax"),
            Case("trailing comma", """{"userName":"ada",}""", "invalidSyntax"),
            Case("two objects", """{"userName":"ada"}{"userName":"bob"}""", "invalidSyntax"),
            Case("a comment", """{"userName":"ada"/* */}""", "invalidSyntax"),
            Case("single quotes", "{'userName':'ada'}", "invalidSyntax"),
            Case("null", "null", "invalidSyntax"),
            Case("an array", """[{"userName":"ada"}]""", "invalidSyntax"),
            Case("a string", "\"ada\"", "invalidSyntax"),
            Case("form data", "userName=ada", "invalidSyntax"),
            Case("a doubled name", """{"userName":"ada","userName":"bob"}""", "invalidSyntax"),
            Case("a name doubled in another case", """{"userName":"ada","USERNAME":"bob"}""", "invalidSyntax"),
            Case("a doubled name below", """{"userName":"ada","name":{"givenName":"a","givenname":"b"}}""", "invalidSyntax"),
            Case(
                "1,000 levels",
                """{"userName":"ada","urn:x:y":""" + string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1001),
                "invalidSyntax"
            ),
            Case("1,000 arrays", """{"userName":"ada","roles":""" + new string('[', 1000) + new string(']', 1000) + "}", "invalidSyntax"),
            Case("no userName", """{"displayName":"Ada"}""", "invalidValue"),
            Case("userName null", """{"userName":null}""", "invalidValue"),
            Case("userName empty", """{"userName":""}""", "invalidValue"),
            Case("userName blank", """{"userName":" \t\u00a0"}""", "invalidValue"),
            Case("userName a number", """{"userName":7}""", "invalidValue"),
            Case("userName an array", """{"userName":["ada"]}""", "invalidValue"),
            Case("userName an object", """{"userName":{"name":"ada"}}""", "invalidValue"),
            Case("userName of 513", $$"""{"userName":"{{new string('ä', 513)}}"}""", "invalidValue"),
            Case("externalId of 513", $$"""{"userName":"ada","externalId":"{{new string('x', 513)}}"}""", "invalidValue"),
            Case("externalId a number", """{"userName":"ada","externalId":17}""", "invalidValue"),
            Case("active a word", """{"userName":"ada","active":"yes"}""", "invalidValue"),
            Case("active a number", """{"userName":"ada","active":1}""", "invalidValue"),
            Case("name a string", """{"userName":"ada","name":"Ada"}""", "invalidValue"),
            Case("name.givenName a number", """{"userName":"ada","name":{"givenName":1}}""", "invalidValue"),
            Case("emails a string", """{"userName":"ada","emails":"a@x"}""", "invalidValue"),
            Case("emails an object", """{"userName":"ada","emails":{"value":"a@x"}}""", "invalidValue"),
            Case("emails of numbers", """{"userName":"ada","emails":[1]}""", "invalidValue"),
            Case(
                "two primaries",
                """{"userName":"ada","emails":[{"value":"a","primary":true},{"value":"b","primary":true}]}""",
                "invalidValue"
            ),
            Case("primary a number", """{"userName":"ada","emails":[{"value":"a","primary":1}]}""", "invalidValue"),
            Case(
                "1,001 roles",
                $$"""{"userName":"ada","roles":[{{string.Join(',', Enumerable.Range(0, 1001).Select(i => $$"""{"value":"{{i}}"}"""))}}]}""",
                "invalidValue"
            ),
            Case(
                "extension a string",
                """{"userName":"ada","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"x"}""",
                "invalidValue"
            ),
            Case("1e400000", """{"userName":"ada","urn:x:y:1.0:User":{"n":1e400000}}""", "invalidValue"),
            Case("-1e400000", """{"userName":"ada","unknown":-1e400000}""", "invalidValue"),
            Case("200 digits", $$$"""{"userName":"ada","urn:x:y:1.0:User":{"n":{{{new string('9', 200)}}}}}""", "invalidValue"),
            Case("200 decimals", $$$"""{"userName":"ada","urn:x:y:1.0:User":{"n":0.{{{new string('1', 200)}}}}}""", "invalidValue"),
            Case("NUL", """{"userName":"a\u0000da"}""", "invalidValue"),
            Case("NUL in an unknown attribute", """{"userName":"ada","unknown":"\u0000"}""", "invalidValue"),
            Case("NUL in a name", """{"userName":"ada","urn:x:y:1.0:User":{"a\u0000":1}}""", "invalidValue"),
            Case("a raw NUL", "{\"userName\":\"a\0da\"}", "invalidSyntax"),
            Case("half a surrogate pair", """{"userName":"\ud800"}""", "invalidValue"),
            Case("the other half", """{"userName":"x","displayName":"\udc00x"}""", "invalidValue"),
            Case("half a pair in a name", """{"userName":"ada","urn:x:y:1.0:User":{"\ud83d":1}}""", "invalidValue"),
        ];

    static IEnumerable<TestCaseData> BrokenBytes =>
        [
            Bytes("bytes that are no UTF-8", [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xFF, 0x22, 0x7D]),
            Bytes("overlong UTF-8", [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xC0, 0x80, 0x22, 0x7D]),
            Bytes("a surrogate in UTF-8", [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x7D]),
            Bytes("UTF-16", Encoding.Unicode.GetBytes("""{"userName":"ada"}""")),
            Bytes("UTF-32", Encoding.UTF32.GetBytes("""{"userName":"ada"}""")),
            Bytes("compressed bytes", [0x1F, 0x8B, 0x08, 0x00]),
        ];

    [TestCaseSource(nameof(Broken))]
    public async Task Post_refuses(string body, string scimType)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send("POST", "/Users", body);

        Assert.That(answer.Error, Is.EqualTo((400, scimType)), answer.Detail);
        Assert.That(answer.Detail, Does.Not.Contain("line ,"));
        Assert.That(await directory.Changes(), Is.Empty);
    }

    [TestCaseSource(nameof(Broken))]
    public async Task Put_refuses(string body, string scimType)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var before = await directory.Everything();

        var answer = await directory.Send("PUT", $"/Users/{id}", body);

        Assert.That(answer.Error, Is.EqualTo((400, scimType)), answer.Detail);
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [TestCaseSource(nameof(BrokenBytes))]
    public async Task Bytes_that_are_no_UTF_8_text_are_refused(byte[] body)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send("POST", "/Users", body, Media);

        Assert.That(answer.Error, Is.EqualTo((400, "invalidSyntax")));
        Assert.That(await directory.Changes(), Is.Empty);
    }

    [TestCase("", "invalidSyntax")]
    [TestCase("""{"Operations":{}}""", "invalidSyntax")]
    [TestCase("""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[1]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[null]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[{}]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[{"op":"move","path":"title"}]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[{"op":7,"path":"title"}]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[{"op":"replace","path":"title","value":"x"}],"Operations":[]}""", "invalidSyntax")]
    [TestCase("""{"Operations":[{"op":"replace","path":7,"value":"x"}]}""", "invalidPath")]
    [TestCase("""{"Operations":[{"op":"replace","path":"nonsense","value":"x"}]}""", "invalidPath")]
    [TestCase("""{"Operations":[{"op":"replace","path":"title.x","value":"x"}]}""", "invalidPath")]
    [TestCase("""{"Operations":[{"op":"replace","value":{"nonsense":"x"}}]}""", "invalidPath")]
    [TestCase("""{"Operations":[{"op":"remove","path":"urn:ietf:params:scim:schemas:core:2.0:User:nonsense"}]}""", "invalidPath")]
    [TestCase("""{"Operations":[{"op":"replace","path":"emails[type eq","value":"x"}]}""", "invalidFilter")]
    [TestCase("""{"Operations":[{"op":"replace","path":"emails[type eq \"work\"].nonsense","value":"x"}]}""", "invalidPath")]
    [TestCase("""{"Operations":[{"op":"replace","path":"title"}]}""", "invalidValue")]
    [TestCase("""{"Operations":[{"op":"replace","value":"x"}]}""", "invalidValue")]
    [TestCase("""{"Operations":[{"op":"replace","path":"title","value":["x","y"]}]}""", "invalidValue")]
    [TestCase("""{"Operations":[{"op":"replace","path":"title","value":{"x":1}}]}""", "invalidValue")]
    [TestCase("""{"Operations":[{"op":"replace","path":"urn:x:y:1.0:User:a\u0000","value":"x"}]}""", "invalidValue")]
    [TestCase("""{"Operations":[{"op":"replace","path":"urn:x:y:1.0:User:a","value":1e400000}]}""", "invalidValue")]
    public async Task Patch_refuses(string body, string scimType)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var before = await directory.Everything();

        var answer = await directory.Send("PATCH", $"/Users/{id}", body);

        Assert.That(answer.Error, Is.EqualTo((400, scimType)), answer.Detail);
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [Test]
    public async Task The_error_says_where_the_body_is_broken()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send("POST", "/Users", "{\n  \"userName\": ada\n}");

        Assert.That(answer.Detail, Does.Contain("line 2, byte 15"));
    }

    [TestCase("text/plain")]
    [TestCase("text/json")]
    [TestCase("application/xml")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/scim+json; charset=utf-16")]
    [TestCase("application/json; charset=iso-8859-1")]
    [TestCase("nonsense")]
    public async Task Other_media_types_are_refused(string mediaType)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send("POST", "/Users", """{"userName":"ada"}"""u8.ToArray(), mediaType);

        Assert.That(answer.Error, Is.EqualTo((415, (string?)null)));
        Assert.That(await directory.Changes(), Is.Empty);
    }

    [TestCase("application/json")]
    [TestCase("Application/SCIM+JSON; Charset=UTF-8")]
    [TestCase("application/scim+json; charset=\"utf-8\"")]
    [TestCase("application/json; odata=verbose")]
    [TestCase(null)]
    public async Task These_media_types_are_taken_with_or_without_a_byte_order_mark(string? mediaType)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var plain = await directory.Send("POST", "/Users", """{"userName":"ada"}"""u8.ToArray(), mediaType);
        var marked = await directory.Send("POST", "/Users", [.. Encoding.UTF8.Preamble, .. """{"userName":"bob"}"""u8], mediaType);

        Assert.That((plain.Status, marked.Status), Is.EqualTo((201, 201)));
    }

    [TestCase(512, 201)]
    [TestCase(513, 400)]
    public async Task Names_of_512_characters_of_any_script_are_kept(int length, int status)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var name = new string('語', length);

        var answer = await directory.Send(
            "POST",
            "/Users",
            $$"""{"userName":"{{name}}","externalId":"{{new string('\u0800', length)}}","displayName":"\ud83d\ude00\u0001"}"""
        );

        Assert.That(answer.Status, Is.EqualTo(status), answer.Detail);
        if (status == 201)
            Assert.That(((string?)answer["userName"], (string?)answer["displayName"]), Is.EqualTo((name, "😀\u0001")));
    }

    [TestCase("""{"value":"\u0000"}""")]
    [TestCase("""{"value":"a","display":"\ud800"}""")]
    [TestCase("""{"value":"a","value":"b"}""")]
    [TestCase("""{"value":""")]
    public async Task A_role_that_cannot_be_the_JSON_it_looks_like_is_kept_as_text(string role)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send(
            "POST",
            "/Users",
            new JsonObject { ["userName"] = "ada", ["roles"] = new JsonArray(new JsonObject { ["value"] = role }) }.ToJsonString()
        );

        Assert.That((answer.Status, (string?)answer["roles"]?[0]!["value"]), Is.EqualTo((201, role)));
    }

    [Test]
    public async Task Unknown_attributes_of_a_resource_are_ignored()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var posted = await directory.Send(
            "POST",
            "/Users",
            """
            {"userName":"ada","nonsense":{"a":[1]},"id":"x","meta":{"version":7},"schemas":"?",
             "name":{"nonsense":1,"givenName":"Ada"}}
            """
        );
        var put = await directory.Send(
            "PUT",
            $"/Users/{posted["id"]}",
            """{"userName":"ada","nonsense":true,"name":{"givenName":"Ada"}}"""
        );

        Assert.That(
            (posted.Status, put.Status, posted["nonsense"] is null, posted["name"]!.ToJsonString()),
            Is.EqualTo((201, 200, true, """{"givenName":"Ada"}"""))
        );
        Assert.That(await directory.Changes(), Has.Length.EqualTo(1));
    }

    [TestCase("POST", "/Users")]
    [TestCase("PUT", "/Users/{id}")]
    [TestCase("PATCH", "/Users/{id}")]
    public async Task A_body_of_10_MB_is_refused_with_an_error_that_names_the_limit(string method, string path)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var body = Encoding.UTF8.GetBytes($$"""{"userName":"bob","displayName":"{{new string('x', 10 * 1024 * 1024)}}"}""");

        var answer = await directory.Send(method, path.Replace("{id}", id, StringComparison.Ordinal), body, Media);

        Assert.That(answer.Error, Is.EqualTo((413, (string?)null)));
        Assert.That(answer.Detail, Does.Contain("4194304"));
    }

    [TestCase("""{"op":"Replace","path":"emails[type eq \"work\"].value","value":"a#@x"}""")]
    [TestCase("""{"op":"Add","path":"roles","value":[{"value":"r#"},{"value":"r0"}]}""", 100)]
    [TestCase("""{"op":"replace","value":{"name.givenName":"n#","urn:x:y:1.0:User:a":"#"}}""")]
    public async Task The_time_of_a_patch_grows_in_proportion_to_its_operations(string operation, int different = 10_000)
    {
        await Growth.AssertLinearAsync(PatchAsync, 10_000);

        async Task<TimeSpan> PatchAsync(int count)
        {
            var directory = await TestDirectory.CreateAsync(_server);
            var id = await directory.User("ada");
            var operations = string.Join(
                ',',
                Enumerable.Range(0, count).Select(i => operation.Replace("#", $"{i % different}", StringComparison.Ordinal))
            );
            var time = Stopwatch.StartNew();

            var answer = await directory.Patch($"/Users/{id}", operations);

            var elapsed = time.Elapsed;
            Assert.That(
                (answer.Status, await directory.Ask<long>("SELECT version FROM resources WHERE connection_id = $1")),
                Is.EqualTo((200, 2L))
            );
            return elapsed;
        }
    }

    [TestCase("""{"op":"Remove","path":"members","value":[{"value":"<u>"}]},{"op":"Add","path":"members","value":[{"value":"<u>"}]}""")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<u>\"]"},{"op":"add","path":"members","value":"<u>"}""")]
    [TestCase("""{"op":"remove","path":"members[display eq \"nobody #\"]"},{"op":"replace","path":"members","value":"<u>"}""")]
    public async Task The_time_of_a_patch_of_members_grows_in_proportion_to_its_operations(string pair)
    {
        await Growth.AssertLinearAsync(PatchAsync, 2_000);

        async Task<TimeSpan> PatchAsync(int pairs)
        {
            var directory = await TestDirectory.CreateAsync(_server);
            var users = await directory.Users(20);
            var group = await directory.Group("Team");
            var operations = Enumerable
                .Range(0, pairs)
                .Select(i => pair.Replace("<u>", users[i % 20], StringComparison.Ordinal).Replace("#", $"{i}", StringComparison.Ordinal));
            var time = Stopwatch.StartNew();

            var answer = await directory.Patch($"/Groups/{group}", string.Join(',', operations));

            var elapsed = time.Elapsed;
            Assert.That(answer.Status, Is.EqualTo(200), answer.Detail);
            Assert.That(await directory.MembersOf(group), Has.Member(users[19]));
            return elapsed;
        }
    }

    static TestCaseData Case(string name, string body, string scimType) => new TestCaseData(body, scimType).SetArgDisplayNames(name);

    static TestCaseData Bytes(string name, byte[] body) => new TestCaseData((object)body).SetArgDisplayNames(name);
}

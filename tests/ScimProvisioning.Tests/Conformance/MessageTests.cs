namespace ScimProvisioning.Tests.Conformance;

/// <summary>RFC 7644 §3: headers, conditions, media types and versions.</summary>
[TestFixture, Parallelizable]
sealed class MessageTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_resource_names_its_place_in_body_and_header() // RFC 7643 §3.1
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var created = await directory.Send("POST", "/Users", """{"userName":"ada"}""");
        var path = $"/Users/{created["id"]}";

        Answer[] answers =
        [
            created,
            await directory.Get(path),
            await directory.Send("PUT", path, """{"userName":"eva"}"""),
            await directory.Patch(path, """{"op":"add","path":"title","value":"x"}"""),
            await directory.Get(path + "?attributes=title"),
        ];

        Assert.That(answers.Select(answer => answer.Content.ContentLocation?.ToString()), Is.All.EqualTo(directory.Url + path));
        Assert.That(answers.Select(answer => answer.Headers.Location?.ToString()), Is.All.EqualTo(directory.Url + path));
    }

    [TestCase("application/scim+json")]
    [TestCase("application/json")]
    [TestCase("application/json;q=0.9, text/html")]
    [TestCase("*/*")]
    public async Task These_answers_may_be_asked_for(string accept) // §3.8
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.Create("/Users", """{"userName":"zoë 語"}""");

        foreach (var path in (string[])[$"/Users/{id}", "/Users", "/Schemas", "/Nonsense"])
        {
            var answer = await directory.Get(path, ("Accept", accept));

            Assert.That((answer.ContentType, answer.Status), Is.EqualTo(("application/scim+json", path == "/Nonsense" ? 404 : 200)));
        }
        Assert.That((string?)(await directory.Get($"/Users/{id}"))["userName"], Is.EqualTo("zoë 語"));
    }

    [TestCase("*", 412)]
    [TestCase("W/\"1\"", 412)]
    [TestCase("W/\"2\"", 0)]
    public async Task A_write_that_excludes_the_current_version_is_refused(string tag, int refused) // RFC 9110 §13.1.2
    {
        var directory = await TestDirectory.CreateAsync(_server);
        foreach (
            var (method, json) in ((string, string?)[])
                [
                    ("PUT", """{"userName":"eva"}"""),
                    ("PATCH", """{"Operations":[{"op":"add","path":"title","value":"x"}]}"""),
                    ("DELETE", null),
                ]
        )
        {
            var id = await directory.User(method);

            var answer = await directory.Send(method, $"/Users/{id}", json, ("If-None-Match", tag));

            Assert.That(
                answer.Status,
                Is.EqualTo(
                    refused > 0 ? refused
                    : method == "DELETE" ? 204
                    : 200
                ),
                method
            );
            if (refused > 0)
                Assert.That((await directory.Get($"/Users/{id}")).ETag, Is.EqualTo("W/\"1\""));
        }
    }

    [TestCase("v1")]
    [TestCase("v3")]
    [TestCase("v2.1")]
    public async Task A_version_that_is_not_spoken_is_rejected(string version) // §3.13
    {
        var connection = await _server.Connect();
        using var client = _server.ClientWith(connection.Token);

        var answer = await Answer.ReadAsync(await client.GetAsync(new Uri($"/scim/{version}/Users", UriKind.Relative)));

        Assert.That(answer.Error, Is.EqualTo((400, "invalidVers")));
    }

    [TestCase("PUT", """{"userName":"ada"}""")]
    [TestCase("PATCH", """{"Operations":[{"op":"add","path":"userName","value":"ada"}]}""")]
    public async Task Only_a_POST_creates(string method, string json) // §3.2, §3.5.1
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send(method, "/Users/7d420df3-9995-4831-a406-ecf8166f5f6a", json);

        Assert.That(answer.Error, Is.EqualTo((404, (string?)null)));
        Assert.That((int)(await directory.Get("/Users"))["totalResults"]!, Is.Zero);
    }

    [Test]
    public async Task Every_reference_that_the_server_writes_leads_to_its_resource() // RFC 7643 §2.3.7
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var user = await directory.User("ada");
        var inner = await directory.Group("Inner", user);
        var outer = await directory.Group("Outer", user, inner);

        var references = (await directory.Get($"/Groups/{outer}"))["members"]!
            .AsArray()
            .Concat((await directory.Get($"/Users/{user}"))["groups"]!.AsArray())
            .ToArray();

        Assert.That(references, Has.Length.EqualTo(4));
        foreach (var reference in references)
            Assert.That(
                (string?)(await directory.Get(((string)reference!["$ref"]!)[directory.Url.Length..]))["id"],
                Is.EqualTo((string?)reference["value"])
            );
    }

    [TestCase("/Users", 200, "urn:ietf:params:scim:api:messages:2.0:ListResponse")]
    [TestCase("/Groups?filter=displayName+eq+%22x%22", 200, "urn:ietf:params:scim:api:messages:2.0:ListResponse")]
    [TestCase("/Schemas", 200, "urn:ietf:params:scim:api:messages:2.0:ListResponse")]
    [TestCase("/ResourceTypes", 200, "urn:ietf:params:scim:api:messages:2.0:ListResponse")]
    [TestCase("/Users/1", 404, "urn:ietf:params:scim:api:messages:2.0:Error")]
    [TestCase("/Users?filter=x", 400, "urn:ietf:params:scim:api:messages:2.0:Error")]
    public async Task Every_message_names_its_schema(string path, int status, string schema) // §3.1
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Get(path);

        Assert.That((answer.Status, answer["schemas"]!.ToJsonString()), Is.EqualTo((status, $"[\"{schema}\"]")));
        if (status == 200)
            Assert.That(answer.Names, Is.EquivalentTo(new[] { "schemas", "totalResults", "startIndex", "itemsPerPage", "Resources" }));
    }
}

using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>Valid requests with random damage are answered with success or a client error, never with a server error.</summary>
[TestFixture, Parallelizable]
sealed class MutationTests
{
    static readonly string[] Pieces =
    [
        "null",
        "true",
        "\"\"",
        "[]",
        "{}",
        "0",
        "-1",
        "1e309",
        "1e-999",
        "99999999999999999999999999999",
        "\"\\u0000\"",
        "\"\\ud83d\"",
        "\"\\",
        "\0",
        "\u00ff",
        "😀",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\\"",
        "(",
        ")",
        "eq",
        " or ",
        " and ",
        "not (",
        "members",
        "emails[type eq \\\"work\\\"]",
        ".value",
        "urn:x:y:1.0:User:z",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "$ref",
        "id",
        "meta",
        "schemas",
        "active",
        "manager",
        "password",
        "remove",
        "add",
        "/",
        "%",
        "&",
        "?",
        "..",
    ];

    static readonly string[] Values =
    [
        "null",
        "true",
        "\"True\"",
        "\"\"",
        "\" \"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        "{\"value\":null}",
        "{\"value\":{\"value\":1}}",
        "0",
        "-1",
        "1.5",
        "1e-28",
        "12345678901234567890",
        "\"7d420df3-9995-4831-a406-ecf8166f5f6a\"",
        "\"members\"",
        "\"urn:x:y:1.0:User\"",
        "\"urn:x:y:1.0:User:a.b\"",
        "\"emails[type eq \\\"work\\\"]\"",
        "\"emails[primary eq true].value\"",
        "\"roles[value eq \\\"x\\\" and not (type pr)]\"",
        "\"{\\\"value\\\":1}\"",
        "\"{\\\"value\\\":\\\"\\\\u0000\\\"}\"",
        "\"{\\\"value\\\":\\\"\\\\ud800\\\"}\"",
        "\"{\\\"value\\\":{\\\"value\\\":[]}}\"",
        "\"2020-01-01T00:00:00Z\"",
        "\"\uFFFF\"",
        "[1,\"a\",{\"primary\":true},{\"primary\":true}]",
    ];

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task No_mutation_of_a_valid_request_is_answered_by_a_5xx([Range(1, 2)] int seed)
    {
        var random = new Random(seed);
        var directory = await TestDirectory.CreateAsync(_server);
        var (user, group) = (await directory.User("ada"), await directory.Group("Team"));
        var valid = Valid(user, group);

        for (var i = 0; i < 300; i++)
        {
            var (method, path, body) = valid[random.Next(valid.Length)];
            var (mutatedPath, mutatedBody) =
                body is null || random.Next(8) == 0
                    ? (path[..6] + Mutate(path[6..], random).Replace("\0", "", StringComparison.Ordinal), body)
                    : (path, random.Next(2) == 0 ? Mutate(body, random) : Exchange(body, random));

            var answer = await directory.Send(
                method,
                Encode(mutatedPath),
                mutatedBody is null ? null : Encoding.UTF8.GetBytes(mutatedBody),
                "application/scim+json"
            );

            Assert.That(answer.Status, Is.LessThan(500), $"{method} {mutatedPath} {mutatedBody}: {answer.Detail}");
            Assert.That(
                answer.ContentType,
                Is.EqualTo(answer.Status is 204 or 304 ? null : "application/scim+json"),
                $"{method} {mutatedPath} {mutatedBody}"
            );
            if (answer.Status >= 400)
                Assert.That(answer.Error.Item1, Is.EqualTo(answer.Status));
        }
        Assert.That(
            await directory.Ask<bool>(
                """
                SELECT count(*) = (SELECT sum(version) FROM resources WHERE connection_id = $1)
                FROM changes WHERE connection_id = $1 AND resource_type <> 'Connection'
                """
            )
        );
    }

    static (string Method, string Path, string? Body)[] Valid(string user, string group) =>
        [
            (
                "POST",
                "/Users",
                """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob","externalId":"17","active":"True","name":"""
                    + """{"givenName":"Bob"},"emails":[{"type":"work","value":"bob@x","primary":true}],"roles":"""
                    + """[{"value":"{\"id\":\"1\",\"value\":\"Admin\"}"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"""
                    + """{"department":"R","manager":{"value":"1"}},"urn:x:y:1.0:User":{"n":1.5,"a":[1,{"b":null}]}}"""
            ),
            (
                "PUT",
                $"/Users/{user}",
                """{"userName":"ada","name":{"familyName":"L"},"phoneNumbers":[{"type":"mobile","value":"1"}],"groups":"""
                    + """[],"x509Certificates":[{"value":"AAAA"}]}"""
            ),
            (
                "PATCH",
                $"/Users/{user}",
                """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":["""
                    + """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"a@x"},"""
                    + """{"op":"Add","value":{"name.givenName":"A","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager":"""
                    + "\"1\"}},"
                    + """{"op":"Remove","path":"roles[primary eq \"True\"]"}]}"""
            ),
            ("POST", "/Groups", $$"""{"displayName":"T","externalId":"g","members":[{"value":"{{user}}","$ref":null}]}"""),
            (
                "PATCH",
                $"/Groups/{group}",
                $$$"""{"Operations":[{"op":"Add","path":"members","value":[{"$ref":null,"value":"{{{user}}}"}]},"""
                    + """{"op":"remove","path":"members[value eq \"{{user}}\" or type eq \"Group\"]"},"""
                    + """{"op":"replace","value":{"displayName":"T"}}]}"""
            ),
            (
                "GET",
                "/Users?filter=userName eq \"ada\" and (emails[type eq \"work\"].value co \"x\""
                    + " or not (meta.created gt \"2020-01-01T00:00:00Z\"))&startIndex=1&count=5&attributes=userName,emails.value",
                null
            ),
            ("GET", "/Groups?filter=members[value eq \"1\"] or displayName sw \"T\"&excludedAttributes=members", null),
            ("GET", $"/Users/{user}?attributes=groups.display,urn:x:y:1.0:User:a", null),
        ];

    static string Mutate(string text, Random random)
    {
        for (var flaws = random.Next(1, 4); flaws > 0; flaws--)
        {
            var (from, length) = (random.Next(text.Length + 1), random.Next(1, 12));
            var rest = Math.Min(text.Length, from + length);
            text = random.Next(4) switch
            {
                0 => text[..from] + text[rest..],
                1 => text[..rest] + text[from..rest] + text[rest..],
                2 => text[..from] + Pieces[random.Next(Pieces.Length)] + text[from..],
                _ => text[..from] + Pieces[random.Next(Pieces.Length)] + text[rest..],
            };
        }
        return text;
    }

    /// <summary>Still JSON, but with other values in some places.</summary>
    static string Exchange(string json, Random random)
    {
        var root = JsonNode.Parse(json)!;
        for (var flaws = random.Next(1, 4); flaws > 0; flaws--)
        {
            var inner = Below(root).ToList();
            if (inner.Count == 0)
                break;
            var replaced = inner[random.Next(inner.Count)];
            replaced.ReplaceWith(JsonNode.Parse(Values[random.Next(Values.Length)]));
        }
        return root.ToJsonString();
    }

    static IEnumerable<JsonNode> Below(JsonNode node) =>
        (node is JsonObject complex ? complex.Select(p => p.Value) : node as JsonArray ?? [])
            .OfType<JsonNode>()
            .SelectMany(child => Below(child).Prepend(child));

    // HttpClient does not send these characters unless they are percent-encoded.
    static string Encode(string path) =>
        string.Concat(
            path.Select(c =>
                c is > ' ' and < '\u007f' and not '"' and not '#' ? $"{c}" : Uri.EscapeDataString(char.IsSurrogate(c) ? "\ufffd" : $"{c}")
            )
        );
}

using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Conformance;

/// <summary>What <c>/Schemas</c> declares is true of the resources. Test suites generate their requests from these documents.</summary>
[TestFixture, Parallelizable]
sealed class AttributeTests
{
    const string Core = "urn:ietf:params:scim:schemas:core:2.0:User";
    const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    readonly ScimServer _server = new();
    TestDirectory _directory = null!;
    string _member = "";

    [OneTimeSetUp]
    public async Task Connect()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        _member = await _directory.User("member");
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    /// <summary>RFC 7644 §3.5.2.1 to §3.5.2.3, for each attribute that a client may write.</summary>
    [TestCase(Core)]
    [TestCase(Enterprise)]
    [TestCase(Group)]
    public async Task Every_writable_attribute_is_added_replaced_and_removed_by_its_full_path(string schema)
    {
        var path = schema == Group ? $"/Groups/{await _directory.Group("Patched")}" : $"/Users/{await _directory.User(schema)}";
        // "active" always has a value: removing it leaves it as it is.
        foreach (
            var attribute in (await Attributes(schema)).Where(a => IsWritable(a) && !(bool)a["required"]! && (string?)a["name"] != "active")
        )
        foreach (var op in (string[])["add", "replace", "remove"])
        {
            var (name, value) = ((string)attribute["name"]!, op == "remove" ? null : Sample(attribute, op));
            var operation = new JsonObject { ["op"] = op, ["path"] = $"{schema}:{name}" };
            if (value is not null)
                operation["value"] = value.DeepClone();

            var answer = await _directory.Patch(path, operation.ToJsonString());
            var read = (await _directory.Get(path)).Body!;

            Assert.That(answer.Status, Is.AnyOf(200, 204), $"{operation}: {answer.Detail}");
            var found = (schema == Enterprise ? read[Enterprise] : read)?[name];
            Assert.That(
                value is null ? found is null or JsonArray { Count: 0 } : Holds(found, value),
                $"{operation} left {found?.ToJsonString()}"
            );
        }
    }

    /// <summary>RFC 7643 §7.</summary>
    [Test]
    public async Task Everything_that_a_resource_shows_is_declared_with_its_type()
    {
        var user = await Create("/Users", [Core, Enterprise], "shown");
        var group = await Create("/Groups", [Group], "shown");
        await _directory.Group("Of the user", user);

        foreach (var (path, schema) in ((string, string)[])[($"/Users/{user}", Core), ($"/Groups/{group}", Group)])
        {
            var resource = (await _directory.Get(path)).Body!;
            foreach (var uri in resource["schemas"]!.AsArray().Select(uri => (string)uri!))
            {
                var members =
                    uri == schema
                        ? resource.Where(p => p.Key is not ("schemas" or "id" or "meta") && !p.Key.Contains(':'))
                        : resource[uri]!.AsObject();
                AssertDeclared(members, await Attributes(uri), uri);
            }
        }
    }

    /// <summary>RFC 7644 §3.5.1: what a client read, it may send back; what is read-only in it is ignored.</summary>
    [TestCase("/Users", Core)]
    [TestCase("/Groups", Group)]
    public async Task What_was_read_can_be_put_back_and_changes_nothing(string collection, string schema)
    {
        var path = $"{collection}/{await Create(collection, schema == Core ? [Core, Enterprise] : [Group], "put back")}";
        var read = (await _directory.Get(path)).Body!;

        var put = await _directory.Send("PUT", path, read.ToJsonString());

        Assert.That((put.Status, JsonNode.DeepEquals(put.Body, read)), Is.EqualTo((200, true)), put.Body?.ToJsonString());
    }

    /// <summary>A resource with every attribute that a client may write.</summary>
    async Task<string> Create(string collection, string[] schemas, string name)
    {
        var body = new JsonObject { ["schemas"] = new JsonArray([.. schemas.Select(uri => JsonValue.Create(uri))]) };
        foreach (var uri in schemas)
        {
            var scope = uri == Enterprise ? (JsonObject)(body[uri] = new JsonObject()) : body;
            foreach (var attribute in (await Attributes(uri)).Where(IsWritable))
                scope[(string)attribute["name"]!] = Sample(attribute, name);
        }
        return await _directory.Create(collection, body.ToJsonString());
    }

    async Task<JsonObject[]> Attributes(string schema) =>
        [.. (await _directory.Get($"/Schemas/{schema}"))["attributes"]!.AsArray().Select(a => (JsonObject)a!)];

    static bool IsWritable(JsonObject attribute) => (string?)attribute["mutability"] is "readWrite" or "immutable";

    JsonNode Sample(JsonObject attribute, string seed)
    {
        if ((string?)attribute["name"] == "members")
            return new JsonArray(new JsonObject { ["value"] = _member });
        var value = Single(attribute, seed);
        return (bool)attribute["multiValued"]! ? new JsonArray(value) : value;
    }

    JsonNode Single(JsonObject attribute, string seed) =>
        (string?)attribute["type"] switch
        {
            "complex" => new JsonObject(
                attribute["subAttributes"]!
                    .AsArray()
                    .Select(sub => (JsonObject)sub!)
                    .Where(IsWritable)
                    .Select(sub => KeyValuePair.Create((string)sub["name"]!, (JsonNode?)Sample(sub, seed)))
            ),
            "boolean" => seed != "add",
            "reference" => $"https://example.test/{Uri.EscapeDataString(seed)}",
            "binary" => Convert.ToBase64String([.. seed.Select(c => (byte)c)]),
            _ => attribute["canonicalValues"]?[0]?.DeepClone() ?? $"{seed} {attribute["name"]}",
        };

    static bool Holds(JsonNode? found, JsonNode expected) =>
        (found, expected) switch
        {
            (JsonArray left, JsonArray right) => left.Count == right.Count && left.Zip(right).All(pair => Holds(pair.First, pair.Second!)),
            (JsonObject left, JsonObject right) => right.All(p => Holds(left[p.Key], p.Value!)),
            _ => JsonNode.DeepEquals(found, expected),
        };

    static void AssertDeclared(IEnumerable<KeyValuePair<string, JsonNode?>> members, IEnumerable<JsonObject> attributes, string where)
    {
        foreach (var (name, value) in members)
        {
            var declared = attributes.SingleOrDefault(a => (string?)a["name"] == name);
            Assert.That(declared, Is.Not.Null, $"{where}:{name}");
            Assert.That(value is JsonArray, Is.EqualTo((bool)declared!["multiValued"]!), $"{where}:{name}");
            foreach (var element in value as JsonArray ?? [value!.DeepClone()])
                if ((string?)declared["type"] == "complex")
                    AssertDeclared(
                        element!.AsObject(),
                        declared["subAttributes"]!.AsArray().Select(sub => (JsonObject)sub!),
                        $"{where}:{name}"
                    );
                else
                    Assert.That(
                        element!.GetValueKind().ToString(),
                        (string?)declared["type"] == "boolean" ? Is.AnyOf("True", "False") : Is.EqualTo("String"),
                        $"{where}:{name}"
                    );
        }
    }
}

using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Discovery;

/// <summary>The discovery documents of RFC 7644 §4, as Entra's gallery tests and other clients read them.</summary>
[TestFixture, Parallelizable]
sealed class DiscoveryTests
{
    static readonly string[] Documents =
    [
        "ServiceProviderConfig",
        "ResourceTypes",
        "ResourceTypes/User",
        "ResourceTypes/Group",
        "Schemas",
        "Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
        "Schemas/urn:ietf:params:scim:schemas:core:2.0:Group",
        "Schemas/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "Schemas/urn:ietf:params:scim:schemas:core:2.0:Schema",
        "Schemas/urn:ietf:params:scim:schemas:core:2.0:ResourceType",
        "Schemas/urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
    ];

    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [OneTimeSetUp]
    public async Task Connect() => _directory = await TestDirectory.CreateAsync(_server);

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCaseSource(nameof(Documents))]
    public async Task A_document_is_SCIM_without_nulls_under_both_addresses(string path)
    {
        var keyed = await _directory.Get($"/{path}");
        var alias = await _directory.WithoutKey.Get($"/{path}");

        Assert.That((keyed.Status, keyed.ContentType), Is.EqualTo((200, "application/scim+json")));
        Assert.That(alias.Body!.ToJsonString(), Is.EqualTo(keyed.Body!.ToJsonString()));
        Assert.That(Values(keyed.Body!), Has.None.Null);
    }

    [Test]
    public async Task Every_document_is_found_at_its_location()
    {
        var documents = (await _directory.Get("/ResourceTypes"))
            .Resources.Concat((await _directory.Get("/Schemas")).Resources)
            .Append((await _directory.Get("/ServiceProviderConfig")).Body!);

        foreach (var document in documents)
        {
            var location = (string)document["meta"]!["location"]!;
            Assert.That(location, Does.StartWith(_directory.Url + "/"));
            Assert.That(
                (await _directory.Get(location[_directory.Url.Length..])).Body!.ToJsonString(),
                Is.EqualTo(document.ToJsonString())
            );
        }
    }

    [TestCase("ResourceTypes", "Group,User")]
    [TestCase(
        "Schemas",
        "urn:ietf:params:scim:schemas:core:2.0:Group,"
            + "urn:ietf:params:scim:schemas:core:2.0:ResourceType,"
            + "urn:ietf:params:scim:schemas:core:2.0:Schema,"
            + "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig,"
            + "urn:ietf:params:scim:schemas:core:2.0:User,"
            + "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    )]
    public async Task A_list_holds_every_document(string path, string ids)
    {
        var list = await _directory.Get($"/{path}");

        Assert.That(string.Join(',', list.Ids.Order(StringComparer.Ordinal)), Is.EqualTo(ids));
        Assert.That(
            ((int)list["totalResults"]!, (int)list["startIndex"]!, (int)list["itemsPerPage"]!),
            Is.EqualTo((list.Ids.Count, 1, list.Ids.Count))
        );
    }

    [TestCase("serviceproviderconfig/")]
    [TestCase("/resourcetypes/USER")]
    [TestCase("SCHEMAS//URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER/")]
    [TestCase("Schemas/urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Acore%3A2.0%3AUser")]
    public async Task A_document_is_found_however_its_path_is_spelt(string path) =>
        Assert.That((await _directory.Get($"/{path}")).Status, Is.EqualTo(200));

    [TestCase("ResourceTypes/Device")]
    [TestCase("ResourceTypes/Users")]
    [TestCase("Schemas/User")]
    [TestCase("Schemas/urn:nobody:knows")]
    [TestCase("ServiceProviderConfig/x")]
    [TestCase("ServiceProviderConfigs")]
    public async Task An_unknown_document_is_not_found(string path) =>
        Assert.That((await _directory.Get($"/{path}")).Error, Is.EqualTo((404, (string?)null)));

    [Test]
    public async Task Documents_cannot_be_written(
        [Values("POST", "PUT", "PATCH", "DELETE")] string method,
        [Values("ServiceProviderConfig", "ResourceTypes", "ResourceTypes/User", "Schemas", "Schemas/x")] string path
    )
    {
        var answer = await _directory.Send(method, $"/{path}", method == "DELETE" ? null : "{}");

        Assert.That(answer.Error, Is.EqualTo((405, (string?)null)));
        Assert.That(answer.Content.Allow, Is.EqualTo(new[] { "GET", "HEAD" }));
    }

    [TestCaseSource(nameof(Documents))]
    public async Task A_filter_on_documents_is_forbidden(string path) => // RFC 7644 §4
        Assert.That((await _directory.Get($"/{path}?filter=id+pr")).Error, Is.EqualTo((403, (string?)null)));

    [TestCase("ServiceProviderConfig?attributes=x&startIndex=zzz&aadOptscim062020")]
    [TestCase("Schemas?count=1")]
    public async Task Other_parameters_are_ignored(string path) => Assert.That((await _directory.Get($"/{path}")).Status, Is.EqualTo(200));

    [TestCaseSource(nameof(Documents))]
    public async Task Nobody_reads_a_document_without_a_token(string path)
    {
        using var client = _server.ClientWith(null);

        var answer = await Answer.ReadAsync(await client.GetAsync(new Uri($"{_directory.Url}/{path}")));

        Assert.That(answer.Error, Is.EqualTo((401, (string?)null)));
    }

    [Test]
    public async Task The_service_provider_config_tells_what_the_server_does()
    {
        var config = (await _directory.Get("/ServiceProviderConfig")).Body!;

        Assert.That(
            ((bool)config["patch"]!["supported"]!, (bool)config["filter"]!["supported"]!, (bool)config["etag"]!["supported"]!),
            Is.EqualTo((true, true, true))
        );
        Assert.That(((bool)config["sort"]!["supported"]!, (bool)config["changePassword"]!["supported"]!), Is.EqualTo((true, false)));
        Assert.That(config["bulk"]!.ToJsonString(), Is.EqualTo("""{"supported":true,"maxOperations":1000,"maxPayloadSize":4194304}"""));
        Assert.That(
            config["pagination"]!.ToJsonString(),
            Is.EqualTo(
                """{"cursor":true,"index":true,"defaultPaginationMethod":"index","""
                    + "\"defaultPageSize\":100,\"maxPageSize\":1000,\"cursorTimeout\":3600}"
            )
        );
        Assert.That((string?)config["authenticationSchemes"]![0]!["type"], Is.EqualTo("oauthbearertoken"));
    }

    [Test]
    public async Task The_service_provider_config_holds_what_its_schema_names_and_requires() // RFC 7643 §8.7.2
    {
        var attributes = (await _directory.Get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"))[
            "attributes"
        ]!.AsArray();
        var config = (await _directory.Get("/ServiceProviderConfig")).Body!;

        AssertFits(config, attributes, ["schemas", "meta"]);
        foreach (var attribute in attributes.Where(a => a!["subAttributes"] is not null))
        foreach (
            var value in config[(string)attribute!["name"]!] is JsonArray many ? many : [config[(string)attribute["name"]!]!.DeepClone()]
        )
            AssertFits((JsonObject)value!, attribute["subAttributes"]!.AsArray(), []);
    }

    static void AssertFits(JsonObject document, JsonArray attributes, string[] beside)
    {
        Assert.That(document.Select(p => p.Key).Except(beside), Is.SubsetOf(attributes.Select(a => (string?)a!["name"])));
        Assert.That(
            attributes.Where(a => (bool)a!["required"]!).Select(a => (string?)a!["name"]),
            Is.SubsetOf(document.Select(p => p.Key))
        );
    }

    [TestCaseSource(nameof(Documents))]
    public async Task A_document_is_kept_by_the_client_until_its_content_changes(string path)
    {
        var first = await _directory.Get($"/{path}");
        var again = await _directory.Get($"/{path}", ("If-None-Match", first.ETag!));
        var other = await _directory.Get($"/{path}", ("If-None-Match", "\"other\""));

        Assert.That(
            (first.Headers.CacheControl!.ToString(), first.Headers.Vary.Single(), first.ETag),
            Is.EqualTo(("max-age=300, private", "Authorization", other.ETag))
        );
        Assert.That(
            (again.Status, again.Body, again.ETag, again.Headers.CacheControl!.Private),
            Is.EqualTo((304, (JsonObject?)null, first.ETag, true))
        );
        Assert.That((other.Status, other.Body!.ToJsonString()), Is.EqualTo((200, first.Body!.ToJsonString())));
    }

    [Test]
    public async Task Documents_of_different_content_have_different_tags()
    {
        var tags = new List<string?>();
        foreach (var path in Documents)
            tags.Add((await _directory.Get($"/{path}")).ETag);
        tags.Add((await (await TestDirectory.CreateAsync(_server)).Get("/Schemas")).ETag); // another connection has other locations

        Assert.That(tags, Is.Unique.And.All.Not.Null);
    }

    [TestCaseSource(nameof(Documents))]
    public async Task Each_document_says_what_it_is_and_where(string path)
    {
        var answer = await _directory.Get($"/{path}");

        foreach (var document in answer.Body!["Resources"] is JsonArray list ? list.Select(d => d!) : [answer.Body])
            Assert.That(
                ((string?)document["meta"]!["resourceType"], (string?)document["meta"]!["location"]),
                Is.EqualTo(
                    (
                        ((string)document["schemas"]![0]!).Split(':')[^1],
                        $"{_directory.Url}/{path.Split('/')[0]}{(document["id"] is { } id ? $"/{id}" : "")}"
                    )
                )
            );
    }

    [Test]
    public async Task The_user_type_names_its_schema_and_extension()
    {
        var type = (await _directory.Get("/ResourceTypes/User")).Body!;

        Assert.That(
            ((string?)type["endpoint"], (string?)type["schema"]),
            Is.EqualTo(("/Users", "urn:ietf:params:scim:schemas:core:2.0:User"))
        );
        Assert.That(
            type["schemaExtensions"]!.ToJsonString(),
            Is.EqualTo("""[{"schema":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","required":false}]""")
        );
    }

    [Test]
    public async Task Every_attribute_tells_all_its_characteristics()
    {
        foreach (var schema in (await _directory.Get("/Schemas")).Resources)
        foreach (var attribute in schema["attributes"]!.AsArray().SelectMany(a => (a!["subAttributes"] as JsonArray ?? []).Prepend(a)))
            Assert.That(
                attribute!.AsObject().Select(p => p.Key),
                Is.SupersetOf(
                    new[] { "name", "type", "multiValued", "description", "required", "caseExact", "mutability", "returned", "uniqueness" }
                )
            );
    }

    static IEnumerable<JsonNode?> Values(JsonNode node) =>
        node switch
        {
            JsonObject document => document.SelectMany(member => member.Value is null ? [null] : Values(member.Value)),
            JsonArray array => array.SelectMany(element => element is null ? [null] : Values(element)),
            _ => [node],
        };
}

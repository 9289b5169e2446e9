using System.Text.Json.Nodes;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class SwaggerTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task The_document_describes_every_endpoint_and_how_to_authenticate()
    {
        var document = await DocumentAsync();

        Assert.That((string?)document["components"]!["securitySchemes"]!["bearer"]!["scheme"], Is.EqualTo("bearer"));
        Assert.That(document["security"]!.AsArray(), Has.Count.EqualTo(1));
        var operations = Operations(document);
        Assert.That(operations, Has.Count.GreaterThanOrEqualTo(6));
        foreach (var operation in operations)
        {
            Assert.That((string?)operation["summary"], Is.Not.Empty.And.Not.Null);
            Assert.That(operation["responses"]!.AsObject(), Does.ContainKey("401"));
        }
    }

    [Test]
    public async Task Every_operation_has_an_id_of_its_own_that_can_name_a_method()
    {
        var ids = Operations(await DocumentAsync()).Select(operation => (string?)operation["operationId"] ?? "").ToList();

        Assert.That(ids, Is.Unique.And.All.Match("^[a-z][A-Za-z]+$"));
    }

    [Test]
    public async Task Every_parameter_is_described()
    {
        var parameters = Operations(await DocumentAsync())
            .SelectMany(operation =>
                operation["parameters"]?.AsArray().Select(parameter => (Id: operation["operationId"], Parameter: parameter!)) ?? []
            )
            .ToList();

        Assert.That(parameters, Is.Not.Empty);
        Assert.That(
            parameters.Where(p => p.Parameter["description"] is null).Select(p => $"{p.Id}: {p.Parameter["name"]}"),
            Is.Empty,
            "Describe it with WithParameter where the endpoint is mapped, or where the query is declared."
        );
    }

    [Test]
    public async Task Every_operation_stands_under_a_heading_that_is_described()
    {
        var document = await DocumentAsync();

        var described = document["tags"]!
            .AsArray()
            .Where(tag => (string?)tag!["description"] is { Length: > 0 })
            .Select(tag => (string)tag!["name"]!);
        var used = Operations(document).SelectMany(operation => operation["tags"]!.AsArray().Select(tag => (string)tag!)).Distinct();
        Assert.That(described, Is.EquivalentTo(used));
    }

    [TestCase("", "/")]
    [TestCase("https://scim.example.com/base/", "https://scim.example.com/base")]
    public async Task It_names_the_server_by_its_public_url(string publicUrl, string url)
    {
        await using var server = new ScimServer(settings: new() { ["PublicUrl"] = publicUrl });

        var servers = (await DocumentAsync(server))["servers"]!.AsArray();

        Assert.That(servers.Select(named => (string?)named!["url"]), Is.EqualTo(new[] { url }));
    }

    [TestCase("CreateOrganizationRequest", "name")]
    [TestCase("UpdateOrganizationRequest", "")]
    [TestCase("CreateConnectionRequest", "name")]
    [TestCase("UpdateConnectionRequest", "")]
    [TestCase("ConnectionSettingsRequest", "")]
    [TestCase("ChangeStateRequest", "")]
    [TestCase("CreateTokenRequest", "")]
    [TestCase("RotateTokenRequest", "")]
    [TestCase("CreateOAuthClientRequest", "")]
    [TestCase("FederationRequest", "audience subject")]
    [TestCase("CreateClientSecretRequest", "")]
    [TestCase("CreateAdminKeyRequest", "label")]
    public async Task A_member_of_a_request_is_required_when_it_must_be_given(string schema, string required) =>
        Assert.That(Required((await DocumentAsync())["components"]!["schemas"]![schema]!), Is.EqualTo(required));

    [TestCase("TokenResponse", "createdAt createdBy hint id scopes status")]
    [TestCase("TokenResponsePage", "data")]
    [TestCase("CreatedTokenResponse", "createdAt hint id scopes tenantUrl token")]
    [TestCase(
        "ConnectionSettings",
        "acceptEntraTokens announcePagination groupPatchReturnsResource ignoreUnknownAttributes uniqueGroupNames"
    )]
    [TestCase("ProblemDetails", "code requestId")]
    public async Task A_member_of_a_response_is_required_when_it_is_always_there(string schema, string required) =>
        Assert.That(Required((await DocumentAsync())["components"]!["schemas"]![schema]!), Is.EqualTo(required));

    [Test]
    public async Task Every_member_of_a_response_is_required_or_may_be_null()
    {
        var neither =
            from schema in (await DocumentAsync())["components"]!["schemas"]!.AsObject()
            where schema.Key.EndsWith("Response", StringComparison.Ordinal) || schema.Key.EndsWith("Page", StringComparison.Ordinal)
            from member in schema.Value!["properties"]!.AsObject()
            where !Required(schema.Value!).Split(' ').Contains(member.Key) && !MayBeNull(member.Value!)
            select $"{schema.Key}.{member.Key}";

        // Lists of connections have no counts.
        Assert.That(neither, Is.EqualTo(new[] { "ConnectionResponse.counts" }));
    }

    [Test]
    public async Task Every_member_of_a_message_is_described_and_has_an_example()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!.AsObject();

        var members = schemas
            .SelectMany(schema =>
                schema.Value!["properties"]?.AsObject().Select(member => (Name: $"{schema.Key}.{member.Key}", Schema: member.Value!)) ?? []
            )
            .ToList();
        Assert.That(members, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            // What refers to another schema has its examples there; problem details are described by RFC 9457.
            Assert.That(
                members
                    .Where(member =>
                        (member.Schema["$ref"] ?? member.Schema["oneOf"] ?? member.Schema["items"]) is null
                        && !member.Schema.AsObject().ContainsKey("examples")
                    )
                    .Select(member => member.Name),
                Is.Empty
            );
            Assert.That(
                members
                    .Where(member =>
                        member.Schema["$ref"] is null
                        && member.Schema["description"] is null
                        && !member.Name.Contains("ProblemDetails", StringComparison.Ordinal)
                    )
                    .Select(member => member.Name),
                Is.Empty
            );
        });
    }

    /// <summary>
    /// A change of the interface changes this file, so that a review sees it. <c>SCIM_WRITE_OPENAPI=1</c> writes it anew.
    /// </summary>
    [Test]
    public async Task The_document_is_the_one_in_the_docs()
    {
        var served = (await DocumentAsync()).ToJsonString(new() { WriteIndented = true }) + "\n";

        ProjectFolder.RequireGenerated("docs/openapi.json", served, "SCIM_WRITE_OPENAPI", nameof(SwaggerTests));
    }

    [Test]
    public async Task The_pages_are_there()
    {
        using var client = _server.ClientWith(null);

        Assert.That(await client.GetStringAsync(new Uri("/swagger", UriKind.Relative)), Does.Contain("swagger-ui"));
    }

    static List<JsonNode> Operations(JsonNode document) =>
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!)];

    static string Required(JsonNode schema) =>
        string.Join(' ', (schema["required"]?.AsArray() ?? []).Select(name => (string)name!).Order(StringComparer.Ordinal));

    // A member that may be any JSON has no type at all.
    static bool MayBeNull(JsonNode member) =>
        member["type"] is JsonArray types ? types.Any(type => (string?)type == "null")
        : member["oneOf"] is JsonArray alternatives ? alternatives.Any(alternative => (string?)alternative!["type"] == "null")
        : member["type"] is null && member["$ref"] is null;

    Task<JsonNode> DocumentAsync() => DocumentAsync(_server);

    static async Task<JsonNode> DocumentAsync(ScimServer server)
    {
        using var client = server.ClientWith(null);
        return JsonNode.Parse(await client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative)))!;
    }
}

using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimProvisioning.Tests.House;
using ScimProvisioning.Tests.People;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class SwaggerTests
{
    /// <summary>The person that a sample names.</summary>
    const string Someone = "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10";

    ScimServer _server = null!;

    // A database of its own, since some samples change what holds for all connections.
    [OneTimeSetUp]
    public async Task Start() => _server = new(await PostgresFixture.CreateDatabaseAsync(), new() { ["Swagger:Enabled"] = "true" });

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

    // What the page fills in when somebody presses "Try it out".
    [Test]
    public async Task Every_sample_of_a_body_can_be_sent_as_it_is()
    {
        var paths = (await DocumentAsync())["paths"]!.AsObject();
        var samples =
            from path in paths
            from operation in path.Value!.AsObject()
            where operation.Value!["requestBody"] is not null
            from content in operation.Value!["requestBody"]!["content"]!.AsObject()
            select (Path: path.Key, Method: operation.Key, MediaType: content.Key, Body: content.Value!["example"]);
        var schema = (Path: "/schemas", Body: Sample("/api/v1/connections/{id}/schemas"));
        var type = (Path: "/resource-types", Body: Sample("/api/v1/connections/{id}/resource-types"));

        var refused = new List<string>();
        foreach (var (path, method, mediaType, body) in samples)
        {
            var connection = await _server.Connect();
            var organization = await _server.Organization();
            // Whoever is edited or merged must be there.
            var (person, other) = path.Contains("/users/", StringComparison.Ordinal) ? await _server.TwoPeople(connection.Id) : ("", "");
            var client = await _server.Create($"/connections/{connection.Id}/oauth-clients", "{}");
            var hook = await _server.Create("/webhook-endpoints", $$"""{"url":"http://127.0.0.1:1/","connectionId":"{{connection.Id}}"}""");
            // A type needs its schema; and what is replaced must be there.
            if (path.Contains("/schemas/", StringComparison.Ordinal) || path.Contains("/resource-types", StringComparison.Ordinal))
                await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}{schema.Path}", schema.Body);
            if (path.Contains("/resource-types/", StringComparison.Ordinal))
                await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}{type.Path}", type.Body);
            var reconciliation = path.Contains("{reconciliationId}", StringComparison.Ordinal)
                ? (await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/reconciliations")).Body!["id"]
                : null;
            var address = path["/api/v1".Length..]
                .Replace(
                    "{id}",
                    path.Contains("/organizations/") ? $"{organization}"
                        : path.Contains("/users/") ? person
                        : path.Contains("/webhook-endpoints/") ? $"{hook}"
                        : $"{connection.Id}",
                    StringComparison.Ordinal
                )
                .Replace("{organizationId}", $"{organization}", StringComparison.Ordinal)
                .Replace("{reconciliationId}", $"{reconciliation}", StringComparison.Ordinal)
                .Replace("{tokenId}", $"{connection.TokenId}", StringComparison.Ordinal)
                .Replace("{clientRowId}", $"{client}", StringComparison.Ordinal)
                .Replace("{schemaId}", "urn:acme:params:scim:schemas:Device", StringComparison.Ordinal)
                .Replace("{name}", "Device", StringComparison.Ordinal);

            // A body that is not JSON is a text, which is sent as it is.
            var text = body is JsonValue value && value.TryGetValue(out string? file) ? file : body?.ToJsonString() ?? "";
            using var request = new HttpRequestMessage(new(method.ToUpperInvariant()), "/api/v1" + address)
            {
                Content = new StringContent(text.Replace(Someone, other, StringComparison.Ordinal), new MediaTypeHeaderValue(mediaType)),
            };
            using var response = await _server.Admin.SendAsync(request);
            var (status, answer) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync());

            if (body is null || status >= 300)
                refused.Add($"{method} {path} {mediaType} {body?.ToJsonString()}: {status} {answer}");
        }

        Assert.That(refused, Is.Empty, "Add a sample to OpenApiSamples.");

        string Sample(string path) =>
            paths[path]!["post"]!["requestBody"]!["content"]!.AsObject().First().Value!["example"]!.ToJsonString();
    }

    [Test]
    public async Task Every_error_has_an_example_of_its_own_status()
    {
        var wrong =
            from operation in Operations(await DocumentAsync())
            from answer in operation["responses"]!.AsObject()
            where answer.Key[0] is '4' or '5'
            from body in answer.Value!["content"]?.AsObject() ?? []
            where $"{body.Value!["example"]?["status"]}" != answer.Key
            select $"{operation["operationId"]}: {answer.Key}";

        Assert.That(wrong, Is.Empty, "Add the status to OpenApiSamples.");
    }

    [TestCase("", "/")]
    [TestCase("https://scim.example.com/base/", "https://scim.example.com/base")]
    public async Task It_names_the_server_by_its_public_url(string publicUrl, string url)
    {
        await using var server = new ScimServer(settings: new() { ["PublicUrl"] = publicUrl, ["Swagger:Enabled"] = "true" });

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

    [TestCase("Production", null, 404)]
    [TestCase("Production", "true", 200)]
    [TestCase("Development", null, 200)]
    [TestCase("Development", "false", 404)]
    public async Task In_production_the_pages_are_there_only_when_a_setting_says_so(string environment, string? setting, int status)
    {
        await using var server = new ScimServer(settings: new() { ["environment"] = environment, ["Swagger:Enabled"] = setting ?? "" });
        using var client = server.ClientWith(null);

        foreach (var path in (string[])["/swagger/v1/swagger.json", "/swagger/index.html"])
            Assert.That((int)(await client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode, Is.EqualTo(status), path);
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

using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Admin;

/// <summary>
/// A request that an endpoint cannot read is refused with the wrong field and what it must be. Nothing is ignored: with a misspelt field
/// the default would apply.
/// </summary>
[TestFixture, Parallelizable]
sealed class UnreadableRequestTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("/admin-keys", """{"label":"x","scopes":["read"]}""", "scopes", "label, scope, organizationId")]
    [TestCase("/organizations", """{"name":"x","maxConnection":1}""", "maxConnection", "name, externalId, maxConnections")]
    [TestCase(
        "/connections",
        """{"name":"x","allowedIps":["192.0.2.1"]}""",
        "allowedIps",
        "name, organizationId, provider, entraTenantId, entraAppObjectId, allowedAddresses, settings, allowSharedTenant"
    )]
    [TestCase(
        "/connections",
        """{"name":"x","settings":{"ignoreUnknown":true}}""",
        "settings.ignoreUnknown",
        "uniqueGroupNames, groupPatchReturnsResource, ignoreUnknownAttributes, acceptEntraTokens, announcePagination"
    )]
    [TestCase("/connections/{id}/tokens", """{"scope":["read"]}""", "scope", "label, expiresInDays, expiresAt, scopes")]
    [TestCase(
        "/connections/{id}/tokens/{token}/rotate",
        """{"overlap":0}""",
        "overlap",
        "overlapHours, label, expiresInDays, expiresAt, scopes"
    )]
    [TestCase(
        "/connections",
        """{"name":"x","allowed ips":[]}""",
        "allowed ips",
        "name, organizationId, provider, entraTenantId, entraAppObjectId, allowedAddresses, settings, allowSharedTenant"
    )]
    [TestCase(
        "/connections",
        """{"name":"x","settings":{"unique.names":true}}""",
        "settings.unique.names",
        "uniqueGroupNames, groupPatchReturnsResource, ignoreUnknownAttributes, acceptEntraTokens, announcePagination"
    )]
    [TestCase("/connections/{id}/oauth-clients", """{"federation":{"sub ject":"x"}}""", "federation.sub ject", "subject, audience, issuer")]
    [TestCase(
        "/connections/{id}/oauth-clients",
        """{"expiresAt":"2100-01-01T00:00:00Z"}""",
        "expiresAt",
        "label, scopes, federation, expiresInDays"
    )]
    [TestCase("/connections/{id}/pause", """{"reasn":"x"}""", "reasn", "reason")]
    public async Task A_field_that_is_not_there_is_named_beside_those_that_are(string path, string body, string field, string known)
    {
        var connection = await _server.Connect();
        var before = await AdminCalls.Told(connection.Id);

        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            path.Replace("{id}", $"{connection.Id}").Replace("{token}", $"{connection.TokenId}"),
            body
        );

        Assert.That(
            (status, Code(problem), Error(problem, field)),
            Is.EqualTo((400, "validation_failed", $"Is unknown here. There are: {known}."))
        );
        Assert.That(await AdminCalls.Told(connection.Id), Is.EqualTo(before));
    }

    [TestCase("""{"name":"x","entraTenantId":"contoso.onmicrosoft.com"}""", "entraTenantId", "Must be an id")]
    [TestCase("""{"name":"x","allowedAddresses":"192.0.2.0/24"}""", "allowedAddresses", "Must be a list")]
    [TestCase("""{"name":"x","allowedAddresses":[7]}""", "allowedAddresses[0]", "Must be text")]
    [TestCase("""{"name":7}""", "name", "Must be text")]
    [TestCase("""{"name":"\ud800"}""", "name", "Must be text")]
    [TestCase("""{"name":"x","allowedAddresses":[[]]}""", "allowedAddresses[0]", "Must be text")]
    [TestCase("""{"name":"x","settings":[]}""", "settings", "Must be an object")]
    [TestCase("""{"name":"x","settings":{"uniqueGroupNames":"false"}}""", "settings.uniqueGroupNames", "Must be true or false")]
    [TestCase("""{"name":"x","name":"y"}""", "name", "Must not be there twice")]
    public async Task A_value_of_the_wrong_kind_is_told_what_it_must_be(string body, string field, string message)
    {
        var (status, problem) = await _server.Send(HttpMethod.Post, "/connections", body);

        Assert.That((status, Code(problem)), Is.EqualTo((400, "validation_failed")));
        Assert.That(Error(problem, field), Does.StartWith(message));
    }

    [TestCase("""{"expiresInDays":"90"}""", "expiresInDays", "Must be a whole number")]
    [TestCase("""{"expiresInDays":99999999999}""", "expiresInDays", "Must be a whole number, up to 2147483647")]
    [TestCase("""{"expiresInDays":1.5}""", "expiresInDays", "Must be a whole number")]
    [TestCase("""{"expiresAt":"2100-01-31"}""", "expiresAt", "Must be a time with its zone")]
    [TestCase("""{"scopes":"read"}""", "scopes", "Must be a list")]
    public async Task So_is_one_of_a_token(string body, string field, string message)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", body);

        Assert.That((status, Code(problem)), Is.EqualTo((400, "validation_failed")));
        Assert.That(Error(problem, field), Does.StartWith(message));
    }

    [TestCase("""{"name":"x" """, "The body is not JSON: it cannot be read from line 1, byte")]
    [TestCase("""{"name":"x",}""", "The body is not JSON: it cannot be read from line 1, byte")]
    [TestCase("[]", "The body is JSON, but not the object that is expected here.")]
    [TestCase("null", "Send a JSON object as the body.")]
    [TestCase("", "Send a JSON object as the body.")]
    public async Task A_body_that_is_no_object_is_told_so(string body, string detail)
    {
        var (status, problem) = await _server.Send(HttpMethod.Post, "/connections", body);

        Assert.That((status, Code(problem)), Is.EqualTo((400, "bad_request")));
        Assert.That((string?)problem!["detail"], Does.StartWith(detail));
    }

    [TestCase("/connections?limit=abc", "limit", "Must be a whole number, up to 2147483647.")]
    [TestCase("/connections?limit=1.5", "limit", "Must be a whole number, up to 2147483647.")]
    [TestCase(
        "/connections?after=garbage",
        "after",
        "Must be an id, such as 0193a5b0-7e1c-7d52-a1f3-5c4b9d0e8f26; a key (con-…) or a clientId (client-…) is none."
    )]
    [TestCase(
        "/audit-log?connectionId=abc",
        "connectionId",
        "Must be an id, such as 0193a5b0-7e1c-7d52-a1f3-5c4b9d0e8f26; a key (con-…) or a clientId (client-…) is none."
    )]
    [TestCase(
        "/audit-log?from=2020-01-01",
        "from",
        "Is unknown here. There are: organizationId, connectionId, actor, action, limit, after."
    )]
    [TestCase("/organizations?name=x", "name", "Is unknown here. There are: externalId, limit, after.")]
    [TestCase("/admin-keys/00000000-0000-7000-8000-000000000002?full=1", "full", "Is unknown here: there are no parameters.")]
    public async Task A_parameter_that_is_wrong_or_not_there_is_named(string path, string parameter, string message)
    {
        var (status, problem) = await _server.Send(HttpMethod.Get, path);

        Assert.That((status, Code(problem), Error(problem, parameter)), Is.EqualTo((400, "validation_failed", message)));
    }

    [Test]
    public async Task A_misspelt_parameter_deletes_nothing()
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(HttpMethod.Delete, $"/connections/{connection.Id}?user=remove");

        Assert.That((status, Error(problem, "user")), Is.EqualTo((400, "Is unknown here. There are: users.")));
        Assert.That((await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}")).Status, Is.EqualTo(200));
    }

    static string? Code(JsonNode? problem) => (string?)problem!["code"];

    static string? Error(JsonNode? problem, string field) => (string?)problem!["errors"]?[field]?[0];
}

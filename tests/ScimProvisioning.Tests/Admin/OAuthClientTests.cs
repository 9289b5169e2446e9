using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class OAuthClientTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("30")]
    [TestCase("null")]
    public async Task A_client_with_a_federation_has_no_expiry(string days)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{connection.Id}/oauth-clients",
            $$"""{"federation":{"subject":"s","audience":"a","issuer":"https://issuer.example"},"expiresInDays":{{days}}}"""
        );

        Assert.That(
            (status, (string?)problem!["errors"]?["expiresInDays"]?[0]),
            Is.EqualTo((400, "A client with a federation has no secret that could expire: leave this out."))
        );
    }

    [Test]
    public async Task A_secret_is_shown_once_and_never_stored()
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var (status, made) = await Create(directory.Connection, """{"label":"Entra"}""");
        var (_, one) = await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/oauth-clients/{made["id"]}");
        var (_, list) = await _server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}/oauth-clients");

        var (secret, clientId) = ((string)made["clientSecret"]!, (string)made["clientId"]!);
        Assert.That((status, (string?)made["label"]), Is.EqualTo((201, "Entra")));
        Assert.That(((string?)made["tokenUrl"], (string?)made["tenantUrl"]), Is.EqualTo(($"{_server.Address}oauth2/token", directory.Url)));
        Assert.That((secret.Length, clientId.Length), Is.LessThan((64, 64)));
        Assert.That(secret + clientId, Does.Match("^[A-Za-z0-9_-]+$"));
        Assert.That(
            one!.AsObject().Select(member => member.Key),
            Is.EqualTo(
                new[]
                {
                    "id",
                    "clientId",
                    "label",
                    "status",
                    "scopes",
                    "federation",
                    "secrets",
                    "tokenUrl",
                    "tenantUrl",
                    "createdAt",
                    "createdBy",
                    "revokedAt",
                }
            )
        );
        Assert.That(
            one["secrets"]![0]!.AsObject().Select(member => member.Key),
            Is.EqualTo(new[] { "id", "hint", "status", "createdAt", "createdBy", "expiresAt", "revokedAt", "lastUsedAt" })
        );
        Assert.That((string?)one["secrets"]![0]!["hint"], Is.EqualTo($"{secret[..5]}…{secret[^4..]}"));
        Assert.That(list!["data"]![0]!.ToJsonString(), Is.EqualTo(one.ToJsonString()));
        foreach (var table in (string[])["oauth_clients", "oauth_client_secrets", "audit_log", "changes"])
            Assert.That(
                await directory.Ask<string>(
                    $"SELECT coalesce(string_agg(to_jsonb(t)::text, ''), '') FROM {table} t WHERE connection_id = $1"
                ),
                Is.Not.Empty.And.Not.Contains(secret),
                table
            );
    }

    [TestCase(null, 365)]
    [TestCase("{}", 365)]
    [TestCase("""{"expiresInDays":1}""", 1)]
    [TestCase("""{"expiresInDays":1095}""", 1095)]
    [TestCase("""{"expiresInDays":null}""", null)]
    public async Task A_secret_lives_for_a_year_unless_the_caller_says_otherwise(string? json, int? days)
    {
        var connection = await _server.Connect();

        var (_, made) = await Create(connection, json);
        var (_, next) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/oauth-clients/{made["id"]}/secrets", json);

        foreach (var one in (JsonNode[])[made, next!])
            Assert.That(
                (DateTime?)one["expiresAt"] - (DateTime)one["createdAt"]!,
                Is.EqualTo(days is null ? null : TimeSpan.FromDays(days.Value))
            );
    }

    [TestCase("""{"expiresInDays":0}""", "expiresInDays", "Must be between 1 and 1095 days, or null for a secret that never expires.")]
    [TestCase("""{"expiresInDays":1096}""", "expiresInDays", "Must be between 1 and 1095 days, or null for a secret that never expires.")]
    [TestCase("""{"label":"a\u0000"}""", "label", "Must not contain control characters.")]
    [TestCase("""{"scopes":[]}""", "scopes", "Must be read, write or both.")]
    [TestCase("""{"scopes":["admin"]}""", "scopes", "Must be read, write or both.")]
    [TestCase("""{"federation":{"audience":"a"}}""", "federation.subject", "Must not be empty.")]
    [TestCase("""{"federation":{"subject":"s","audience":""}}""", "federation.audience", "Must not be empty.")]
    [TestCase(
        """{"federation":{"subject":"s","audience":"a"}}""",
        "federation.issuer",
        "Must be given, since the connection has no entraTenantId."
    )]
    [TestCase(
        """{"federation":{"subject":"s","audience":"a","issuer":"http://issuer.example"}}""",
        "federation.issuer",
        "Must be an https URL without a query."
    )]
    [TestCase(
        """{"federation":{"subject":"s","audience":"a","issuer":"https://issuer.example?x"}}""",
        "federation.issuer",
        "Must be an https URL without a query."
    )]
    [TestCase(
        """{"federation":{"subject":"s","audience":"a","issuer":"file:///etc/passwd"}}""",
        "federation.issuer",
        "Must be an https URL without a query."
    )]
    [TestCase(
        """{"federation":{"subject":"s","audience":"a","issuer":"issuer"}}""",
        "federation.issuer",
        "Must be an https URL without a query."
    )]
    public async Task A_wrong_field_is_named_with_a_message(string json, string field, string message)
    {
        var (status, problem) = await Create(await _server.Connect(), json);

        Assert.That((status, (string?)problem["errors"]![field]?[0]), Is.EqualTo((400, message)), problem.ToJsonString());
    }

    [Test]
    public async Task The_issuer_of_a_federation_is_the_connections_Entra_tenant_unless_another_is_given()
    {
        var connection = await _server.Connect();
        await PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET entra_tenant_id = '6babcaad-604b-40ac-a9d7-9fd97c0b779f' WHERE id = '{connection.Id}'",
            PostgresFixture.ConnectionString
        );

        var (_, own) = await Create(connection, """{"federation":{"subject":"s","audience":"a"}}""");
        var (_, other) = await Create(connection, """{"federation":{"subject":"s","audience":"a","issuer":"https://issuer.example"}}""");

        Assert.That(
            own["federation"]!.ToJsonString(),
            Is.EqualTo(
                """{"issuer":"https://login.microsoftonline.com/6babcaad-604b-40ac-a9d7-9fd97c0b779f/v2.0","subject":"s","audience":"a"}"""
            )
        );
        Assert.That(
            ((string?)other["federation"]!["issuer"], (string?)own["clientSecret"], (string?)own["secretId"]),
            Is.EqualTo(("https://issuer.example", (string?)null, (string?)null))
        );
        await Refuses(HttpMethod.Post, $"/connections/{connection.Id}/oauth-clients/{own["id"]}/secrets", 409, "client_federated");
    }

    [Test]
    public async Task A_third_live_secret_is_refused_until_one_of_the_two_is_revoked_or_has_expired()
    {
        await using var server = new ScimServer();
        var client = await TestOAuthClient.CreateAsync(server, (await server.Connect()).Id);
        var (first, second) = (await Secret("""{"expiresInDays":1}"""), await Secret());
        await server.Send(HttpMethod.Delete, $"{client.Path}/secrets/{client.SecretId}");
        var (third, fourth) = (await Secret(), await Secret());
        server.Clock.Advance(TimeSpan.FromDays(1));

        var afterwards = await Secret();

        Assert.That(
            (first, second, third, fourth, afterwards),
            Is.EqualTo(((201, (string?)null), (409, "two_secrets"), (201, (string?)null), (409, "two_secrets"), (201, (string?)null)))
        );
        var (_, shown) = await server.Send(HttpMethod.Get, client.Path);
        Assert.That(
            shown!["secrets"]!.AsArray().Select(secret => (string?)secret!["status"]),
            Is.EqualTo(new[] { "revoked", "expired", "active", "active" })
        );

        async Task<(int, string?)> Secret(string? json = null)
        {
            var (status, body) = await server.Send(HttpMethod.Post, $"{client.Path}/secrets", json);
            return (status, (string?)body!["code"]);
        }
    }

    [Test]
    public async Task Using_a_secret_is_noted()
    {
        var client = await TestOAuthClient.CreateAsync(_server, (await _server.Connect()).Id);
        Assert.That((await Shown())["secrets"]![0]!["lastUsedAt"], Is.Null);

        await client.InHeader(secret: "wrong");
        Assert.That((await Shown())["secrets"]![0]!["lastUsedAt"], Is.Null);
        await client.AccessToken();

        Assert.That(
            (DateTime)(await Shown())["secrets"]![0]!["lastUsedAt"]!,
            Is.EqualTo(_server.Clock.GetUtcNow().UtcDateTime).Within(TimeSpan.FromMinutes(1))
        );

        async Task<JsonNode> Shown() => (await _server.Send(HttpMethod.Get, client.Path)).Body!;
    }

    [Test]
    public async Task Revoking_twice_is_as_good_as_once_and_gives_no_more_secrets()
    {
        var client = await TestOAuthClient.CreateAsync(_server, (await _server.Connect()).Id);

        var (_, first) = await _server.Send(HttpMethod.Post, $"{client.Path}/revoke");
        var (_, second) = await _server.Send(HttpMethod.Post, $"{client.Path}/revoke");

        Assert.That(((string?)first!["status"], (string?)first["revokedAt"]), Is.EqualTo(("revoked", (string?)second!["revokedAt"])));
        Assert.That(
            ((string?)second["secrets"]![0]!["status"], (string?)second["secrets"]![0]!["revokedAt"]),
            Is.EqualTo(("revoked", (string?)second["revokedAt"]))
        );
        await Refuses(HttpMethod.Post, $"{client.Path}/secrets", 409, "client_revoked");
    }

    [Test]
    public async Task A_disconnected_connection_gets_no_new_keys()
    {
        var connection = await _server.Connect();
        var client = await TestOAuthClient.CreateAsync(_server, connection.Id);
        await PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET state = 'disconnected' WHERE id = '{connection.Id}'; NOTIFY connection_changed",
            PostgresFixture.ConnectionString
        );

        await Refuses(HttpMethod.Post, $"/connections/{connection.Id}/oauth-clients", 409, "invalid_state");
        await Refuses(HttpMethod.Post, $"{client.Path}/secrets", 409, "invalid_state");
    }

    [TestCase("GET", "")]
    [TestCase("DELETE", "")]
    [TestCase("POST", "/revoke")]
    [TestCase("POST", "/secrets")]
    [TestCase("DELETE", "/secrets/{0}")]
    public async Task A_client_of_another_connection_is_not_there(string method, string action)
    {
        var client = await TestOAuthClient.CreateAsync(_server, (await _server.Connect()).Id);
        var other = await _server.Connect();

        await Refuses(
            new(method),
            $"/connections/{other.Id}/oauth-clients/{client.Id}{string.Format(null, action, client.SecretId)}",
            404,
            "not_found"
        );

        Assert.That((await client.InHeader()).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Every_change_is_in_the_audit_log()
    {
        var client = await TestOAuthClient.CreateAsync(_server, (await _server.Connect()).Id);
        await _server.Send(HttpMethod.Post, $"{client.Path}/secrets");
        await _server.Send(HttpMethod.Delete, $"{client.Path}/secrets/{client.SecretId}");
        await _server.Send(HttpMethod.Delete, client.Path);

        var (_, log) = await _server.Send(HttpMethod.Get, $"/audit-log?connectionId={client.ConnectionId}&limit=200");

        Assert.That(
            log!["data"]!
                .AsArray()
                .Select(entry => (string)entry!["action"]!)
                .Where(action => action.Contains("oauth", StringComparison.Ordinal)),
            Is.EquivalentTo(
                new[]
                {
                    "connection.oauth_client_created",
                    "connection.oauth_secret_created",
                    "connection.oauth_secret_revoked",
                    "connection.oauth_client_revoked",
                }
            )
        );
    }

    async Task<(int Status, JsonNode Body)> Create(TestConnection connection, string? json)
    {
        var (status, body) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/oauth-clients", json);
        return (status, body!);
    }

    async Task Refuses(HttpMethod method, string path, int status, string code)
    {
        var (answered, body) = await _server.Send(method, path);

        Assert.That((answered, (string?)body!["code"]), Is.EqualTo((status, code)));
    }
}

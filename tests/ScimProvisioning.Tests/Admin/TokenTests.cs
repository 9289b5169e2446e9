namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class TokenTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_token_is_short_and_shown_once()
    {
        var connection = await _server.Connect();

        var (status, made) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", """{"label":"Entra"}""");
        var (_, list) = await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens");

        var token = (string)made!["token"]!;
        Assert.That((status, (string?)made["label"], (string?)made["hint"]), Is.EqualTo((201, "Entra", "…" + token[^4..])));
        Assert.That(token, Has.Length.LessThanOrEqualTo(200));
        Assert.That((string?)made["tenantUrl"], Does.EndWith($"/scim/v2/{connection.Key}"));
        var listed = list!["data"]!.AsArray().Single(entry => (Guid)entry!["id"]! == (Guid)made["id"]!)!;
        Assert.That(
            listed.AsObject().Select(member => member.Key),
            Is.EquivalentTo(
                new[]
                {
                    "id",
                    "label",
                    "hint",
                    "status",
                    "scopes",
                    "createdAt",
                    "createdBy",
                    "expiresAt",
                    "revokedAt",
                    "replacedAt",
                    "lastUsedAt",
                    "lastUsedAddress",
                    "lastUsedAgent",
                }
            )
        );
        Assert.That(list.ToJsonString(), Does.Not.Contain(token));
    }

    [Test]
    public async Task A_token_can_be_read_by_itself_and_names_who_made_it()
    {
        var connection = await _server.Connect();

        using var made = await _server.Admin.PostAsync(new Uri($"/api/v1/connections/{connection.Id}/tokens", UriKind.Relative), null);
        var (status, token) = await _server.Send(HttpMethod.Get, made.Headers.Location!.ToString()["/api/v1".Length..]);

        Assert.That(
            (status, (string?)token!["status"], (string?)token["createdBy"]),
            Is.EqualTo((200, "active", "admin-key:00000000-0000-7000-8000-000000000002"))
        );
        Assert.That(token.AsObject(), Does.Not.ContainKey("token"));
    }

    [TestCase("{}", "read,write")]
    [TestCase("""{"scopes":["read"]}""", "read")]
    [TestCase("""{"scopes":["write"]}""", "write")]
    [TestCase("""{"scopes":["write","read","write"]}""", "read,write")]
    public async Task A_token_has_the_scopes_that_were_asked_for(string json, string scopes)
    {
        var connection = await _server.Connect();

        var (_, made) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", json);
        var (_, token) = await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens/{made!["id"]}");

        foreach (var shown in new[] { made, token })
            Assert.That(string.Join(',', shown!["scopes"]!.AsArray().Select(scope => (string?)scope)), Is.EqualTo(scopes));
    }

    [Test]
    public async Task A_disconnected_connection_gets_no_token_before_it_is_reconnected()
    {
        var connection = await _server.Connect();
        await PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET state = 'disconnected' WHERE id = '{connection.Id}'",
            PostgresFixture.ConnectionString
        );

        foreach (var path in new[] { "tokens", $"tokens/{connection.TokenId}/rotate" })
        {
            var (status, problem) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/{path}");
            Assert.That((status, (string?)problem!["code"]), Is.EqualTo((409, "invalid_state")));
            Assert.That((string?)problem["detail"], Does.Contain("reconnect it first"));
        }
    }

    [Test]
    public async Task Access_tokens_of_oauth_clients_are_no_secret_tokens()
    {
        var connection = await _server.Connect();
        await PostgresFixture.ExecuteAsync(
            $"""
            WITH client AS (INSERT INTO oauth_clients (id, connection_id, client_id, scopes, created_at, created_by)
                VALUES (gen_random_uuid(), '{connection.Id}', gen_random_uuid()::text, '{"{read}"}', now(), 'test') RETURNING id)
            UPDATE tokens SET oauth_client_id = client.id FROM client WHERE tokens.id = '{connection.TokenId}'
            """,
            PostgresFixture.ConnectionString
        );
        var path = $"/connections/{connection.Id}/tokens";

        var (_, list) = await _server.Send(HttpMethod.Get, path);

        Assert.That(list!["data"]!.AsArray(), Is.Empty);
        foreach (var (method, action) in new[] { ("GET", ""), ("POST", "/rotate"), ("POST", "/revoke"), ("DELETE", "") })
            Assert.That((await _server.Send(new(method), $"{path}/{connection.TokenId}{action}")).Status, Is.EqualTo(404), method + action);
    }

    [TestCase("""{"scopes":[]}""", "scopes", "Must be read, write or both.")]
    [TestCase("""{"scopes":["admin"]}""", "scopes", "Must be read, write or both.")]
    [TestCase("""{"scopes":[null]}""", "scopes", "Must be read, write or both.")]
    [TestCase("""{"expiresInDays":0}""", "expiresInDays", "Must be between 1 and 3650 days, or null for a token that never expires.")]
    [TestCase("""{"expiresInDays":3651}""", "expiresInDays", "Must be between 1 and 3650 days, or null for a token that never expires.")]
    [TestCase("""{"label":"a\nb"}""", "label", "Must not contain control characters.")]
    public async Task A_wrong_field_is_named_with_a_message(string json, string field, string message)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", json);

        Assert.That((status, (string?)problem!["errors"]![field]![0]), Is.EqualTo((400, message)));
    }

    [Test]
    public async Task Revoking_twice_is_as_good_as_once()
    {
        var connection = await _server.Connect();
        var path = $"/connections/{connection.Id}/tokens/{connection.TokenId}";

        var (first, _) = await _server.Send(HttpMethod.Delete, path);
        var revokedAt = await RevokedAt(connection);
        var (second, _) = await _server.Send(HttpMethod.Delete, path);

        Assert.That((first, second), Is.EqualTo((204, 204)));
        Assert.That(revokedAt, Is.Not.Null.And.EqualTo(await RevokedAt(connection)));
    }

    [Test]
    public async Task A_token_of_another_connection_cannot_be_revoked()
    {
        var connection = await _server.Connect();
        var other = await _server.Connect();

        var (status, _) = await _server.Send(HttpMethod.Delete, $"/connections/{other.Id}/tokens/{connection.TokenId}");

        Assert.That((status, await RevokedAt(connection)), Is.EqualTo((404, (string?)null)));
    }

    [TestCase("POST")]
    [TestCase("GET")]
    public async Task An_unknown_connection_has_no_tokens(string method)
    {
        var (status, problem) = await _server.Send(new(method), "/connections/00000000-0000-0000-0000-000000000009/tokens");

        Assert.That((status, (int)problem!["status"]!), Is.EqualTo((404, 404)));
    }

    async Task<string?> RevokedAt(TestConnection connection)
    {
        var (_, list) = await _server.Send(HttpMethod.Get, $"/connections/{connection.Id}/tokens");
        return (string?)list!["data"]![0]!["revokedAt"];
    }
}

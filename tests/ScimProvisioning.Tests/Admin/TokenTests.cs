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
        Assert.That(listed.AsObject().Select(member => member.Key), Is.EquivalentTo(
            new[] { "id", "label", "hint", "createdAt", "expiresAt", "revokedAt", "lastUsedAt" }));
        Assert.That(list.ToJsonString(), Does.Not.Contain(token));
    }

    [TestCase(null, 365)]
    [TestCase("{}", 365)]
    [TestCase("""{"expiresInDays":30}""", 30)]
    [TestCase("""{"expiresInDays":3650}""", 3650)]
    [TestCase("""{"expiresInDays":null}""", null)]
    public async Task A_token_expires_in_a_year_unless_the_caller_says_otherwise(string? json, int? days)
    {
        var connection = await _server.Connect();

        var (status, made) = await _server.Send(HttpMethod.Post, $"/connections/{connection.Id}/tokens", json);

        Assert.That(status, Is.EqualTo(201));
        Assert.That((DateTime?)made!["expiresAt"] - (DateTime)made["createdAt"]!, Is.EqualTo(days is null ? null : TimeSpan.FromDays(days.Value)));
    }

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

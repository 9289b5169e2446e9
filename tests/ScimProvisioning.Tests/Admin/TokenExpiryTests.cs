using System.Xml;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class TokenExpiryTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

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
        Assert.That(
            (DateTime?)made!["expiresAt"] - (DateTime)made["createdAt"]!,
            Is.EqualTo(days is null ? null : TimeSpan.FromDays(days.Value))
        );
    }

    [TestCase("P45D")]
    [TestCase("P3650D")]
    public async Task A_token_may_expire_at_a_moment_of_the_callers_choice(string period)
    {
        var connection = await _server.Connect();
        var moment = (_server.Clock.GetUtcNow() + XmlConvert.ToTimeSpan(period)).AddSeconds(-1);

        var (status, made) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{connection.Id}/tokens",
            $$"""{"expiresAt":"{{moment.ToOffset(TimeSpan.FromHours(2)):yyyy-MM-ddTHH:mm:ss.fffffffzzz}}"}"""
        );

        Assert.That(status, Is.EqualTo(201));
        Assert.That((string?)made!["expiresAt"], Is.EqualTo($"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.FFF}Z"));
    }

    [TestCase("2030-01-31T12:00:00")]
    [TestCase("2030-01-31T12:00")]
    [TestCase("2030-01-31T12:00:00.123")]
    [TestCase("2030-01-31")]
    public async Task A_moment_without_its_zone_is_refused(string moment)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{connection.Id}/tokens",
            $$"""{"expiresAt":"{{moment}}"}"""
        );

        Assert.That(
            (status, (string?)problem!["errors"]?["expiresAt"]?[0]),
            Is.EqualTo((400, "Must be a time with its zone, such as 2030-01-31T12:00:00Z."))
        );
    }

    [TestCase("-PT1S", "", "Must be in the future, and at most 3650 days away.")]
    [TestCase("P3651D", "", "Must be in the future, and at most 3650 days away.")]
    [TestCase("P1D", ""","expiresInDays":30""", "Send either expiresInDays or expiresAt, not both.")]
    [TestCase("P1D", ""","expiresInDays":null""", "Send either expiresInDays or expiresAt, not both.")]
    public async Task A_moment_of_expiry_lies_in_the_future_and_stands_alone(string period, string more, string message)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{connection.Id}/tokens",
            $$"""{"expiresAt":"{{(_server.Clock.GetUtcNow() + XmlConvert.ToTimeSpan(period)).UtcDateTime:O}}"{{more}}}"""
        );

        Assert.That((status, (string?)problem!["errors"]!["expiresAt"]![0]), Is.EqualTo((400, message)));
    }

    [TestCase("\"tomorrow\"")]
    [TestCase("\"2100-01-01\"")]
    [TestCase("4102444800")]
    public async Task A_moment_of_expiry_is_a_date_and_time(string moment)
    {
        var connection = await _server.Connect();

        var (status, problem) = await _server.Send(
            HttpMethod.Post,
            $"/connections/{connection.Id}/tokens",
            $$"""{"expiresAt":{{moment}}}"""
        );

        Assert.That(
            (status, (string?)problem!["errors"]!["expiresAt"]![0]),
            Is.EqualTo((400, "Must be a time with its zone, such as 2030-01-31T12:00:00Z."))
        );
    }

    [Test]
    public async Task The_status_of_a_token_follows_its_life()
    {
        await using var server = new ScimServer();
        var (mortal, revoked) = (await server.Connect("""{"expiresInDays":1}"""), await server.Connect());

        var (status, answer) = await server.Send(HttpMethod.Post, $"/connections/{revoked.Id}/tokens/{revoked.TokenId}/revoke");
        server.Clock.Advance(TimeSpan.FromDays(1));
        var (_, expired) = await server.Send(HttpMethod.Get, $"/connections/{mortal.Id}/tokens/{mortal.TokenId}");

        Assert.That((status, (string?)answer!["status"], (string?)expired!["status"]), Is.EqualTo((200, "revoked", "expired")));
        Assert.That((DateTime?)answer["revokedAt"], Is.Not.Null);
    }
}

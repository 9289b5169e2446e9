using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Tests.Auth;

/// <summary>Who is not let in is told nothing; the admin of the connection reads why.</summary>
[TestFixture, Parallelizable]
sealed class FailedLoginTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    /// <summary>Makes the connection such that the token that comes back does not open it.</summary>
    static readonly Dictionary<string, Func<ScimServer, TestConnection, Task<string?>>> Causes = new()
    {
        ["missing"] = (_, _) => Task.FromResult<string?>(null),
        ["unknown: no token"] = (_, _) => Task.FromResult<string?>("not-a-token"),
        ["admin_key"] = (_, _) => Task.FromResult<string?>(ScimServer.AdminKey),
        ["unknown: cut off"] = (_, connection) => Task.FromResult<string?>(connection.Token[..^3]),
        ["unknown: signed by another"] = async (_, _) =>
        {
            await using var other = new ScimServer(
                settings: new() { ["Tokens:SigningKey"] = "another signing key, which is long enough too" }
            );
            return (await other.Connect()).Token;
        },
        ["expired"] = (_, connection) => After(connection.ChangeAsync("expires_at = '2000-01-01'", "tokens"), connection),
        ["revoked"] = (server, connection) =>
            After(server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}"), connection),
        ["wrong_connection"] = async (server, _) => (await server.Connect()).Token,
        ["address_not_allowed"] = (_, connection) => After(connection.ChangeAsync("allowed_addresses = '{10.0.0.0/8}'"), connection),
        ["disabled"] = (_, connection) => After(connection.ChangeAsync("state = 'disabled'"), connection),
        ["disconnected"] = (server, connection) => After(connection.ChangeAsync("state = 'disconnected'"), connection),
    };

    static IEnumerable<string> Names => Causes.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task Each_cause_is_named_to_the_admin(string cause)
    {
        var connection = await _server.Connect();
        var token = await Causes[cause](_server, connection);

        var refused = await _server.FailAsync(token, connection.Key);

        var failed = (await _server.FailedLoginsAsync(connection.Id, refused.RequestId)).Single();
        Assert.That((refused.Status, (string?)failed["reason"]), Is.EqualTo((401, cause.Split(':')[0])));
        Assert.That((string?)failed["message"], Has.Length.GreaterThan(40));
        Assert.That((string?)failed["tokenId"], Is.EqualTo(token == connection.Token ? connection.TokenId.ToString() : null));
    }

    [Test]
    public async Task The_caller_is_told_the_same_whatever_the_cause()
    {
        var answers = new List<(int, string, string)>();
        foreach (var cause in Causes.Values)
        {
            var connection = await _server.Connect();
            var (status, challenge, body, _) = await _server.FailAsync(await cause(_server, connection), connection.Key);
            answers.Add((status, challenge, body));
        }

        // RFC 6750 §3.1: no error code for who sent no token.
        Assert.That((answers[0].Item1, answers[0].Item2), Is.EqualTo((401, "Bearer")));
        Assert.That(answers[1..].Select(answer => answer.Item2).Distinct(), Is.EqualTo(new[] { "Bearer error=\"invalid_token\"" }));
        Assert.That(answers.Select(answer => answer.Item3).Distinct().ToList(), Has.Count.EqualTo(1));
        Assert.That((string?)JsonNode.Parse(answers[0].Item3)!["schemas"]![0], Is.EqualTo("urn:ietf:params:scim:api:messages:2.0:Error"));
    }

    [Test]
    public async Task A_failed_login_is_told_in_full_within_two_seconds()
    {
        var connection = await _server.Connect("""{"label":"Entra"}""");
        await _server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");
        var watch = Stopwatch.StartNew();

        var refused = await _server.FailAsync(connection.Token, connection.Key, new string('x', 300));

        var failed = (await _server.FailedLoginsAsync(connection.Id, refused.RequestId)).Single();
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
        Assert.That(((string?)failed["tokenLabel"], (string?)failed["tokenHint"]), Is.EqualTo(("Entra", $"…{connection.Token[^4..]}")));
        Assert.That(((string?)failed["address"], (string?)failed["userAgent"]), Is.EqualTo(("127.0.0.1", new string('x', 200))));
        Assert.That((DateTime)failed["at"]!, Is.EqualTo(_server.Clock.GetUtcNow().UtcDateTime).Within(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public async Task Without_a_key_in_the_url_it_is_noted_at_the_connection_of_the_token()
    {
        var connection = await _server.Connect();
        await _server.Send(HttpMethod.Delete, $"/connections/{connection.Id}/tokens/{connection.TokenId}");

        var refused = await _server.FailAsync(connection.Token, key: null);

        Assert.That((string?)(await _server.FailedLoginsAsync(connection.Id, refused.RequestId)).Single()["reason"], Is.EqualTo("revoked"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_token_at_another_tenant_url_is_noted_at_both_and_named_only_at_its_own(bool revoked)
    {
        var (called, owner) = (await _server.Connect(), await _server.Connect());
        if (revoked)
            await _server.Send(HttpMethod.Delete, $"/connections/{owner.Id}/tokens/{owner.TokenId}");

        var refused = await _server.FailAsync(owner.Token, called.Key);

        var atCalled = (await _server.FailedLoginsAsync(called.Id, refused.RequestId)).Single();
        var atOwner = (await _server.FailedLoginsAsync(owner.Id, refused.RequestId)).Single();
        Assert.That(
            ((string?)atCalled["reason"], atCalled["tokenId"], atCalled["tokenHint"]),
            Is.EqualTo(("wrong_connection", (JsonNode?)null, (JsonNode?)null))
        );
        Assert.That(((string?)atOwner["reason"], (Guid?)atOwner["tokenId"]), Is.EqualTo(("wrong_connection", (Guid?)owner.TokenId)));
    }

    [Test]
    public async Task The_expiry_that_a_token_tells_itself_counts_as_one()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect("""{"expiresInDays":1}""");
        await connection.ChangeAsync("expires_at = NULL", "tokens");
        server.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));

        var refused = await server.FailAsync(connection.Token, connection.Key);

        var failed = (await server.FailedLoginsAsync(connection.Id, refused.RequestId)).Single();
        Assert.That(
            (refused.Status, (string?)failed["reason"], (Guid?)failed["tokenId"]),
            Is.EqualTo((401, "expired", (Guid?)connection.TokenId))
        );
    }

    [Test]
    public void Every_reason_has_a_message_of_its_own() =>
        Assert.That(
            Enum.GetValues<FailedLoginReason>()
                .Select(reason => FailedLoginReasons.Explain(FailedLoginLog.Name(reason)))
                .Append(FailedLoginReasons.Explain("new")),
            Is.Unique
        );

    static async Task<string?> After(Task change, TestConnection connection)
    {
        await change;
        // The server hears of what was changed behind its back.
        await Task.Delay(100);
        return connection.Token;
    }
}

using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Tests.Auth;

[TestFixture, Parallelizable]
sealed class SecretTokenTests
{
    readonly ScimServer _server = new();
    TestConnection _connection = null!;

    [OneTimeSetUp]
    public async Task Connect() => _connection = await _server.Connect();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_token_opens_its_connection_with_and_without_the_key_in_the_url()
    {
        var bare = await Get(_connection.Token);
        var keyed = await Get(_connection.Token, $"/scim/v2/{_connection.Key}/Users");

        Assert.That((bare.StatusCode, keyed.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
    }

    [Test]
    public async Task A_token_of_another_connection_than_the_url_is_refused()
    {
        var other = await _server.Connect();

        await AssertRefused(_connection.Token, $"/scim/v2/{other.Key}/Users");
    }

    [Test]
    public async Task A_signature_is_checked_once()
    {
        await using var server = new ScimServer();
        var connection = await server.Connect();
        using var client = server.ClientWith(connection.Token);
        var parameters = server
            .Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>()
            .Get(SecretToken.Scheme)
            .TokenValidationParameters;
        var checks = 0;
        parameters.AudienceValidator = (_, _, _) => Interlocked.Increment(ref checks) > 0;

        for (var i = 0; i < 3; i++)
            Assert.That((await client.GetAsync(new Uri("/scim/v2/Users", UriKind.Relative))).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        Assert.That(checks, Is.EqualTo(1));
    }

    [Test]
    public async Task Without_a_token_the_answer_names_the_scheme()
    {
        using var response = await Get(null);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate.ToString(), Is.EqualTo("Bearer"));
    }

    [TestCase("garbage")]
    [TestCase("a.b.c")]
    [TestCase("..")]
    [TestCase("eyJhbGciOiJcdWQ4MDAifQ.e30.x")] // an algorithm that is half of a surrogate pair
    [TestCase("_w.e30.x")]
    [TestCase(ScimServer.AdminKey)]
    public Task What_is_no_token_is_refused(string token) => AssertRefused(token);

    [Test]
    public Task A_token_whose_payload_was_changed_is_refused()
    {
        var parts = _connection.Token.Split('.');
        var payload = Encoding
            .UTF8.GetString(Base64Url.DecodeFromChars(parts[1]))
            .Replace("\"exp\":1", "\"exp\":2", StringComparison.Ordinal);

        return AssertRefused($"{parts[0]}.{Encode(payload)}.{parts[2]}");
    }

    [Test]
    public Task A_token_whose_signature_was_changed_is_refused()
    {
        var at = _connection.Token.LastIndexOf('.') + 1;
        var changed = _connection.Token[at] == 'A' ? 'B' : 'A';

        return AssertRefused(_connection.Token[..at] + changed + _connection.Token[(at + 1)..]);
    }

    [TestCase("none")]
    [TestCase("None")]
    public Task An_unsigned_token_is_refused(string algorithm) =>
        AssertRefused($"{Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""")}.{_connection.Token.Split('.')[1]}.");

    [Test]
    public Task A_token_signed_with_another_key_is_refused() =>
        AssertRefused(Sign(Payload(_connection.Token), "another signing key, which is long enough too"));

    [Test]
    public Task A_token_signed_by_us_that_nobody_made_is_refused() =>
        AssertRefused(Sign("""{"jti":"AAAAAAAAAAAAAAAAAAAAAA","aud":"scim","iat":1700000000}""", ScimServer.SigningKey));

    [TestCase("""{"jti":"%","iat":1700000000}""")]
    [TestCase("""{"jti":"%","aud":"other","iat":1700000000}""")]
    [TestCase("""{"jti":"%","aud":"scim","iat":1700000000,"exp":1700000001}""")]
    public Task The_audience_and_expiry_of_a_signed_token_count(string payload)
    {
        var jti = (string)JsonNode.Parse(Payload(_connection.Token))!["jti"]!;

        return AssertRefused(Sign(payload.Replace("%", jti, StringComparison.Ordinal), ScimServer.SigningKey));
    }

    // RFC 7519 §4.1 says which type each claim has. The signature of all of these is good.
    [TestCase("""{"jti":["%"],"aud":"scim"}""")]
    [TestCase("""{"jti":["%","%"],"aud":"scim"}""")]
    [TestCase("""{"jti":{"a":"%"},"aud":"scim"}""")]
    [TestCase("""{"jti":1,"aud":"scim"}""")]
    [TestCase("""{"jti":null,"aud":"scim"}""")]
    [TestCase("""{"jti":"%","aud":"scim","exp":"4000000000"}""")]
    [TestCase("""{"jti":"%","aud":"scim","exp":"never"}""")]
    [TestCase("""{"jti":"%","aud":"scim","exp":[4000000000]}""")]
    [TestCase("""{"jti":"%","aud":"scim","exp":true}""")]
    [TestCase("""{"jti":"%","aud":"scim","exp":null}""")]
    [TestCase("""{"jti":"%","aud":"scim","exp":1e300}""")]
    [TestCase("""{"jti":"%","aud":"scim","exp":99999999999999999999}""")]
    [TestCase("""{"jti":"%","aud":"scim","nbf":"x"}""")]
    [TestCase("""{"jti":"%","aud":"scim","iat":{}}""")]
    [TestCase("""{"jti":"%","aud":{"a":"scim"}}""")]
    [TestCase("""{"jti":"%","aud":["scim",1]}""")]
    [TestCase("""{"jti":"%","aud":"scim","iss":[]}""")]
    [TestCase("""{"jti":"%","jti":"%","aud":"scim"}""")]
    public Task A_claim_of_the_wrong_type_is_refused(string payload)
    {
        var jti = (string)JsonNode.Parse(Payload(_connection.Token))!["jti"]!;

        return AssertRefused(Sign(payload.Replace("%", jti, StringComparison.Ordinal), ScimServer.SigningKey));
    }

    // RFC 7515 §4.1.11: who does not understand a critical extension must refuse the token.
    [TestCase("""{"alg":"HS256","typ":"JWT","crit":["exp"],"exp":1}""")]
    [TestCase("""{"alg":"HS256","crit":["b64"],"b64":true}""")]
    [TestCase("""{"alg":"HS256","crit":[]}""")]
    [TestCase("""{"alg":"HS256","crit":null}""")]
    [TestCase("""{"alg":"HS256","kid":[]}""")]
    [TestCase("""{"alg":"HS256","typ":1}""")]
    [TestCase("""{"alg":["HS256"]}""")]
    public Task A_header_that_is_not_understood_is_refused(string header) =>
        AssertRefused(Sign(Payload(_connection.Token), ScimServer.SigningKey, header));

    [TestCase("disabled")]
    [TestCase("disconnected")]
    [TestCase("deleted")]
    public async Task A_connection_that_is_not_live_is_refused(string state)
    {
        var connection = await _server.Connect();
        await PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET state = '{state}' WHERE id = '{connection.Id}'; NOTIFY connection_changed",
            PostgresFixture.ConnectionString
        );

        await AssertRefused(connection.Token);
    }

    async Task AssertRefused(string token, string path = "/scim/v2/Users")
    {
        using var response = await Get(token, path);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate.ToString(), Does.StartWith("Bearer").And.Contain("error=\"invalid_token\""));
    }

    Task<HttpResponseMessage> Get(string? token, string path = "/scim/v2/Users") =>
        _server.ClientWith(token).GetAsync(new Uri(path, UriKind.Relative));

    static string Sign(string payload, string key, string header = """{"alg":"HS256","typ":"JWT"}""")
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(signed)))}";
    }

    static string Payload(string token) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]));

    static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

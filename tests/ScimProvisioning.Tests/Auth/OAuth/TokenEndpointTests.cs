namespace ScimProvisioning.Tests.Auth.OAuth;

/// <summary>RFC 6749 §4.4, as Entra uses it.</summary>
[TestFixture, Parallelizable]
sealed class TokenEndpointTests
{
    const string Form = "application/x-www-form-urlencoded";

    readonly ScimServer _server = new();
    TestConnection _connection = null!;
    TestOAuthClient _client = null!;

    [OneTimeSetUp]
    public async Task Connect()
    {
        _connection = await _server.Connect();
        _client = await TestOAuthClient.CreateAsync(_server, _connection.Id);
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_client_gets_an_access_token_that_opens_its_connection(bool header)
    {
        var answer = header ? await _client.InHeader() : await _client.InBody();

        Assert.That((answer.Status, answer.ContentType), Is.EqualTo((200, "application/json; charset=utf-8")));
        Assert.That(answer.Names, Is.EqualTo(new[] { "access_token", "token_type", "expires_in", "scope" }));
        Assert.That(
            ((string?)answer["token_type"], (int)answer["expires_in"]!, (string?)answer["scope"]),
            Is.EqualTo(("Bearer", 3600, "read write"))
        );
        Assert.That((answer.Headers.CacheControl?.ToString(), answer.Headers.Pragma.ToString()), Is.EqualTo(("no-store", "no-cache")));
        var token = (string)answer["access_token"]!;
        Assert.That(
            (await TestOAuthClient.Opens(_server, token), await TestOAuthClient.Opens(_server, token, _connection.Key)),
            Is.EqualTo((200, 200))
        );
    }

    [Test]
    public async Task An_access_token_opens_no_other_connection_and_not_the_admin_api()
    {
        var other = await _server.Connect();
        var token = await _client.AccessToken();
        using var admin = _server.ClientWith(token);

        Assert.That(await TestOAuthClient.Opens(_server, token, other.Key), Is.EqualTo(401));
        Assert.That((int)(await admin.GetAsync(new Uri("/api/v1/connections", UriKind.Relative))).StatusCode, Is.EqualTo(401));
    }

    // §5.2
    [TestCase("", 400, "invalid_request")]
    [TestCase("grant_type=", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&scope=read&scope=write", 400, "invalid_request")]
    [TestCase("grant_type=authorization_code&code=x", 400, "unsupported_grant_type")]
    [TestCase("grant_type=password&username=a&password=b", 400, "unsupported_grant_type")]
    [TestCase("grant_type=Client_Credentials", 400, "unsupported_grant_type")]
    [TestCase("grant_type=client_credentials&client_secret=x", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&client_id=another", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&client_assertion=x", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&client_assertion_type=x", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&client_assertion_type=x&client_assertion=y", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&x=%00", 400, "invalid_request")]
    [TestCase("grant_type=client_credentials&scope=admin", 400, "invalid_scope")]
    [TestCase("grant_type=client_credentials&scope=api%3A%2F%2Fx%2F.default+openid", 400, "invalid_scope")]
    public async Task What_a_known_client_asks_wrongly_is_told(string form, int status, string error) =>
        AssertError(await _client.InHeader(form), status, error);

    [TestCase("")]
    [TestCase("client_id=client-aaaaaaaaaaaaaaaaaaaa")]
    [TestCase("client_id=client-aaaaaaaaaaaaaaaaaaaa&client_secret=x")]
    [TestCase("client_id={0}")]
    [TestCase("client_id={0}&client_secret=")]
    [TestCase("client_id={0}&client_secret=bad")]
    [TestCase("client_id={0}&client_secret=%FF%C3%A4")]
    [TestCase("client_id={0}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=x")]
    [TestCase("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=x")]
    [TestCase("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=e30.e30.")]
    public async Task A_client_that_is_none_gets_nothing(string credentials) =>
        AssertError(
            await TestOAuthClient.Ask(
                _server,
                $"{TestOAuthClient.Grant}&{credentials.Replace("{0}", _client.ClientId, StringComparison.Ordinal)}"
            ),
            401,
            "invalid_client"
        );

    [TestCase("Basic")]
    [TestCase("Basic ")]
    [TestCase("Basic %%%")]
    [TestCase("Basic bm9jb2xvbg==")]
    [TestCase("Basic Og==")]
    [TestCase("Basic ADoA")]
    [TestCase("Basic /w==")]
    [TestCase("Bearer x")]
    [TestCase("Digest x")]
    public async Task A_header_that_names_no_client_is_refused_with_the_scheme_that_can(string authorization)
    {
        var answer = await TestOAuthClient.Ask(_server, TestOAuthClient.Grant, authorization);

        AssertError(answer, 401, "invalid_client");
        Assert.That(answer.Headers.WwwAuthenticate.ToString(), Is.EqualTo("Basic realm=\"oauth2\""));
    }

    [Test]
    public async Task Credentials_in_both_places_are_refused_and_a_repeated_id_is_not()
    {
        AssertError(
            await _client.InHeader($"{TestOAuthClient.Grant}&client_id={_client.ClientId}&client_secret={_client.Secret}"),
            400,
            "invalid_request"
        );
        AssertError(await _client.InBody($"{TestOAuthClient.Grant}&{TestOAuthClient.Assertion("a.b.c")}"), 400, "invalid_request");
        Assert.That((await _client.InHeader($"{TestOAuthClient.Grant}&client_id={_client.ClientId}")).Status, Is.EqualTo(200));
    }

    // RFC 6749 §2.3.1 has both form-encoded before they become Basic.
    [Test]
    public async Task Encoded_credentials_are_decoded()
    {
        static string Percent(string text) => string.Concat(text.Select(c => $"%{(int)c:X2}"));

        var answer = await TestOAuthClient.Ask(
            _server,
            TestOAuthClient.Grant,
            TestOAuthClient.Basic(Percent(_client.ClientId), Percent(_client.Secret!))
        );

        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [TestCase("application/json", """{"grant_type":"client_credentials"}""")]
    [TestCase("application/scim+json", "{}")]
    [TestCase("multipart/form-data; boundary=x", "--x--")]
    [TestCase("text/plain", TestOAuthClient.Grant)]
    public async Task Only_a_form_is_read(string mediaType, string body)
    {
        var answer = await TestOAuthClient.Ask(_server, body, TestOAuthClient.Basic(_client.ClientId, _client.Secret!), mediaType);

        AssertError(answer, 400, "invalid_request");
        Assert.That((string?)answer["error_description"], Does.Contain(Form));
    }

    [Test]
    public async Task A_form_that_is_too_large_is_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"&a{i}="));

        AssertError(await _client.InHeader(TestOAuthClient.Grant + many), 400, "invalid_request");
        AssertError(await _client.InHeader($"{TestOAuthClient.Grant}&x={new string('x', 100_000)}"), 400, "invalid_request");
    }

    [TestCase("GET")]
    [TestCase("PUT")]
    [TestCase("DELETE")]
    public async Task Only_a_post_is_answered(string method)
    {
        var answer = await TestOAuthClient.Ask(_server, method == "GET" ? null : TestOAuthClient.Grant, method: method);

        AssertError(answer, 405, "invalid_request");
        Assert.That(answer.Content.Allow, Is.EqualTo(new[] { "POST" }));
    }

    [TestCase("[\"read\",\"write\"]", "", "read write")]
    [TestCase("[\"write\",\"read\"]", "&scope=write%20read", "read write")]
    [TestCase("[\"read\",\"write\"]", "&scope=read", "read")]
    [TestCase("[\"read\",\"write\"]", "&scope=+write+openid", "write")]
    [TestCase("[\"read\"]", "", "read")]
    [TestCase("[\"read\"]", "&scope=read+write", "read")]
    [TestCase("[\"read\"]", "&scope=write", null)]
    public async Task Of_the_scopes_asked_for_those_are_given_that_the_client_can_have(string scopes, string asked, string? given)
    {
        var client = await TestOAuthClient.CreateAsync(_server, _connection.Id, $$"""{"scopes":{{scopes}}}""");

        var answer = await client.InHeader(TestOAuthClient.Grant + asked);

        Assert.That(
            (answer.Status, (string?)answer.Body!["scope"], (string?)answer.Body["error"]),
            Is.EqualTo((given is null ? 400 : 200, given, given is null ? "invalid_scope" : null))
        );
    }

    [TestCase("disabled", 401)]
    [TestCase("disconnected", 401)]
    [TestCase("deleted", 401)]
    [TestCase("paused", 200)]
    [TestCase("active", 200)]
    public async Task The_state_of_the_connection_counts(string state, int status)
    {
        var connection = await _server.Connect();
        var client = await TestOAuthClient.CreateAsync(_server, connection.Id);
        await PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET state = '{state}' WHERE id = '{connection.Id}'; NOTIFY connection_changed",
            PostgresFixture.ConnectionString
        );

        Assert.That((await client.InHeader()).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task The_admin_reads_why_a_client_gets_nothing()
    {
        var connection = await _server.Connect();
        var client = await TestOAuthClient.CreateAsync(_server, connection.Id);

        AssertError(await client.InHeader(secret: "bad"), 401, "invalid_client");

        var failed = await LastFailedLogin.OfAsync(_server, connection.Id);
        Assert.That(
            ((string?)failed["reason"], (string?)failed["clientId"], (string?)failed["tokenId"]),
            Is.EqualTo(("wrong_secret", client.ClientId, (string?)null))
        );
    }

    [Test]
    public async Task The_admin_reads_which_client_sent_a_token_that_was_revoked()
    {
        var connection = await _server.Connect();
        var client = await TestOAuthClient.CreateAsync(_server, connection.Id);
        var token = await client.AccessToken();
        await _server.Send(HttpMethod.Post, $"{client.Path}/revoke");

        await _server.FailAsync(token, connection.Key);

        var failed = await LastFailedLogin.OfAsync(_server, connection.Id);
        Assert.That(((string?)failed["reason"], (string?)failed["clientId"]), Is.EqualTo(("revoked", client.ClientId)));
        Assert.That((string?)failed["tokenId"], Is.Not.Null);
    }

    [Test]
    public async Task A_client_is_refused_from_an_address_that_is_not_allowed()
    {
        var connection = await _server.Connect();
        var client = await TestOAuthClient.CreateAsync(_server, connection.Id);
        await PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET allowed_addresses = '{{203.0.113.0/24}}' WHERE id = '{connection.Id}'; NOTIFY connection_changed",
            PostgresFixture.ConnectionString
        );

        AssertError(await client.InHeader(), 401, "invalid_client");

        Assert.That(await LastFailedLogin.ReasonAsync(_server, connection.Id), Is.EqualTo("address_not_allowed"));
    }

    [Test]
    public async Task Who_guesses_secrets_is_slowed_and_the_right_one_is_not()
    {
        await using var server = new ScimServer();
        var client = await TestOAuthClient.CreateAsync(server, (await server.Connect()).Id);

        var answers = new List<Answer>();
        foreach (var guesses in Enumerable.Range(0, 200).Chunk(10))
            answers.AddRange(await Task.WhenAll(guesses.Select(i => client.InHeader(secret: $"bad{i}"))));

        foreach (var slowed in answers.Where(answer => answer.Status != 401))
        {
            AssertError(slowed, 429, "invalid_client");
            Assert.That(slowed.Headers.RetryAfter, Is.Not.Null);
        }
        Assert.That(answers.Count(answer => answer.Status == 429), Is.Positive);
        Assert.That((await client.InHeader()).Status, Is.EqualTo(200));
    }

    static void AssertError(Answer answer, int status, string error)
    {
        Assert.That((answer.Status, (string?)answer["error"]), Is.EqualTo((status, error)));
        Assert.That(answer.Names, Is.EqualTo(new[] { "error", "error_description" }));
        // RFC 6749 §5.2 names the characters that may be in it.
        Assert.That(
            (string)answer["error_description"]!,
            Is.Not.Empty.And.All.Matches<char>(c => c is >= ' ' and <= '~' and not ('"' or '\\'))
        );
        Assert.That((answer.Headers.CacheControl?.ToString(), answer.Headers.Pragma.ToString()), Is.EqualTo(("no-store", "no-cache")));
    }
}

using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.Generated;

/// <summary>
/// Random requests with the tokens of many connections that hold the same names. <c>SCIM_ISOLATION_REQUESTS</c> says how many,
/// <c>SCIM_ISOLATION_SEED</c> which.
/// </summary>
[TestFixture, Parallelizable]
sealed partial class GeneratedIsolationTests
{
    static readonly long Requests = GeneratedAmount.Of("SCIM_ISOLATION_REQUESTS", 1500);
    static readonly int Seed = (int)GeneratedAmount.Of("SCIM_ISOLATION_SEED", 5);

    // Each request comes from another address, because login throttling would slow down one address that guesses keys.
    readonly ScimServer _server = new(settings: new() { ["TrustedProxies:0"] = "127.0.0.0/8" });
    readonly Random _random = new(Seed);
    readonly List<Tenant> _tenants = [];

    /// <summary>A connection and what no other connection may see: the ids of its resources, its keys and its cursors.</summary>
    sealed record Tenant(TestDirectory Directory, List<string> Ids, string Cursor)
    {
        public IEnumerable<string> Secrets =>
            [.. Ids, $"{Directory.Connection.Id}", Directory.Connection.Key, $"{Directory.Connection.TokenId}"];
    }

    [OneTimeSetUp]
    public async Task Load()
    {
        for (var i = 0; i < 6; i++)
        {
            var directory = await TestDirectory.CreateAsync(_server);
            var users = await directory.Users(4);
            var group = await directory.Group("Design", users[0], users[1]);
            _tenants.Add(new(directory, [.. users, group], (string)(await directory.Get("/Users?count=2&cursor="))["nextCursor"]!));
        }
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task No_answer_tells_anything_of_another_connection()
    {
        for (var i = 0; i < Requests; i++)
        {
            var (caller, other) = (Any(_tenants), Any(_tenants));
            if (caller == other)
                continue;
            var request = Any(Templates);
            var foreign = await Send(caller, request, Any(other.Ids), other);
            var unknown = await Send(caller, request, $"{Unknown()}", null);

            var told = $"{request} of seed {Seed}, number {i}: {foreign}";
            Assert.That(foreign, Is.EqualTo(unknown), told);
            foreach (var tenant in _tenants.Where(tenant => tenant != caller))
            foreach (var secret in tenant.Secrets)
                Assert.That(foreign, Does.Not.Contain(secret), told);
        }
    }

    [TearDown]
    public async Task Each_still_holds_and_counts_its_own_and_no_more()
    {
        foreach (var (directory, ids, _) in _tenants)
        {
            var listed = await directory.Get("/Users?count=1000");
            var stored = await directory.Ask<long>(
                "SELECT count(*) FROM resources WHERE connection_id = $1 AND resource_type = 'User' AND deleted_at IS NULL"
            );
            Assert.That(((long)listed["totalResults"]!, listed.Ids.Count), Is.EqualTo((stored, (int)stored)));
            Assert.That(ids.SkipLast(1), Is.SubsetOf(listed.Ids));
            Assert.That(await directory.MembersOf(ids[^1]), Is.EquivalentTo(ids[..2]));
        }
    }

    /// <summary>
    /// Method, path and body. <c>{id}</c>, <c>{cursor}</c> and <c>{key}</c> belong to another connection, <c>{own}</c> to
    /// the caller.
    /// </summary>
    static readonly (string Method, string Path, string? Body)[] Templates =
    [
        ("GET", "/Users/{id}", null),
        ("GET", "/Groups/{id}", null),
        ("HEAD", "/Users/{id}", null),
        ("DELETE", "/Users/{id}", null),
        ("DELETE", "/Groups/{id}", null),
        ("PUT", "/Users/{id}", """{"userName":"x"}"""),
        ("PUT", "/Groups/{id}", """{"displayName":"x"}"""),
        ("PATCH", "/Users/{id}", """{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"""),
        ("PATCH", "/Groups/{id}", """{"Operations":[{"op":"Remove","path":"members"}]}"""),
        ("PATCH", "/Groups/{own}", """{"Operations":[{"op":"Add","path":"members","value":[{"value":"{id}"}]}]}"""),
        ("PATCH", "/Groups/{own}", """{"Operations":[{"op":"Remove","path":"members[value eq \"{id}\"]"}]}"""),
        ("POST", "/Groups", """{"displayName":"New","members":[{"value":"{id}"}]}"""),
        ("GET", "/Users?filter=id+eq+%22{id}%22", null),
        ("GET", "/Users?filter=groups.value+eq+%22{id}%22", null),
        ("GET", "/Groups?filter=members.value+eq+%22{id}%22", null),
        ("GET", "/Groups?filter=members[value+eq+%22{id}%22]", null),
        ("GET", "/Users?filter=not+(id+eq+%22{id}%22)&sortBy=userName", null),
        ("GET", "/Users?count=2&cursor={cursor}", null),
        (
            "POST",
            "/.search",
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"id eq \"{id}\" or userName eq \"u1\""}"""
        ),
        (
            "POST",
            "/Bulk",
            """
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
             {"method":"DELETE","path":"/Users/{id}"},
             {"method":"PATCH","path":"/Groups/{id}","data":{"Operations":[{"op":"Remove","path":"members"}]}}]}
            """
        ),
        ("GET", "/../{key}/Users", null),
        ("GET", "/../{key}/Groups/{id}", null),
    ];

    /// <summary>
    /// The parts of the answer that must be equal for a foreign and for an unknown id: status, headers and body without times
    /// and without the id that was sent.
    /// </summary>
    async Task<string> Send(Tenant caller, (string Method, string Path, string? Body) request, string id, Tenant? other)
    {
        string Filled(string text) =>
            text.Replace("{id}", id, StringComparison.Ordinal)
                .Replace("{own}", caller.Ids[^1], StringComparison.Ordinal)
                .Replace("{cursor}", other?.Cursor ?? "AAAA", StringComparison.Ordinal)
                .Replace("{key}", other?.Directory.Connection.Key ?? "con-aaaaaaaaaaaaaaaaaaaa", StringComparison.Ordinal);
        // "/../{key}" replaces the caller's own key.
        var url = (caller.Directory.Url + Filled(request.Path)).Replace(
            $"{caller.Directory.Connection.Key}/../",
            "",
            StringComparison.Ordinal
        );
        using var client = _server.ClientWith(caller.Directory.Connection.Token);
        using var message = new HttpRequestMessage(new(request.Method), url);
        message.Headers.Add("X-Forwarded-For", $"10.{_random.Next(256)}.{_random.Next(256)}.{_random.Next(256)}");
        if (request.Body is { } body)
            message.Content = new StringContent(Filled(body), System.Text.Encoding.UTF8, "application/scim+json");
        using var response = await client.SendAsync(message);

        var headers = response
            .Headers.Where(header => !header.Key.Equals("X-Request-Id", StringComparison.OrdinalIgnoreCase) && header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        var text = $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n{await response.Content.ReadAsStringAsync()}";
        return Length().Replace(text.Replace(id, "{id}", StringComparison.Ordinal), "");
    }

    Guid Unknown()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return new(bytes);
    }

    T Any<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    [GeneratedRegex(@"Content-Length: \d+\n")]
    private static partial Regex Length();
}

using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>Unknown addresses, methods that an address does not have, and requests without a token.</summary>
[TestFixture, Parallelizable]
sealed class RouteTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    static readonly string[] StrangeIds =
    [
        "1",
        "nobody",
        "7d420df3-9995-4831-a406-ecf8166f5f6a",
        "7D420DF3-9995-4831-A406-ECF8166F5F6A",
        "7d420df399954831a406ecf8166f5f6a",
        "{7d420df3-9995-4831-a406-ecf8166f5f6a}",
        "%7B7d420df3-9995-4831-a406-ecf8166f5f6a%7D",
        "7d420df3-9995-4831-a406-ecf8166f5f6a%20",
        "-1",
        "null",
        "*",
        "%22",
        "%27%20OR%201=1--",
        "%25",
        "%FF",
        "%C3%28",
        "%ED%A0%80",
        "a%2Fb",
        "..%2F..",
        "%E2%80%AE",
        "%0A",
        "%01",
        "a;b",
        "a:b",
        "@",
        "~",
    ];

    // RFC 7644 §3.13.
    [TestCase("/scim/v1")]
    [TestCase("/scim/v1/Users")]
    [TestCase("/scim/V1/Users/1?filter=x")]
    [TestCase("/scim/v1.1/key/Groups")]
    [TestCase("/scim/v3/")]
    [TestCase("/scim/v20/Users")]
    [TestCase("/scim/v2.1/Users")]
    public async Task Another_version_of_SCIM_is_refused_by_that_name(string path)
    {
        foreach (var method in (string[])["GET", "POST", "DELETE"])
        {
            using var request = new HttpRequestMessage(new(method), path);
            using var client = _server.ClientWith(null);

            var answer = await Answer.ReadAsync(await client.SendAsync(request));

            Assert.That(answer.Error, Is.EqualTo((400, "invalidVers")));
            Assert.That(answer.Detail, Does.Contain("/scim/v2"));
        }
    }

    [TestCase("/Users")]
    [TestCase("/Groups")]
    public async Task Unknown_ids_of_any_form_are_404(string collection)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");
        var before = await directory.Everything();

        foreach (var strange in (string[])[.. StrangeIds, new string('a', 500), id.ToUpperInvariant(), $"%7b{id}%7d"])
        foreach (
            var (method, json) in ((string, string?)[])
                [("GET", null), ("PUT", """{"userName":"x","displayName":"x"}"""), ("PATCH", """{"Operations":[]}"""), ("DELETE", null)]
        )
        {
            var answer = await directory.Send(method, $"{collection}/{strange}", json);

            Assert.That(answer.Error, Is.EqualTo((404, (string?)null)), $"{method} {strange}");
        }
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [TestCase("GET", "/Nonsense")]
    [TestCase("POST", "/Nonsense")]
    [TestCase("DELETE", "/Nonsense")]
    [TestCase("GET", "/Nonsense/1")]
    [TestCase("PATCH", "/Nonsense/1")]
    [TestCase("GET", "/Users/1/more")]
    [TestCase("GET", "/Schemas/urn:nonsense")]
    [TestCase("GET", "/ResourceTypes/Nonsense")]
    [TestCase("GET", "/Nonsense?filter=x")]
    [TestCase("POST", "/Nonsense/.search")]
    public async Task Unknown_addresses_are_404(string method, string path)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send(method, path, method is "POST" or "PATCH" ? """{"userName":"ada","Operations":[]}""" : null);

        Assert.That(answer.Error, Is.EqualTo((404, (string?)null)));
    }

    [TestCase("DELETE", "/Users", "GET, HEAD, POST")]
    [TestCase("PUT", "/Users", "GET, HEAD, POST")]
    [TestCase("PATCH", "/groups/", "GET, HEAD, POST")]
    [TestCase("POST", "/Users/7d420df3-9995-4831-a406-ecf8166f5f6a", "GET, HEAD, PUT, PATCH, DELETE")]
    [TestCase("NONSENSE", "/Groups/1", "GET, HEAD, PUT, PATCH, DELETE")]
    [TestCase("POST", "", "GET, HEAD")]
    [TestCase("PUT", "/.search", "POST")]
    [TestCase("DELETE", "/Users/.search", "POST")]
    [TestCase("POST", "/Schemas", "GET, HEAD")]
    [TestCase("DELETE", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", "GET, HEAD")]
    [TestCase("PATCH", "/ResourceTypes", "GET, HEAD")]
    [TestCase("GET", "/Bulk", "POST")]
    [TestCase("DELETE", "/bulk", "POST")]
    [TestCase("PUT", "/ServiceProviderConfig", "GET, HEAD")]
    public async Task A_method_that_is_not_for_the_address_is_405_and_names_those_that_are(string method, string path, string allow)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Send(method, path, "{}");

        Assert.That(answer.Error, Is.EqualTo((405, (string?)null)));
        Assert.That(string.Join(", ", answer.Content.Allow), Is.EqualTo(allow));
    }

    [TestCase("GET", "/Users")]
    [TestCase("POST", "/Users")]
    [TestCase("GET", "/Users/1")]
    [TestCase("PATCH", "/Groups/1")]
    [TestCase("DELETE", "/Users")]
    [TestCase("GET", "/Schemas")]
    [TestCase("POST", "/ServiceProviderConfig")]
    [TestCase("GET", "/Nonsense")]
    [TestCase("GET", "/a/b/c/d")]
    [TestCase("GET", "")]
    public async Task Without_a_token_every_address_is_401(string method, string path)
    {
        var connection = await _server.Connect();

        foreach (var bearer in (string?[])[null, "", "nonsense", "a.b.c"])
        foreach (var root in (string[])["/scim/v2", $"/scim/v2/{connection.Key}"])
        {
            using var client = _server.ClientWith(null);
            using var request = new HttpRequestMessage(new(method), root + path);
            if (bearer is not null)
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
            var answer = await Answer.ReadAsync(await client.SendAsync(request));

            Assert.That(answer.Error, Is.EqualTo((401, (string?)null)));
            Assert.That(answer.Headers.WwwAuthenticate.ToString(), Does.StartWith("Bearer"));
        }
    }

    [TestCase("userName eq \"a\\u0000b\"")]
    [TestCase("userName eq \"\\ud800\"")]
    [TestCase("userName eq \"a\0b\"")]
    [TestCase("urn:x:a\0b:1.0:User:c eq \"x\"")]
    [TestCase("urn:x:y:1.0:User:\0 pr")]
    [TestCase("emails[type eq \"\0\"]")]
    [TestCase("\0")]
    public async Task Filters_with_characters_that_cannot_be_stored_are_refused(string filter)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Get("/Users?filter=" + Uri.EscapeDataString(filter));

        Assert.That(answer.Error, Is.EqualTo((400, "invalidFilter")), answer.Detail);
    }

    [TestCase("filter=userName%20eq%20%22%FF%22")]
    [TestCase("filter=urn:x:%ED%A0%80:1.0:User:c%20pr")]
    [TestCase("filter=%")]
    [TestCase("attributes=%00,urn:x:%00:y&excludedAttributes=%FF")]
    [TestCase("startIndex=99999999999999999999")]
    [TestCase("count=1e5&startIndex=%00")]
    [TestCase("%00=%00&&&=&filter")]
    public async Task Odd_queries_are_answered(string query)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        var answer = await directory.Get("/Users?" + query);

        Assert.That(answer.Status, Is.AnyOf(200, 400));
        if (answer.Status == 400)
            Assert.That(answer.Error.Item1, Is.EqualTo(400));
    }

    [Test]
    public async Task Doubled_and_trailing_slashes_and_letter_case_do_not_matter()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await directory.User("ada");

        foreach (var path in (string[])[$"//Users//{id}", $"/users/{id}/", $"/USERS/{id}//", $"/Users/{id}?aadOptscim062020"])
            Assert.That((string?)(await directory.Get(path))["id"], Is.EqualTo(id), path);
    }

    [TestCase("run-7", "run-7")]
    [TestCase("00-abc_def.1:2", "00-abc_def.1:2")]
    [TestCase("has space", null)]
    [TestCase("<script>", null)]
    [TestCase("", null)]
    public async Task A_valid_request_id_is_returned_and_an_invalid_one_is_replaced(string given, string? expected)
    {
        var directory = await TestDirectory.CreateAsync(_server);

        foreach (var path in (string[])["/Users", "/Nonsense", "/Users?filter=("])
        {
            var id = (await directory.Get(path, ("X-Request-Id", given))).Headers.GetValues("X-Request-Id").Single();

            Assert.That(id, expected is null ? Is.Not.Empty.And.Not.EqualTo(given) : Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task An_error_outside_SCIM_is_problem_details()
    {
        using var client = _server.ClientWith(null);

        using var response = await client.GetAsync(new Uri("/nonsense", UriKind.Relative));

        Assert.That(
            ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType),
            Is.EqualTo((404, "application/problem+json"))
        );
        Assert.That(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["requestId"], Is.Not.Null);
    }
}

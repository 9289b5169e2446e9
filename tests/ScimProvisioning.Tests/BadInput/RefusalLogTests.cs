using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Auth.OAuth;

namespace ScimProvisioning.Tests.BadInput;

/// <summary>The line of the log about a refused request: what was asked for in general and why not, and nothing of a person.</summary>
[TestFixture, Parallelizable]
sealed class RefusalLogTests
{
    const string Scim = "/scim/v2/{connectionKey}";

    readonly LogLines _log = new();
    ScimServer _server = null!;
    TestDirectory _directory = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _server = new(settings: LogLines.Settings);
        _server.StartServer();
        _server.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        _directory = await TestDirectory.CreateAsync(_server);
        await _directory.User("ella");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        _log.Dispose();
    }

    [TestCase("POST", "/Users", """{"userName":"Ella"}""", Scim + "/{collection}", "409 uniqueness")]
    [TestCase("POST", "/Users", """{"userName":""", Scim + "/{collection}", "400 invalidSyntax")]
    [TestCase("GET", "/Users?filter=ella%20eq", null, Scim + "/{collection}", "400 invalidFilter")]
    [TestCase("GET", "/Users/ella", null, Scim + "/{collection}/{id}", "404 not_found")]
    [TestCase("GET", "/ella/ella/ella", null, "/scim/v2/{rest}", "404 not_found")]
    [TestCase("PATCH", "/Users/ella", """{"Operations":[{"op":"ella"}]}""", Scim + "/{collection}/{id}", "404 not_found")]
    [TestCase("PUT", "/Users", "{}", Scim + "/{collection}", "405 method_not_allowed")]
    public async Task Of_SCIM_it_has_route_connection_and_scimType(string method, string path, string? json, string route, string answer)
    {
        var id = $"scim-{TestContext.CurrentContext.Test.ID}";

        await _directory.Send(method, path, json, ("X-Request-Id", id));

        // Not every path leads to a connection.
        await ExpectAsync(id, $@"\({method} {Escape(route)}, connection .+\) was answered {answer}$");
    }

    [TestCase("GET", "/api/v1/connections/ella", null, "no route", "404 not_found")]
    [TestCase("POST", "/api/v1/connections", """{"nam":"ella"}""", "/api/v1/connections", "400 validation_failed")]
    [TestCase("POST", "/api/v1/connections", "ella", "/api/v1/connections", "400 bad_request")]
    [TestCase("GET", "/api/v1/connections/00000000-0000-7000-8000-00000000000a", null, "/api/v1/connections/{id}", "404 not_found")]
    [TestCase("GET", "/ella", null, "no route", "404 not_found")]
    public async Task Of_the_admin_API_it_has_route_and_code(string method, string path, string? json, string route, string answer)
    {
        var id = $"admin-{TestContext.CurrentContext.Test.ID}";
        using var request = new HttpRequestMessage(new(method), path) { Headers = { { "X-Request-Id", id } } };
        if (json is not null)
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));

        using var response = await _server.Admin.SendAsync(request);

        await ExpectAsync(id, $@"\({method} {Escape(route)}, connection .*\) was answered {answer}$");
    }

    [TestCase(TestOAuthClient.Grant + "&client_id=ella&client_secret=x", "401 invalid_client")]
    [TestCase("grant_type=password&username=ella", "400 unsupported_grant_type")]
    public async Task Of_the_token_endpoint_it_has_the_error_of_OAuth(string form, string answer)
    {
        var id = $"oauth-{TestContext.CurrentContext.Test.ID}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token")
        {
            Headers = { { "X-Request-Id", id } },
            Content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded")),
        };

        using var response = await _server.ClientWith(null).SendAsync(request);

        await ExpectAsync(id, $@"\(POST /oauth2/token, connection .*\) was answered {answer}$");
    }

    [Test]
    public async Task Guesses_that_are_slowed_are_counted_in_one_line()
    {
        await using var server = new ScimServer(settings: LogLines.Settings);
        using var log = new LogLines();
        server.StartServer();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using var guesser = server.ClientWith("guess");

        var guesses = Enumerable.Range(0, 90).Select(_ => guesser.GetAsync(new Uri("/api/v1/connections", UriKind.Relative)));
        var slowed = (await Task.WhenAll(guesses)).Count(answer => answer.StatusCode is HttpStatusCode.TooManyRequests);

        Assert.That(slowed, Is.GreaterThanOrEqualTo(2));
        Assert.That(
            log.All.Single(line => line.Contains("429", StringComparison.Ordinal)),
            Does.StartWith("Warning: Clients go on failing to log in")
        );
    }

    async Task ExpectAsync(string id, string pattern)
    {
        // The line is written after the response is sent.
        await Wait.UntilAsync(() => Lines().Any(), "the refusal is logged");
        Assert.That(Lines().Single(), Does.Match(pattern).And.Not.Contain("ella").IgnoreCase);

        IEnumerable<string> Lines() => _log.All.Where(line => line.Contains($"Request {id} (", StringComparison.Ordinal));
    }

    static string Escape(string route) => System.Text.RegularExpressions.Regex.Escape(route).Replace("}", @"\}", StringComparison.Ordinal);
}

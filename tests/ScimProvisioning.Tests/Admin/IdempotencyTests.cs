using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace ScimProvisioning.Tests.Admin;

[TestFixture, Parallelizable]
sealed class IdempotencyTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_request_that_is_sent_again_gets_the_first_answer_and_happens_once()
    {
        var connection = await _server.Connect();
        var path = $"/connections/{connection.Id}/tokens";

        var first = await Post(path, """{"label":"Entra"}""", "key-1");
        var again = await Post(path, """{"label":"Entra"}""", "key-1");
        var other = await Post(path, """{"label":"Entra"}""", "key-2");

        Assert.That((first.Status, again.Status, first.Replayed, again.Replayed), Is.EqualTo((201, 201, false, true)));
        Assert.That((again.Body, again.ContentType), Is.EqualTo((first.Body, first.ContentType)));
        Assert.That(other.Body, Is.Not.EqualTo(first.Body));
        Assert.That((await _server.Send(HttpMethod.Get, path)).Body!["data"]!.AsArray(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task The_answer_has_its_location_again()
    {
        var first = await Post("/connections", """{"name":"Once"}""", "key-3");
        var again = await Post("/connections", """{"name":"Once"}""", "key-3");

        Assert.That(first.Location, Does.Contain("/connections/").And.EqualTo(again.Location));
    }

    [TestCase("/connections", """{"name":"Other"}""")]
    [TestCase("/organizations", """{"name":"First"}""")]
    public async Task A_key_that_came_with_another_request_is_refused(string path, string json)
    {
        var key = $"other-{path}";
        await Post("/connections", """{"name":"First"}""", key);

        var (status, body, _, _, _) = await Post(path, json, key);

        Assert.That((status, (string?)JsonNode.Parse(body)!["code"]), Is.EqualTo((422, "idempotency_key_reused")));
    }

    [TestCase("")]
    [TestCase("a b")]
    public async Task A_key_that_cannot_be_one_is_refused(string key)
    {
        var (status, body, _, _, _) = await Post("/connections", """{"name":"n"}""", key);

        Assert.That((status, (string?)JsonNode.Parse(body)!["code"]), Is.EqualTo((400, "invalid_idempotency_key")));
    }

    [TestCase("/connections/{id}/imports", """{"uid":"1"}""")]
    [TestCase("/connections/{id}/reconciliations", "")]
    [TestCase("/connections/{id}/reconciliations/{id}/apply", "{}")]
    [TestCase("/connections/{id}/self-test", "{}")]
    [TestCase("/connections/{id}/resources/{id}/purge", "{}")]
    [TestCase("/users/{id}/purge", "{}")]
    [TestCase("/webhook-endpoints/{id}/test", "{}")]
    public async Task Where_a_key_would_do_nothing_it_is_refused(string path, string json)
    {
        var connection = await _server.Connect();

        var (status, body, _, _, _) = await Post(path.Replace("{id}", $"{connection.Id}"), json, "key-8");

        Assert.That((status, (string?)JsonNode.Parse(body)!["code"]), Is.EqualTo((400, "idempotency_key_not_supported")));
    }

    [Test]
    public async Task A_refused_request_may_be_corrected_and_sent_again()
    {
        var refused = await Post("/connections", """{"name":""}""", "key-4");
        var corrected = await Post("/connections", """{"name":"n"}""", "key-4");

        Assert.That((refused.Status, corrected.Status), Is.EqualTo((400, 201)));
    }

    [Test]
    public async Task Of_many_at_once_one_happens()
    {
        var connection = await _server.Connect();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Post($"/connections/{connection.Id}/tokens", "{}", "key-5")));

        Assert.That(answers.Select(answer => answer.Body).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Count(answer => !answer.Replayed), Is.EqualTo(1));
    }

    [Test]
    public async Task After_a_day_a_key_is_new_again()
    {
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync());
        var first = await Post("/connections", """{"name":"n"}""", "key-6", server);

        server.Clock.Advance(TimeSpan.FromHours(24));
        var later = await Post("/connections", """{"name":"n"}""", "key-6", server);

        Assert.That((later.Status, later.Body == first.Body), Is.EqualTo((201, false)));
    }

    [Test]
    public async Task The_stored_answer_does_not_show_the_secret()
    {
        var connection = await _server.Connect();
        var (_, body, _, _, _) = await Post($"/connections/{connection.Id}/tokens", "{}", "key-7");
        await using var database = NpgsqlDataSource.Create(PostgresFixture.ConnectionString);
        await using var command = database.CreateCommand("SELECT string_agg(encode(answer, 'escape'), ' ') FROM idempotency_keys");

        var stored = (string)(await command.ExecuteScalarAsync())!;

        Assert.That(stored, Is.Not.Empty.And.Not.Contain((string)JsonNode.Parse(body)!["token"]!).And.Not.Contain("tenantUrl"));
    }

    async Task<(int Status, string Body, string? Location, string? ContentType, bool Replayed)> Post(
        string path,
        string json,
        string key,
        ScimServer? server = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await (server ?? _server).Admin.SendAsync(request);
        return (
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location?.ToString(),
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.Contains("Idempotency-Replayed")
        );
    }
}

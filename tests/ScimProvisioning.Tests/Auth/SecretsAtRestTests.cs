using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Auth;

/// <summary>After a busy run neither the database nor the log, at its most talkative, holds a secret that was given out.</summary>
[TestFixture, Parallelizable]
sealed class SecretsAtRestTests
{
    readonly List<string> _secrets = [ScimServer.AdminKey, ScimServer.SigningKey];
    HttpClient _http = null!;

    [Test]
    public async Task Neither_a_dump_of_the_database_nor_the_log_holds_a_usable_secret()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        using var server = ServerProcess.Start(
            ("ConnectionStrings__Postgres", database),
            ("Admin__ApiKey", ScimServer.AdminKey),
            ("Tokens__SigningKey", ScimServer.SigningKey),
            ("Logging__LogLevel__Default", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
            ("Logging__LogLevel__Microsoft.EntityFrameworkCore", "Trace"),
            ("Logging__LogLevel__Microsoft.AspNetCore.Authentication.JwtBearer", "Trace")
        );
        _http = new() { BaseAddress = await server.ListensOnAsync() };
        using var _ = _http;

        for (var i = 0; i < 3; i++)
            await BeBusy(i);
        await Task.Delay(TimeSpan.FromSeconds(2)); // what is written beside the requests

        var (dump, log) = (await Dump(database), server.Said);
        Assert.That(Math.Min(dump.Length, log.Length), Is.GreaterThan(10_000));
        Assert.That(_secrets, Has.Count.GreaterThan(20));
        foreach (var secret in _secrets.SelectMany(Forms))
        {
            Assert.That(dump, Does.Not.Contain(secret), "in the database");
            Assert.That(log, Does.Not.Contain(secret), "in the log");
        }
    }

    /// <summary>Makes every kind of secret, uses it well and badly, replaces it, and takes it away.</summary>
    async Task BeBusy(int round)
    {
        var connection = await Admin("/connections", """{"name":"Busy"}""");
        var tokens = $"/connections/{connection["id"]}/tokens";
        var token = Secret(await Admin(tokens, """{"label":"Entra"}""", $"again-{round}"), "token");
        Secret(await Admin(tokens, """{"label":"Entra"}""", $"again-{round}"), "token");
        await Scim(token, HttpMethod.Post, "Users", """{"userName":"ella"}""");
        await Scim(token, HttpMethod.Get, $"{connection["key"]}/Users?filter=userName+eq+%22ella%22");
        var first = (await Admin(tokens, null))["data"]![0]!["id"];
        var rotated = Secret(await Admin($"{tokens}/{first}/rotate", """{"overlapHours":0}"""), "token");
        await Scim(rotated, HttpMethod.Get, "Users");
        await Scim(token, HttpMethod.Get, "Users"); // revoked by now
        await Scim(rotated, HttpMethod.Get, "con-aaaaaaaaaaaaaaaaaaaa/Users");
        await Scim(rotated[..^3], HttpMethod.Get, "Users");

        var client = await Admin($"/connections/{connection["id"]}/oauth-clients", "{}");
        var secret = Secret(client, "clientSecret");
        await Scim(Secret(await AccessToken(client, secret), "access_token"), HttpMethod.Get, "Users");
        await AccessToken(client, secret + "x");
        var next = Secret(await Admin($"/connections/{connection["id"]}/oauth-clients/{client["id"]}/secrets", "{}"), "clientSecret");
        await Scim(Secret(await AccessToken(client, next), "access_token"), HttpMethod.Get, "Groups");

        var key = Secret(await Admin("/admin-keys", """{"label":"Second"}"""), "key");
        await Send(key, HttpMethod.Get, "/api/v1/connections", null);
        await Send(rotated, HttpMethod.Get, "/api/v1/connections", null);

        // A port at which nobody listens: the failures are logged, too.
        var hooks = await Admin("/webhook-endpoints", """{"url":"http://127.0.0.1:1/hooks"}""", $"hooks-{round}");
        Secret(hooks, "secret");
        Secret(await Admin("/webhook-endpoints", """{"url":"http://127.0.0.1:1/hooks"}""", $"hooks-{round}"), "secret");
        Secret(await Admin($"/webhook-endpoints/{hooks["id"]}/rotate-secret", "{}"), "secret");
        await Admin($"/webhook-endpoints/{hooks["id"]}/test", "");
        await Admin($"/connections/{connection["id"]}/disconnect", "");
    }

    string Secret(JsonNode answer, string name)
    {
        _secrets.Add((string)answer[name]!);
        return _secrets[^1];
    }

    /// <summary>
    /// The secret itself, what makes a JWT good (its signature) or known (its <c>jti</c>), and each as bytes of a column are printed.
    /// </summary>
    static IEnumerable<string> Forms(string secret)
    {
        string[] parts = secret.Split('.') is [_, var payload, var signature] ? [secret, signature, Jti(payload)] : [secret];
        // What signs is what stands behind the prefix.
        if (secret.Split("whsec_") is [_, var key])
            parts = [secret, key, Convert.ToHexStringLower(Convert.FromBase64String(key))];
        return parts.SelectMany(part =>
            new[] { part, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(part)), Convert.ToBase64String(Encoding.UTF8.GetBytes(part)) }
        );
    }

    static string Jti(string payload) => (string)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload))!["jti"]!;

    async Task<JsonNode> Admin(string path, string? json, string? idempotencyKey = null) =>
        await Send(ScimServer.AdminKey, json is null ? HttpMethod.Get : HttpMethod.Post, "/api/v1" + path, json, idempotencyKey)
        ?? throw new InvalidOperationException(path);

    Task<JsonNode?> Scim(string token, HttpMethod method, string path, string? json = null) =>
        Send(token, method, "/scim/v2/" + path, json);

    async Task<JsonNode?> Send(string bearer, HttpMethod method, string path, string? json, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Authorization", $"Bearer {bearer}" } } };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        if (json is { Length: > 0 })
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        return await response.Content.ReadAsStringAsync() is { Length: > 0 } body ? JsonNode.Parse(body) : null;
    }

    async Task<JsonNode> AccessToken(JsonNode client, string secret)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", (string?)client["clientId"]),
            new("client_secret", secret),
        ]);
        using var answer = await _http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), form);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>Every row of every table, as text.</summary>
    static async Task<string> Dump(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var tables = new List<string>();
        await using (
            var list = source.CreateCommand(
                "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        )
        await using (var reader = await list.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                tables.Add(reader.GetString(0));

        var dump = new StringBuilder();
        foreach (var table in tables)
        {
            await using var rows = source.CreateCommand($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t");
            dump.Append(await rows.ExecuteScalarAsync());
        }
        return dump.ToString();
    }
}

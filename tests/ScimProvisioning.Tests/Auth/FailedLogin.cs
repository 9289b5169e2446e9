using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth;

/// <summary>What the admin reads of logins that failed.</summary>
static class FailedLogin
{
    /// <summary>A request to <c>/Users</c> of this Tenant URL that is refused: status, headers and body.</summary>
    public static async Task<(int Status, string Challenge, string Body, string RequestId)> FailAsync(
        this ScimServer server,
        string? token,
        string? key,
        string? agent = null
    )
    {
        using var client = server.ClientWith(token);
        if (agent is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
        using var response = await client.GetAsync(new Uri($"/scim/v2{(key is null ? "" : "/" + key)}/Users", UriKind.Relative));
        return (
            (int)response.StatusCode,
            response.Headers.WwwAuthenticate.ToString(),
            await response.Content.ReadAsStringAsync(),
            response.Headers.GetValues("X-Request-Id").Single()
        );
    }

    /// <summary>The failed logins of the connection, as soon as this request is among them.</summary>
    public static async Task<JsonNode[]> FailedLoginsAsync(this ScimServer server, Guid connection, string requestId)
    {
        for (var watch = Stopwatch.StartNew(); ; )
        {
            var (_, page) = await server.Send(HttpMethod.Get, $"/connections/{connection}/failed-logins");
            var entries = page!["data"]!.AsArray().Select(entry => entry!).ToArray();
            if (entries.Any(entry => (string?)entry["requestId"] == requestId))
                return entries;
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), $"only {page}");
            await Task.Delay(20);
        }
    }

    /// <summary>Changes the row behind the server's back, as another server would.</summary>
    public static Task ChangeAsync(this TestConnection connection, string set, string table = "connections") =>
        PostgresFixture.ExecuteAsync(
            $"UPDATE {table} SET {set} WHERE id = '{(table == "tokens" ? connection.TokenId : connection.Id)}'; NOTIFY connection_changed",
            PostgresFixture.ConnectionString
        );
}

using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Tests.Admin;

/// <summary>Calls of the admin API with other keys than that of the tests, and what they leave in the audit log and as events.</summary>
static class AdminCalls
{
    /// <summary>A client with a full key of one organization.</summary>
    public static async Task<HttpClient> AdminOf(this ScimServer server, Guid organization)
    {
        var (row, key) = AdminKeyStore.Create("Test", AdminKey.Full, organization, "test", server.Clock.GetUtcNow());
        server.StartServer();
        await using var db = await server.Services.GetRequiredService<IDbContextFactory<ScimDbContext>>().CreateDbContextAsync();
        await using var transaction = await db.BeginAsync(Reach.Everything, default);
        db.AdminKeys.Add(row);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return server.ClientWith(key);
    }

    /// <summary>Sends a request to the admin API, and returns its status and JSON.</summary>
    public static async Task<(int Status, JsonNode? Body)> Call(this HttpClient client, string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new(method), "/api/v1" + path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, body is "" ? null : JsonNode.Parse(body));
    }

    /// <summary>Creates something with a POST, and returns its id.</summary>
    public static async Task<Guid> Create(this ScimServer server, string path, string json)
    {
        var (status, body) = await server.Send(HttpMethod.Post, path, json);
        return status == 201 ? (Guid)body!["id"]! : throw new InvalidOperationException($"{path} {json}: {status} {body}");
    }

    /// <summary>Creates an organization.</summary>
    /// <param name="more">Further members in JSON, with a comma before them.</param>
    public static Task<Guid> Organization(this ScimServer server, string more = "") =>
        server.Create("/organizations", $$"""{"name":"Test"{{more}}}""");

    /// <summary>Brings a pending connection into a state.</summary>
    public static async Task Bring(this ScimServer server, Guid id, string state)
    {
        var (method, path) = state switch
        {
            "active" => (HttpMethod.Post, "/enable"),
            "paused" => (HttpMethod.Post, "/pause"),
            "disabled" => (HttpMethod.Post, "/disable"),
            "disconnected" => (HttpMethod.Post, "/disconnect"),
            "deleted" => (HttpMethod.Delete, ""),
            _ => (HttpMethod.Get, ""),
        };
        await server.Send(method, $"/connections/{id}{path}");
    }

    /// <summary>The rows of the audit log about a target.</summary>
    public static async Task<JsonObject[]> Audit(Guid target) =>
        [
            .. JsonNode
                .Parse(
                    await Ask(
                        "SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY occurred_at), '[]')::text FROM audit_log a WHERE target_id = $1",
                        target
                    )
                )!
                .AsArray()
                .Select(entry => (JsonObject)entry!),
        ];

    /// <summary>The types of the connection's own changes, beside those of its tokens.</summary>
    public static async Task<string[]> Told(Guid connection) =>
        (
            await Ask(
                """
                SELECT coalesce(string_agg(type, ' ' ORDER BY sequence), '') FROM changes
                WHERE connection_id = $1 AND resource_type = 'Connection' AND type NOT LIKE '%token%'
                """,
                connection
            )
        ).Split(' ');

    static async Task<string> Ask(string sql, Guid id)
    {
        await using var session = new NpgsqlConnection(PostgresFixture.ConnectionString);
        await session.OpenAsync();
        await using var command = new NpgsqlCommand(sql, session) { Parameters = { new() { Value = id } } };
        return (string)(await command.ExecuteScalarAsync())!;
    }
}

using System.Text.Json.Nodes;
using Npgsql;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>A server on a database of its own, since its clock is moved; an enabled connection; and a receiver.</summary>
sealed class HookApp : IAsyncDisposable
{
    HookApp(ScimServer server, AppView app, HookReceiver receiver, string database) =>
        (Server, App, Receiver, Database) = (server, app, receiver, database);

    public ScimServer Server { get; }

    public AppView App { get; }

    public HookReceiver Receiver { get; }

    public string Database { get; }

    public TestDirectory Directory => App.Directory;

    public static async Task<HookApp> StartAsync(Dictionary<string, string>? settings = null)
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        var server = new ScimServer(database, settings);
        var app = await AppView.CreateAsync(server, database);
        await app.Enable();
        return new(server, app, await HookReceiver.StartAsync(), database);
    }

    /// <summary>Makes an endpoint at the receiver. It gets the events of users from now on.</summary>
    /// <param name="more">Further members in JSON, with a comma before them.</param>
    public async Task<(Guid Id, string Secret)> Hook(string more = ""","types":["directory.user.*"]""")
    {
        var created = await Call("POST", "/webhook-endpoints", $$"""{"url":"{{Receiver.Url}}"{{more}}}""");
        return ((Guid)created!["id"]!, (string)created["secret"]!);
    }

    /// <summary>A request to the admin API that must be good.</summary>
    public async Task<JsonNode?> Call(string method, string path, string? json = null)
    {
        var (status, body) = await Server.Admin.Call(method, path, json);
        Assert.That(status, Is.InRange(200, 299), $"{method} {path}: {body}");
        return body;
    }

    public Task<JsonNode?> Endpoint(Guid id) => Call("GET", $"/webhook-endpoints/{id}");

    /// <summary>What was not delivered yet, as "status attempts".</summary>
    public async Task<string[]> Waiting(Guid id) =>
        [
            .. (await Call("GET", $"/webhook-endpoints/{id}/deliveries?limit=200"))!["data"]!
                .AsArray()
                .Select(row => $"{row!["status"]} {row["attempts"]}")
                .Order(),
        ];

    public async Task<List<JsonNode>> Attempts(Guid id) =>
        [.. (await Call("GET", $"/webhook-endpoints/{id}/attempts?limit=200"))!["data"]!.AsArray().Select(row => row!)];

    public Task UntilAttempts(Guid id, int count) =>
        Wait.UntilAsync(async () => (await Attempts(id)).Count >= count, $"{count} attempts were not made");

    /// <summary>Events of made-up users, appended at once: all with version 1, then all with version 2, and so on.</summary>
    public async Task<Guid[]> Tell(int objects, int versions)
    {
        Guid[] ids = [.. Enumerable.Range(0, objects).Select(_ => Guid.CreateVersion7(Server.Clock.GetUtcNow()))];
        await using var source = NpgsqlDataSource.Create(Database);
        await using var command = source.CreateCommand(
            $$"""
            INSERT INTO events (position, connection_id, organization_id, id, type, object_id, version, body)
            SELECT position, $1, (SELECT organization_id FROM connections WHERE id = $1), id, 'directory.user.updated', object, version,
                json_build_object('id', id, 'position', '1-' || position, 'type', 'directory.user.updated', 'timestamp', now(),
                    'connectionId', $1, 'data', json_build_object('user', json_build_object('id', object, 'version', version)))::text
            FROM (
                SELECT nextval('events_position') AS position, gen_random_uuid() AS id, object, version
                FROM (SELECT object, version FROM unnest($2) object, generate_series(1, $3) version ORDER BY version, object) o) e
            """
        );
        command.Parameters.Add(new() { Value = App.Connection });
        command.Parameters.Add(new() { Value = ids });
        command.Parameters.Add(new() { Value = versions });
        await command.ExecuteNonQueryAsync();
        return ids;
    }

    /// <summary>Lets time go by. What is due then is tried within a second of real time.</summary>
    public void Later(TimeSpan time) => Server.Clock.Advance(time);

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await Server.DisposeAsync();
    }
}

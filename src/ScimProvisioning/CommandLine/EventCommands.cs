using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Events.Feed;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.CommandLine;

/// <summary><c>events tail</c>.</summary>
static class EventCommands
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    public static Command Build(CommandRun run) => new("events", "Shows what the application is told.") { BuildTail(run) };

    static Command BuildTail(CommandRun run)
    {
        var command = new Command("tail", "Shows events as they come, until it is interrupted: a line each.");
        var after = new Option<string?>("--after") { Description = "A position to begin after [default: the last event]" };
        var all = new Option<bool>("--all") { Description = "Begin with the oldest event that is kept" };
        var connection = new Option<Guid?>("--connection") { Description = "Only events of this connection, by its id" };
        var types = new Option<string?>("--types") { Description = "Only these types, such as directory.user.*,connection.paused" };
        var json = new Option<bool>("--json") { Description = "Show each event as it is sent" };
        var once = new Option<bool>("--once") { Description = "End when there are no more, instead of waiting" };
        foreach (var option in (Option[])[after, all, connection, types, json, once])
            command.Add(option);
        command.SetAction(
            (parsed, ct) =>
            {
                var query = new FeedQuery
                {
                    After = parsed.GetValue(after),
                    ConnectionId = parsed.GetValue(connection),
                    Types = parsed.GetValue(types),
                    Limit = 1_000,
                };
                Action<byte[]> show = parsed.GetValue(json)
                    ? body => Console.Out.WriteLine(Encoding.UTF8.GetString(body))
                    : body => Console.Out.WriteLine(Line(body));
                return run.ShowAsync(
                    query,
                    (services, admin) => FollowAsync(services, admin, query, parsed.GetValue(all), parsed.GetValue(once), show, ct),
                    ct
                );
            }
        );
        return command;
    }

    static async Task FollowAsync(
        IServiceProvider services,
        CurrentAdmin admin,
        FeedQuery query,
        bool all,
        bool once,
        Action<byte[]> show,
        CancellationToken ct
    )
    {
        if (!all && query.After is null)
            await using (var rows = await AcrossConnections.RunAsync(services.GetRequiredService<NpgsqlDataSource>(), ct, EventsEnd.Read()))
                query = query with { After = await EventsEnd.ReadAsync(rows, ct) };
        var feed = services.GetRequiredService<FeedUseCases>();
        while (true)
        {
            var page = await feed.ReadAsync(admin, query, ct);
            foreach (var body in page.Bodies)
                show(body);
            query = query with { After = page.NextPosition };
            if (!page.IsCaughtUp)
                continue;
            if (once)
                return;
            await Task.Delay(BetweenLooks, ct);
        }
    }

    /// <summary>Position, time, type, and what it is about.</summary>
    static string Line(byte[] body)
    {
        var e = JsonNode.Parse(body)!;
        var data = (JsonObject)e["data"]!;
        var about = data["user"] ?? data["group"] ?? data["connection"] ?? data["snapshot"] ?? data["endpoint"];
        var name = about?["userName"] ?? about?["name"] ?? about?["url"];
        var changes =
            data["changes"] is JsonArray { Count: > 0 } names && names.All(change => change is JsonValue)
                ? $" ({string.Join(", ", names)})"
                : "";
        return $"{e["position"]} {e["timestamp"]} {e["type"]} {about?["id"]} {name}{changes}".TrimEnd();
    }
}

using System.Text.Json.Nodes;
using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Events;

/// <summary>Calls of an application that follows the events.</summary>
static class FeedCalls
{
    /// <summary>A page, which must be answered.</summary>
    public static async Task<FeedAnswer> Feed(this HttpClient client, string query)
    {
        var (status, body) = await client.Call("GET", $"/events?{query}");
        Assert.That(status, Is.EqualTo(200), $"{query}: {body}");
        return new(
            [.. body!["data"]!.AsArray().Select(e => (JsonObject)e!)],
            (string)body["next"]!,
            (bool)body["caughtUp"]!,
            (string)body["drainedTo"]!
        );
    }

    /// <summary>All events from a position on, by pages, and the position after them.</summary>
    public static async Task<(List<JsonObject> Events, string Position)> FeedAll(this HttpClient client, string query, string? after = null)
    {
        var events = new List<JsonObject>();
        while (true)
        {
            var page = await client.Feed($"{query}{(after is null ? "" : $"&after={after}")}");
            events.AddRange(page.Data);
            after = page.Next;
            if (page.CaughtUp)
                return (events, after);
        }
    }

    /// <summary>Where the events end now.</summary>
    public static async Task<string> EventsPosition(this HttpClient client, string path = "/users?limit=1")
    {
        using var response = await client.GetAsync(new Uri($"/api/v1{path}", UriKind.Relative));
        return response.Headers.GetValues("Events-Position").Single();
    }

    /// <summary>Asks for a snapshot, and waits until it has ended.</summary>
    public static async Task<JsonNode> Snapshot(this AppView app)
    {
        var snapshot = await app.Admin(HttpMethod.Post, "/snapshots");
        return await app.SnapshotEnds((string)snapshot!["id"]!);
    }

    public static async Task<JsonNode> SnapshotEnds(this AppView app, string id)
    {
        JsonNode? now = null;
        await Wait.UntilAsync(
            async () => (string?)(now = await app.Admin(HttpMethod.Get, $"/snapshots/{id}"))!["stage"] == "finished",
            "the snapshot has not ended"
        );
        return now!;
    }

    public static long Number(this JsonObject e) =>
        long.Parse(((string)e["position"]!).Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);

    public static string Type(this JsonObject e) => (string)e["type"]!;
}

/// <summary>A page of the feed.</summary>
sealed record FeedAnswer(IReadOnlyList<JsonObject> Data, string Next, bool CaughtUp, string DrainedTo);

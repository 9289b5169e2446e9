using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Activity.Runs;

namespace ScimProvisioning.Tests.Activity;

/// <summary>What an admin asks about the requests and the runs of a connection.</summary>
static class ActivityCalls
{
    /// <summary>The requests, newest first, as soon as there are so many.</summary>
    public static async Task<List<JsonObject>> Requests(this ScimServer server, TestDirectory directory, int least, string query = "")
    {
        await UntilLogged(directory, least);
        return await server.List(directory, $"/requests?limit=200{query}");
    }

    /// <summary>Waits until so many requests are stored.</summary>
    public static Task UntilLogged(TestDirectory directory, int least) =>
        Wait.UntilAsync(
            async () => await directory.Ask<long>("SELECT count(*) FROM requests WHERE connection_id = $1") >= least,
            $"{least} requests are logged"
        );

    /// <summary>The runs, newest first.</summary>
    public static Task<List<JsonObject>> Runs(this ScimServer server, TestDirectory directory) => server.List(directory, "/runs");

    /// <summary>Ends the run that is open, as silence would, and waits until it is closed.</summary>
    /// <param name="requests">How many requests of the connection must be stored before.</param>
    public static async Task<JsonObject> EndRun(this ScimServer server, TestDirectory directory, int requests = 1)
    {
        await UntilLogged(directory, requests);
        await Wait.UntilAsync(
            async () =>
            {
                // What was logged a moment later has opened another one.
                await directory.Ask<long>(
                    "WITH ended AS (UPDATE runs SET ended_at = last_at WHERE connection_id = $1 RETURNING 1) SELECT count(*) FROM ended"
                );
                await server.Services.GetRequiredService<RunCloser>().CloseAsync(CancellationToken.None);
                return await directory.Ask<bool>("SELECT count(*) = 0 FROM runs WHERE connection_id = $1 AND closed_at IS NULL");
            },
            "the run is closed"
        );
        return (await server.Runs(directory))[0];
    }

    /// <summary>The counts of users or groups in this order: created, updated, deactivated, reactivated, unchanged, failed.</summary>
    public static string Counts(this JsonNode run, string of = "users") =>
        string.Join('/', run[of]!.AsObject().Select(count => $"{count.Value}"));

    static async Task<List<JsonObject>> List(this ScimServer server, TestDirectory directory, string path)
    {
        var (status, body) = await server.Send(HttpMethod.Get, $"/connections/{directory.Connection.Id}{path}");
        Assert.That(status, Is.EqualTo(200), $"{path}: {body}");
        return [.. body!["data"]!.AsArray().Select(item => (JsonObject)item!)];
    }
}

using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>
/// Compares what the server says of each cycle, in the runs of its admin API, with what the agent did. The connection must hold nothing
/// else, and between two cycles there must be a pause by which the server tells runs apart.
/// </summary>
/// <param name="runs">The address of the runs of the connection, such as <c>https://host/api/v1/connections/{id}/runs</c>.</param>
sealed class ExpectedRuns(Uri runs, string adminKey) : IDisposable
{
    /// <summary>The server counts requests a little later.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    readonly HttpClient _client = new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", adminKey) } };
    string? _last;

    /// <summary>What the newest run says otherwise than the cycle that has just ended.</summary>
    /// <exception cref="CannotRun">The runs cannot be read, or the cycle has none of its own.</exception>
    public async Task<IReadOnlyList<Difference>> CompareAsync(CycleFigures cycle, ProvisioningJob job, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        while (true)
        {
            var run = await NewestAsync(ct);
            var isOwn = run["id"].Text() != _last;
            if (!isOwn && patience.IsCancellationRequested)
                throw new CannotRun(
                    $"The server takes '{cycle.Name}' and the cycle before for one run: set --pause to more seconds than the gap "
                        + "by which it tells runs apart."
                );
            var differences = Differences(run, cycle, job);
            if (isOwn && (differences.Count == 0 || patience.IsCancellationRequested))
            {
                _last = run["id"].Text();
                return differences;
            }
            await Task.Delay(BetweenLooks, ct);
        }
    }

    public void Dispose() => _client.Dispose();

    static List<Difference> Differences(JsonObject run, CycleFigures cycle, ProvisioningJob job)
    {
        var expected = Expected(ResourceKind.User, "users")
            .Concat(Expected(ResourceKind.Group, "groups"))
            .Append(("users", "unchanged", Unchanged(run, cycle, job)))
            .Append(("memberships", "added", cycle[Count.MembersAdded]))
            .Append(("memberships", "removed", cycle[Count.MembersRemoved] + cycle[Count.MembersLost]));
        return
        [
            .. expected
                .Select(e => (What: $"{e.Item2} {e.Item1}", Expected: e.Item3, Came: (int?)run[e.Item1]?[e.Item2] ?? -1))
                .Where(e => e.Expected != e.Came)
                .Select(e => new Difference("run", cycle.Name, e.What, $"{e.Expected}", $"{e.Came}")),
        ];

        IEnumerable<(string, string, int)> Expected(ResourceKind kind, string name) =>
            [
                (name, "created", cycle.CountOf(kind, Fate.Created)),
                (name, "updated", cycle.CountOf(kind, Fate.Updated)),
                (name, "deactivated", cycle.CountOf(kind, Fate.Disabled)),
                (name, "reactivated", cycle.CountOf(kind, Fate.Restored)),
                (name, "failed", cycle.Failed(kind)),
            ];
    }

    /// <summary>In a full run everybody else counts who is there and active, in others only those who were asked for.</summary>
    static int Unchanged(JsonObject run, CycleFigures cycle, ProvisioningJob job) =>
        run["kind"].Text() is "full"
            ? job.Users.Count(user =>
                user.Value is { IsLinked: true }
                && user.Value.Sent.GetValueOrDefault(AttributeMapping.Active) is not "False"
                && cycle.FateOf(ResourceKind.User, user.Key) is null or Fate.Unchanged
                && !cycle.HasFailed(ResourceKind.User, user.Key)
            )
            : cycle.CountOf(ResourceKind.User, Fate.Unchanged);

    async Task<JsonObject> NewestAsync(CancellationToken ct)
    {
        using var reply = await _client.GetAsync(new Uri($"{runs}?limit=1"), ct);
        var text = await reply.Content.ReadAsStringAsync(ct);
        if (!reply.IsSuccessStatusCode)
            throw new CannotRun($"The runs cannot be read at {runs}: {(int)reply.StatusCode} {text}");
        try
        {
            return JsonNode.Parse(text)?["data"] is JsonArray { Count: > 0 } data ? (JsonObject)data[0]! : [];
        }
        catch (JsonException)
        {
            throw new CannotRun($"At {runs} there is no JSON: is it the address of the runs of a connection?");
        }
    }
}

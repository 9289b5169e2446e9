using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>
/// Compares what the server's guard says with a mass deactivation and its return: of those who leave at once, no more than it allows are
/// let go, and all others are held until they are back.
/// </summary>
/// <param name="guard">The address of the guard, such as <c>https://host/api/v1/connections/{id}/guard</c>.</param>
/// <param name="patience">How much later the server may release what it has received; a minute when absent.</param>
sealed class ExpectedGuard(Uri guard, string adminKey, TimeSpan? patience = null) : IDisposable
{
    readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(1);

    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    readonly HttpClient _client = new() { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", adminKey) } };

    /// <summary>The guard as it is before the cycle, once so many people are active.</summary>
    /// <exception cref="CannotRun">It cannot be read.</exception>
    public async Task<JsonObject> ReadAsync(int active, CancellationToken ct)
    {
        await UntilAsync(
            now => Number(now, "active") < active ? [new("guard", "", "active", $"{active}", $"{Number(now, "active")}")] : [],
            ct
        );
        return await LookAsync(ct);
    }

    /// <summary>What the guard says otherwise than it should once so many have left.</summary>
    public Task<IReadOnlyList<Difference>> AfterLeavingAsync(string cycle, JsonObject before, int leavers, CancellationToken ct)
    {
        var allowed = Math.Max(Number(before, "count"), (int)(((double?)before["share"] ?? 0) * Number(before, "active")));
        var lets = Math.Max(0, allowed - Number(before, "leftInWindow"));
        return UntilAsync(
            now =>
            {
                var (held, left) = (Number(now, "held"), Number(now, "leftInWindow") - Number(before, "leftInWindow"));
                var found = new List<Difference>();
                if (held + left != leavers)
                    found.Add(new("guard", cycle, "held and left", $"{leavers}", $"{held} and {left}"));
                if (left > lets)
                    found.Add(new("guard", cycle, "left", $"{lets} or fewer", $"{left}"));
                return found;
            },
            ct
        );
    }

    /// <summary>The same once all of them are back.</summary>
    public Task<IReadOnlyList<Difference>> AfterReturnAsync(string cycle, JsonObject before, CancellationToken ct) =>
        UntilAsync(
            now =>
            {
                var found = new List<Difference>();
                foreach (var (name, expected) in ((string, int)[])[("held", 0), ("active", Number(before, "active"))])
                    if (Number(now, name) != expected)
                        found.Add(new("guard", cycle, name, $"{expected}", $"{Number(now, name)}"));
                return found;
            },
            ct
        );

    public void Dispose() => _client.Dispose();

    async Task<IReadOnlyList<Difference>> UntilAsync(Func<JsonObject, List<Difference>> differences, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(_patience);
        while (true)
        {
            var found = differences(await LookAsync(ct));
            if (found.Count == 0 || over.IsCancellationRequested)
                return found;
            await Task.Delay(BetweenLooks, ct);
        }
    }

    async Task<JsonObject> LookAsync(CancellationToken ct)
    {
        using var reply = await _client.GetAsync(guard, ct);
        var text = await reply.Content.ReadAsStringAsync(ct);
        if (!reply.IsSuccessStatusCode)
            throw new CannotRun($"The guard cannot be read at {guard}: {(int)reply.StatusCode} {text}");
        try
        {
            if (JsonNode.Parse(text) is JsonObject found && found["held"] is not null)
                return found;
        }
        catch (JsonException) { }
        throw new CannotRun($"At {guard} there is no guard: is it the address of the guard of a connection?");
    }

    static int Number(JsonObject guard, string name) => (int?)guard[name] ?? -1;
}

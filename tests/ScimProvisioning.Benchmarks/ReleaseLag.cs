using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>Changes one user after the other at a steady rate: how long after the answer can the event be read?</summary>
sealed class ReleaseLag(Tenant tenant, Guid[] users, NpgsqlDataSource source)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>By the id of the request: when its answer came.</summary>
    readonly ConcurrentDictionary<string, long> _answered = [];

    /// <summary>By the id of the request: when its event was there.</summary>
    readonly Dictionary<string, long> _seen = [];

    /// <param name="enough">Tells when to stop, from the number of writes so far.</param>
    /// <returns>What was measured, as a sentence.</returns>
    public async Task<string> RunAsync(int perSecond, Func<int, bool> enough, CancellationToken ct)
    {
        using var client = tenant.Client();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var follower = FollowAsync(await LastAsync(ct), end.Token);
        var writes = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
        while (!enough(writes.Count) && await timer.WaitForNextTickAsync(ct))
            writes.Add(WriteAsync(client, writes.Count, ct));
        await Task.WhenAll(writes);
        var patience = Stopwatch.StartNew();
        while (_seen.Count < _answered.Count && patience.Elapsed < Patience)
            await Task.Delay(Pause, ct);
        await end.CancelAsync();
        await follower.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var lags = _seen
            .Where(pair => _answered.ContainsKey(pair.Key))
            .Select(pair => Math.Max(0, Stopwatch.GetElapsedTime(_answered[pair.Key], pair.Value).TotalMilliseconds))
            .Order()
            .ToArray();
        return lags.Length == 0
            ? "no write was seen"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"lag at {perSecond} writes/s: p50 {lags[lags.Length / 2]:F0} ms, p99 {lags[(int)(lags.Length * 0.99)]:F0} ms; "
                    + $"{lags.Length} of {_answered.Count} writes seen"
            );
    }

    async Task WriteAsync(HttpClient client, int number, CancellationToken ct)
    {
        var request = $"lag-{number}";
        using var message = new HttpRequestMessage(HttpMethod.Patch, $"Users/{users[number % users.Length]}");
        message.Headers.Add("X-Request-Id", request);
        message.Content = new StringContent(
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
             "Operations":[{"op":"replace","path":"title","value":"T{{number}}"}]}
            """,
            Encoding.UTF8,
            MediaTypeHeaderValue.Parse("application/scim+json")
        );
        using var response = await client.SendAsync(message, ct);
        if (response.IsSuccessStatusCode)
            _answered[request] = Stopwatch.GetTimestamp();
    }

    async Task FollowAsync(long position, CancellationToken ct)
    {
        while (true)
        {
            await using (
                var command = source.CreateCommand(
                    """
                    SELECT position, body::json -> 'cause' ->> 'requestId' FROM events
                    WHERE connection_id = $1 AND position > $2 ORDER BY position
                    """
                )
            )
            {
                command.Parameters.Add(new() { Value = tenant.ConnectionId });
                command.Parameters.Add(new() { Value = position });
                await using var rows = await command.ExecuteReaderAsync(ct);
                var now = Stopwatch.GetTimestamp();
                while (await rows.ReadAsync(ct))
                {
                    position = rows.GetInt64(0);
                    if (!rows.IsDBNull(1))
                        _seen.TryAdd(rows.GetString(1), now);
                }
            }
            await Task.Delay(Pause, ct);
        }
    }

    async Task<long> LastAsync(CancellationToken ct)
    {
        await using var command = source.CreateCommand("SELECT coalesce(max(position), 0) FROM events");
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}

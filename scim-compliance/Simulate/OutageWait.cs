using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>Waits for a server that does not answer, for a limited time.</summary>
sealed class OutageWait(ScimClient client, TimeSpan longest, TimeProvider clock)
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until the server answers anything but 502, 503 or 504.</summary>
    /// <exception cref="CannotRun">The outage took too long.</exception>
    public async Task WaitAsync(CancellationToken ct)
    {
        for (var since = clock.GetTimestamp(); ; await Task.Delay(Interval, clock, ct))
        {
            var reply = await client.SendOnceAsync("GET", "/ServiceProviderConfig", null, [], ct);
            if (!IsAway(reply))
                return;
            if (clock.GetElapsedTime(since) > longest)
                throw new CannotRun(
                    longest == TimeSpan.Zero
                        ? $"{client.BaseUrl} does not answer any more ({reply.Summary})."
                        : $"{client.BaseUrl} was away for more than {longest.TotalSeconds:0} s ({reply.Summary}). Start it again, "
                            + "or wait longer with --patience."
                );
        }
    }

    /// <summary>Sends a request that may be repeated: once more when the server is back after an outage.</summary>
    public async Task<Reply> SendAsync(string method, string path, CancellationToken ct)
    {
        var reply = await client.SendAsync(method, path, null, [], ct);
        if (!IsAway(reply))
            return reply;
        await WaitAsync(ct);
        return await client.SendAsync(method, path, null, [], ct);
    }

    static bool IsAway(Reply reply) => reply.Status is 0 or 502 or 503 or 504;
}

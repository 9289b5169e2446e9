using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Slows clients that guess credentials: each address may fail 60 times at once and then once a second. And each may have the database
/// asked for credentials that are new to this server 120 times at once and then 20 times a second: more than may fail, since the identity
/// providers of many customers can share an address, and one that fails all the time must not keep out the others. Each server counts for
/// itself.
/// </summary>
sealed class LoginThrottle : IDisposable
{
    const int MostHeldBack = 5_000;

    /// <summary>How long a client is told to wait. Real time, as that of the limiters.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    readonly PartitionedRateLimiter<IPAddress> _failures = EachAddress(atOnce: 60, perSecond: 1);
    readonly PartitionedRateLimiter<IPAddress> _questions = EachAddress(atOnce: 120, perSecond: 20);
    int _heldBack;

    /// <summary>Counts a failed login against the client's address.</summary>
    /// <returns>Whether that address has failed too often: the answer is then 429.</returns>
    public bool RecordFailure(HttpContext http) => !Takes(_failures, http);

    /// <summary>Counts a look-up of an unknown credential; false: this address asks too often.</summary>
    public bool MayAsk(HttpContext http) => Takes(_questions, http);

    /// <summary>Says in <c>Retry-After</c> of a 429 when the client may try again.</summary>
    public static void TellToWait(HttpContext http) =>
        http.Response.Headers.RetryAfter = Wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Holds the answer back for the time that the client is told to wait. A client that guesses on at once has only so many connections,
    /// and each takes hardly anything of the server while it waits.
    /// </summary>
    public async Task HoldBackAsync(HttpContext http)
    {
        if (Interlocked.Increment(ref _heldBack) <= MostHeldBack)
            await Task.Delay(Wait, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _heldBack);
    }

    public void Dispose()
    {
        _failures.Dispose();
        _questions.Dispose();
    }

    static bool Takes(PartitionedRateLimiter<IPAddress> limiter, HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(ClientNetwork(RequestSource.Ip(http)));
        return lease.IsAcquired;
    }

    static PartitionedRateLimiter<IPAddress> EachAddress(int atOnce, int perSecond) =>
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
            RateLimitPartition.GetTokenBucketLimiter(
                address,
                _ =>
                    new()
                    {
                        TokenLimit = atOnce,
                        TokensPerPeriod = perSecond,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    }
            )
        );

    // A client with one IPv6 address has at least the 2^64 addresses of its network.
    static IPAddress ClientNetwork(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 })
            return address ?? IPAddress.None;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }
}

using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Slows clients that guess credentials: each address may fail 60 times at once and then once a second. Only failed logins are counted, so
/// a good one is always served. Each server counts for itself.
/// </summary>
sealed class LoginThrottle : IDisposable
{
    const int AtOnce = 60;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly PartitionedRateLimiter<IPAddress> _failures = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetTokenBucketLimiter(
            address,
            _ =>
                new()
                {
                    TokenLimit = AtOnce,
                    TokensPerPeriod = 1,
                    ReplenishmentPeriod = Interval,
                }
        )
    );

    /// <summary>Counts a failed login against the client's address.</summary>
    /// <returns>Whether that address has failed too often: the answer is then 429, and has its <c>Retry-After</c> already.</returns>
    public bool RecordFailure(HttpContext http)
    {
        using var lease = _failures.AttemptAcquire(ClientNetwork(RequestSource.Ip(http)));
        if (lease.IsAcquired)
            return false;
        http.Response.Headers.RetryAfter = "1";
        return true;
    }

    public void Dispose() => _failures.Dispose();

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

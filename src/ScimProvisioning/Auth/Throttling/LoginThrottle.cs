using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Slows who guesses: each address may fail 60 times at once and then once a second. Only failed logins are counted, so a good one is served
/// whatever came before it. Every server counts for itself; addresses that have kept quiet for two minutes are forgotten.
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

    /// <summary>Counts a failed login.</summary>
    /// <returns>Whether there were too many from that address.</returns>
    public bool AreTooMany(HttpContext http)
    {
        using var lease = _failures.AttemptAcquire(Neighbourhood(RequestSource.Ip(http)));
        if (lease.IsAcquired)
            return false;
        http.Response.Headers.RetryAfter = "1";
        return true;
    }

    public void Dispose() => _failures.Dispose();

    // Who has one address of IPv6 has at least the 2^64 of its network.
    static IPAddress Neighbourhood(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6 })
            return address ?? IPAddress.None;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }
}

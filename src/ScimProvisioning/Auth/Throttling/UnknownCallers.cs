using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using ScimProvisioning.Auth.Connections;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Look-ups in the database for callers that have proven nothing yet: anybody can cause them, so they get a small share of the sessions,
/// and each address may ask only so often. What was good once is asked for without these limits, and what was just not found is not asked
/// again.
/// </summary>
sealed class UnknownCallers(LoginThrottle throttle, ConnectionCache cache) : IDisposable
{
    /// <summary>Sessions of the database that they use at the same time.</summary>
    const int Share = 4;

    const int Waiting = 64;
    const int Capacity = 10_000;

    // Real time, not the clock's: it spares the database.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan MissesLive = TimeSpan.FromSeconds(2);

    readonly ConcurrencyLimiter _share = new(new() { PermitLimit = Share, QueueLimit = Waiting });
    readonly ConcurrentDictionary<UInt128, byte> _good = [];
    readonly ConcurrentDictionary<UInt128, (long Since, long Generation)> _misses = [];

    /// <summary>Looks up what a caller names.</summary>
    /// <param name="credential">All that the caller must know to be found, as text; only its hash is kept.</param>
    /// <param name="lookUp">Asks the database; <c>null</c>: there is no such thing.</param>
    /// <returns>
    /// What was found; <c>IsRefused</c>: nothing was asked, because this address asks too often. That is answered 429.
    /// </returns>
    /// <exception cref="UnavailableException">All unknown callers together ask too much, or the database hangs.</exception>
    public async Task<(T? Found, bool IsRefused)> FindAsync<T>(HttpContext http, string credential, Func<Task<T?>> lookUp)
        where T : class
    {
        var key = KeyOf<T>(credential);
        if (_good.ContainsKey(key))
        {
            var before = cache.Generation;
            return (Remember(key, await lookUp(), before), false);
        }
        if (IsMiss(key))
            return (null, false);
        if (!throttle.MayAsk(http))
            return (null, true);
        using var turn = await LimiterWait.AcquireAsync(
            wait => _share.AcquireAsync(1, wait),
            Patience,
            "Too many callers that are not known yet ask at the same time. Try again.",
            http.RequestAborted
        );
        var generation = cache.Generation;
        return (Remember(key, await lookUp(), generation), false);
    }

    /// <summary>Whether it was looked up a moment ago and not found.</summary>
    public bool IsMiss<T>(string credential) => IsMiss(KeyOf<T>(credential));

    /// <summary>The credential was found, but proved to be no good.</summary>
    public void Forget<T>(string credential) => _good.TryRemove(KeyOf<T>(credential), out _);

    /// <inheritdoc/>
    public void Dispose() => _share.Dispose();

    bool IsMiss(UInt128 key) =>
        _misses.TryGetValue(key, out var miss) && miss.Generation == cache.Generation && Stopwatch.GetElapsedTime(miss.Since) < MissesLive;

    /// <param name="generation">Read before the look-up: a change since then may have made what was not found.</param>
    T? Remember<T>(UInt128 key, T? found, long generation)
        where T : class
    {
        if (found is null)
        {
            _good.TryRemove(key, out _);
            Room(_misses)[key] = (Stopwatch.GetTimestamp(), generation);
        }
        else if (!_good.ContainsKey(key))
            Room(_good)[key] = 0;
        return found;
    }

    static ConcurrentDictionary<UInt128, T> Room<T>(ConcurrentDictionary<UInt128, T> entries)
    {
        if (entries.Count >= Capacity)
            entries.Clear();
        return entries;
    }

    static UInt128 KeyOf<T>(string credential)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{typeof(T).Name} {credential}"), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.Connections;

/// <summary>
/// Caches tokens and connections as they were last read, also that a token is unknown. It caches only while
/// <see cref="ConnectionChanges"/> listens, and then for a few seconds only, in case a notification is lost.
/// </summary>
sealed class ConnectionCache(IDbContextFactory<ScimDbContext> contexts, ConnectionTypes types, TimeProvider clock)
{
    const int Capacity = 10_000;
    static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, (object? Found, long Since)> _entries = [];
    readonly Lock _gate = new();
    bool _listening;
    long _generation;

    /// <summary>Another number after each change of connections, credentials or admin keys that this server hears of.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>Whether this server hears of changes that others make. While it does not, nothing may be kept.</summary>
    public bool IsListening => Volatile.Read(ref _listening);

    /// <summary>The token with this hash, or null.</summary>
    public ValueTask<KnownToken?> FindTokenAsync(byte[] jtiHash, CancellationToken ct)
    {
        var key = Convert.ToHexString(jtiHash);
        return TryGet<KnownToken>(key, out var token) ? new(token) : new(LookUpTokenAsync(key, jtiHash, ct));
    }

    /// <summary>The connection with this key in its Tenant URL, or null.</summary>
    public ValueTask<KnownConnection?> FindConnectionAsync(string key, CancellationToken ct) =>
        TryGet<KnownConnection>(key, out var connection) ? new(connection) : new(LookUpConnectionAsync(key, ct));

    /// <summary>
    /// The connection that tokens of this Entra tenant are meant for where the URL names none: of several, the one that has the tenant
    /// longest, so that who takes the same tenant later takes nothing away. Null when there is none.
    /// </summary>
    public ValueTask<KnownConnection?> FindConnectionOfTenantAsync(Guid entraTenantId, CancellationToken ct)
    {
        var key = $"entra:{entraTenantId}";
        return TryGet<KnownConnection>(key, out var connection) ? new(connection) : new(LookUpTenantAsync(key, entraTenantId, ct));
    }

    /// <summary>Forgets everything. Changes are rare and a look-up is cheap, so it is not worth the risk to forget less.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _generation++;
            _entries.Clear();
        }
    }

    /// <summary>Says whether this server hears of changes that others make. While it does not, nothing is cached.</summary>
    public void SetListening(bool listening)
    {
        lock (_gate)
        {
            _listening = listening;
            Clear();
        }
    }

    Task<KnownToken?> LookUpTokenAsync(string key, byte[] jtiHash, CancellationToken ct) =>
        LookUpAsync(
            key,
            async db =>
                await db
                    .Tokens.IgnoreQueryFilters([ScimDbContext.SelfTestFilter])
                    .AsNoTracking()
                    .Include(t => t.Connection!.Documents)
                    .FirstOrDefaultAsync(t => t.JtiHash == jtiHash, ct)
                    is { Connection: { } connection } token
                    ? new KnownToken(
                        token.Id,
                        token.OAuthClientId,
                        Known(connection),
                        token.Scopes,
                        token.ExpiresAt,
                        token.RevokedAt,
                        token.LastUsedAt,
                        token.IsSelfTest
                    )
                    : null,
            ct
        );

    Task<KnownConnection?> LookUpConnectionAsync(string key, CancellationToken ct) =>
        LookUpAsync(
            key,
            async db =>
                await db.Connections.AsNoTracking().Include(c => c.Documents).FirstOrDefaultAsync(c => c.Key == key, ct) is { } connection
                    ? Known(connection)
                    : null,
            ct
        );

    Task<KnownConnection?> LookUpTenantAsync(string key, Guid entraTenantId, CancellationToken ct) =>
        LookUpAsync(
            key,
            async db =>
                await db
                    .Connections.AsNoTracking()
                    .Include(c => c.Documents)
                    // In any state: while a closed connection has the tenant, no other connection is taken for it.
                    .Where(c => c.EntraTenantId == entraTenantId && c.State != ConnectionState.Deleted)
                    .OrderBy(c => c.EntraTenantSince ?? c.CreatedAt)
                    .ThenBy(c => c.Id)
                    .FirstOrDefaultAsync(ct)
                    is { } connection
                    ? Known(connection)
                    : null,
            ct
        );

    async Task<T?> LookUpAsync<T>(string key, Func<ScimDbContext, Task<T?>> lookUp, CancellationToken ct)
        where T : class
    {
        var generation = Generation;
        await using var db = await contexts.CreateDbContextAsync(ct);
        // Which organization it belongs to is known only after the look-up.
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        var found = await lookUp(db);
        Store(key, found, generation);
        return found;
    }

    bool TryGet<T>(string key, out T? found)
        where T : class
    {
        var known = _entries.TryGetValue(key, out var entry) && clock.GetElapsedTime(entry.Since) < TimeToLive;
        found = known ? (T?)entry.Found : null;
        return known;
    }

    // A look-up that began before a change may have read the state before it: what it found is used once and not cached.
    void Store<T>(string key, T? found, long generation)
        where T : class
    {
        lock (_gate)
        {
            // Unknown keys are not cached: a client can make them up, and they would push out the real ones.
            if (!_listening || generation != _generation || (found is null && typeof(T) == typeof(KnownConnection)))
                return;
            if (_entries.Count >= Capacity)
                _entries.Clear();
            _entries[key] = (found, clock.GetTimestamp());
        }
    }

    KnownConnection Known(Connection row) =>
        new(
            row.Id,
            row.Key,
            row.State,
            row.EntraTenantId,
            [.. row.AllowedAddresses.Select(block => IPNetwork.Parse(block))],
            types.Of(row.Documents),
            row.Settings
        );
}

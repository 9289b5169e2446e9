using System.Collections.Concurrent;
using System.Net;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.Connections;

/// <summary>
/// The last outcomes of looking tokens and connections up, unknown ones included. It keeps them only while <see cref="ConnectionChanges"/> listens,
/// and then no longer than a few seconds, in case a notification is lost.
/// </summary>
sealed class ConnectionCache(IDbContextFactory<ScimDbContext> contexts, ConnectionTypes types, TimeProvider clock)
{
    const int Capacity = 10_000;
    static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, (object? Found, long Since)> _outcomes = [];
    readonly Lock _gate = new();
    bool _listening;
    long _generation;

    /// <summary>The token with this hash, or null.</summary>
    public ValueTask<KnownToken?> FindTokenAsync(byte[] jtiHash, CancellationToken ct)
    {
        var key = Convert.ToHexString(jtiHash);
        return Recall<KnownToken>(key, out var token) ? new(token) : new(LookUpTokenAsync(key, jtiHash, ct));
    }

    /// <summary>The connection with this key in its Tenant URL, or null.</summary>
    public ValueTask<KnownConnection?> FindConnectionAsync(string key, CancellationToken ct) =>
        Recall<KnownConnection>(key, out var connection) ? new(connection) : new(LookUpConnectionAsync(key, ct));

    /// <summary>The one connection that accepts tokens of this Entra tenant, or null: it is not for us to choose among several.</summary>
    public ValueTask<KnownConnection?> FindConnectionOfTenantAsync(Guid entraTenantId, CancellationToken ct)
    {
        var key = $"entra:{entraTenantId}";
        return Recall<KnownConnection>(key, out var connection) ? new(connection) : new(LookUpTenantAsync(key, entraTenantId, ct));
    }

    /// <summary>Forgets everything. Changes are rare and a look-up is cheap, so nothing finer is worth its risk.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            _generation++;
            _outcomes.Clear();
        }
    }

    /// <summary>Says whether changes made by other servers are heard; while they are not, nothing is kept.</summary>
    public void SetListening(bool listening)
    {
        lock (_gate)
        {
            _listening = listening;
            Drop();
        }
    }

    Task<KnownToken?> LookUpTokenAsync(string key, byte[] jtiHash, CancellationToken ct) =>
        LookUpAsync(
            key,
            async db =>
                await db.Tokens.AsNoTracking().Include(t => t.Connection).FirstOrDefaultAsync(t => t.JtiHash == jtiHash, ct)
                    is { Connection: { } connection } token
                    ? new KnownToken(
                        token.Id,
                        token.OAuthClientId,
                        Known(connection),
                        token.Scopes,
                        token.ExpiresAt,
                        token.RevokedAt,
                        token.LastUsedAt
                    )
                    : null,
            ct
        );

    Task<KnownConnection?> LookUpConnectionAsync(string key, CancellationToken ct) =>
        LookUpAsync(
            key,
            async db =>
                await db.Connections.AsNoTracking().FirstOrDefaultAsync(c => c.Key == key, ct) is { } connection ? Known(connection) : null,
            ct
        );

    Task<KnownConnection?> LookUpTenantAsync(string key, Guid entraTenantId, CancellationToken ct) =>
        LookUpAsync(
            key,
            async db =>
                await db
                    .Connections.AsNoTracking()
                    // In whatever state: a connection that is closed leaves its directory to nobody who names the same tenant.
                    .Where(c => c.EntraTenantId == entraTenantId && c.State != ConnectionState.Deleted)
                    .Take(2)
                    .ToListAsync(ct)
                    is [var connection]
                    ? Known(connection)
                    : null,
            ct
        );

    async Task<T?> LookUpAsync<T>(string key, Func<ScimDbContext, Task<T?>> lookUp, CancellationToken ct)
        where T : class
    {
        var generation = Volatile.Read(ref _generation);
        await using var db = await contexts.CreateDbContextAsync(ct);
        // Whose it is comes out only now.
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        var found = await lookUp(db);
        Keep(key, found, generation);
        return found;
    }

    bool Recall<T>(string key, out T? found)
        where T : class
    {
        var known = _outcomes.TryGetValue(key, out var outcome) && clock.GetElapsedTime(outcome.Since) < TimeToLive;
        found = known ? (T?)outcome.Found : null;
        return known;
    }

    // A look-up that began before a change may have read the state before it: its outcome is used once and not kept.
    void Keep<T>(string key, T? found, long generation)
        where T : class
    {
        lock (_gate)
        {
            // Keys that nobody has can be made up: they must not drive out what is there.
            if (!_listening || generation != _generation || (found is null && typeof(T) == typeof(KnownConnection)))
                return;
            if (_outcomes.Count >= Capacity)
                _outcomes.Clear();
            _outcomes[key] = (found, clock.GetTimestamp());
        }
    }

    KnownConnection Known(Connection row) =>
        new(
            row.Id,
            row.Key,
            row.State,
            row.EntraTenantId,
            [.. row.AllowedAddresses.Select(block => IPNetwork.Parse(block))],
            types.Of(row),
            row.Settings
        );
}

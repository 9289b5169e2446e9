using System.Collections.Concurrent;
using System.Net;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Auth;

/// <summary>
/// The last outcomes of looking tokens up, unknown ones included. It keeps them only while <see cref="ConnectionChanges"/> listens,
/// and then no longer than a few seconds, in case a notification is lost.
/// </summary>
sealed class TokenCache(IDbContextFactory<ScimDbContext> contexts, ConnectionTypes types, TimeProvider clock)
{
    const int Capacity = 10_000;
    static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<string, (KnownToken? Token, long Since)> _outcomes = [];
    readonly Lock _gate = new();
    bool _listening;
    long _generation;

    /// <summary>The token with this hash, or null.</summary>
    public async ValueTask<KnownToken?> FindAsync(byte[] jtiHash, CancellationToken ct)
    {
        var key = Convert.ToHexString(jtiHash);
        if (_outcomes.TryGetValue(key, out var outcome) && clock.GetElapsedTime(outcome.Since) < TimeToLive)
            return outcome.Token;

        var generation = Volatile.Read(ref _generation);
        var token = await LookUpAsync(jtiHash, ct);
        Keep(key, token, generation);
        return token;
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

    // A look-up that began before a change may have read the state before it: its outcome is used once and not kept.
    void Keep(string key, KnownToken? token, long generation)
    {
        lock (_gate)
        {
            if (!_listening || generation != _generation)
                return;
            if (_outcomes.Count >= Capacity)
                _outcomes.Clear();
            _outcomes[key] = (token, clock.GetTimestamp());
        }
    }

    async Task<KnownToken?> LookUpAsync(byte[] jtiHash, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        // Whose it is comes out only now.
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        return await db.Tokens.AsNoTracking().Include(t => t.Connection).FirstOrDefaultAsync(t => t.JtiHash == jtiHash, ct) is { Connection: { } connection } token
            ? new(token.Id, token.OAuthClientId, Known(connection), token.Scopes, token.ExpiresAt, token.RevokedAt, token.LastUsedAt)
            : null;
    }

    KnownConnection Known(Connection row) =>
        new(row.Id, row.Key, row.State, row.EntraTenantId, [.. row.AllowedAddresses.Select(IPNetwork.Parse)], types.Of(row), row.Settings);
}

using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Work;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>Notes when, from where and by what client a token was last used: at most once a minute.</summary>
sealed class TokenUseLog(IDbContextFactory<ScimDbContext> contexts, TimeProvider clock, ILogger<TokenUseLog> log)
    : BatchWriter<TokenUseLog.Use>("uses of tokens", log)
{
    static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    /// <summary>Called by every request; costs nothing while the stored time is young enough.</summary>
    public void Record(KnownToken token, HttpContext http)
    {
        if (IsOld(token.LastUsedAt) && token.TryMarkUsed())
            Add(new(token.Id, clock.GetStoredNow(), RequestSource.Address(http), RequestSource.Agent(http)));
    }

    /// <inheritdoc/>
    protected override async Task SaveAsync(IReadOnlyList<Use> batch, CancellationToken ct)
    {
        var uses = batch.GroupBy(use => use.TokenId).Select(token => token.Last()).ToList();
        var ids = uses.Select(use => use.TokenId).ToArray();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        // The age is asked again here: other servers have seen the token too.
        // A token that an admin is changing is left to a later request: to wait for it, while holding others, could end in a deadlock.
        await db.Database.ExecuteSqlAsync(
            $"""
            WITH seen AS (
                SELECT * FROM unnest(
                    {ids},
                    {uses.Select(use => use.At).ToArray()},
                    {uses.Select(use => use.Address).ToArray()},
                    {uses.Select(use => use.Agent).ToArray()}) AS seen (id, at, address, agent)
            ), free AS MATERIALIZED (
                SELECT id, at, address, agent FROM tokens JOIN seen USING (id)
                WHERE last_used_at IS NULL OR last_used_at <= at - {Precision}
                FOR NO KEY UPDATE OF tokens SKIP LOCKED
            )
            UPDATE tokens SET last_used_at = free.at, last_used_address = free.address, last_used_agent = free.agent
            FROM free WHERE tokens.id = free.id
            """,
            ct
        );
        await transaction.CommitAsync(ct);
    }

    bool IsOld(DateTimeOffset? lastUsed) => lastUsed is not { } moment || clock.GetUtcNow() - moment >= Precision;

    /// <summary>A request that a token has opened.</summary>
    internal readonly record struct Use(Guid TokenId, DateTimeOffset At, string? Address, string? Agent);
}

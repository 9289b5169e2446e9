using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>Notes when, from where and by what a token was last used: at most once a minute, and beside the requests, not in them.</summary>
sealed partial class TokenUse(IDbContextFactory<ScimDbContext> contexts, TimeProvider clock, ILogger<TokenUse> log) : BackgroundService
{
    static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    // A full queue drops the news: once the look-up is renewed, a later request brings it again.
    readonly Channel<Use> _seen = Channel.CreateBounded<Use>(
        new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Called by every request; costs nothing while the stored time is young enough.</summary>
    public void Seen(KnownToken token, HttpContext http)
    {
        if (IsOld(token.LastUsedAt) && token.TakeUse())
            _seen.Writer.TryWrite(new(token.Id, clock.GetStoredNow(), RequestSource.Address(http), RequestSource.Agent(http)));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var seen in _seen.Reader.ReadAllAsync(stoppingToken))
                await TrySaveAsync(seen, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    async Task TrySaveAsync(Use seen, CancellationToken ct)
    {
        try
        {
            await SaveAsync(seen, ct);
        }
        // Whatever it is, a lost time of use must not stop the server.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotNoted(seen.TokenId, e.GetBaseException().Message);
        }
    }

    // The condition is repeated in SQL: other requests and other servers have seen the token too.
    // A transaction each: one that held many tokens could wait for an admin who waits for it.
    async Task SaveAsync(Use seen, CancellationToken ct)
    {
        var old = seen.At - Precision;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        await db
            .Tokens.Where(t => t.Id == seen.TokenId && (t.LastUsedAt == null || t.LastUsedAt <= old))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(t => t.LastUsedAt, seen.At)
                        .SetProperty(t => t.LastUsedAddress, seen.Address)
                        .SetProperty(t => t.LastUsedAgent, seen.Agent),
                ct
            );
        await transaction.CommitAsync(ct);
    }

    bool IsOld(DateTimeOffset? lastUsed) => lastUsed is not { } moment || clock.GetUtcNow() - moment >= Precision;

    [LoggerMessage(1, LogLevel.Warning, "The last use of token {TokenId} was not noted: {Reason}")]
    partial void NotNoted(Guid tokenId, string reason);

    readonly record struct Use(Guid TokenId, DateTimeOffset At, string? Address, string? Agent);
}

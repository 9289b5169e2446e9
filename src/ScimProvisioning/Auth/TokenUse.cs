using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Auth;

/// <summary>Notes when a token was last used: at most once a minute, and beside the requests, not in them.</summary>
sealed partial class TokenUse(IDbContextFactory<ScimDbContext> contexts, TimeProvider clock, ILogger<TokenUse> log) : BackgroundService
{
    static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    // A full queue drops the news: once the look-up is renewed, a later request brings it again.
    readonly Channel<Guid> _seen = Channel.CreateBounded<Guid>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Called by every request; costs nothing while the stored time is young enough.</summary>
    public void Seen(KnownToken token)
    {
        if (IsOld(token.LastUsedAt) && token.TakeUse())
            _seen.Writer.TryWrite(token.Id);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var id in _seen.Reader.ReadAllAsync(stoppingToken)) await TrySaveAsync(id, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    async Task TrySaveAsync(Guid id, CancellationToken ct)
    {
        try
        {
            await SaveAsync(id, ct);
        }
        // Whatever it is, a lost time of use must not stop the server.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotNoted(id, e.GetBaseException().Message);
        }
    }

    // The condition is repeated in SQL: other requests and other servers have seen the token too.
    async Task SaveAsync(Guid id, CancellationToken ct)
    {
        var now = clock.GetStoredNow();
        var old = now - Precision;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        await db.Tokens
            .Where(t => t.Id == id && (t.LastUsedAt == null || t.LastUsedAt <= old))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now), ct);
        await transaction.CommitAsync(ct);
    }

    bool IsOld(DateTimeOffset? lastUsed) => lastUsed is not { } moment || clock.GetUtcNow() - moment >= Precision;

    [LoggerMessage(1, LogLevel.Warning, "The last use of token {TokenId} was not noted: {Reason}")]
    partial void NotNoted(Guid tokenId, string reason);
}

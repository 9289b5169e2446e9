using Microsoft.EntityFrameworkCore;

namespace ScimProvisioning.Client;

/// <summary>Keeps the position in a table of the app's database. Each transaction has a context of its own.</summary>
/// <param name="contexts">Makes contexts whose model has <see cref="DirectoryModel.AddDirectoryPositions"/>.</param>
/// <param name="name">Who follows, when several follow different things in one database.</param>
public sealed class ContextPositions<TContext>(IDbContextFactory<TContext> contexts, string name = "directory") : IPositionStore<TContext>
    where TContext : DbContext
{
    /// <inheritdoc/>
    public async Task<string?> ReadAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await FindAsync(db, ct) is { } row)
            return row.Position;
        // There must be a row to compare and to lock.
        db.Add(new FollowedPosition(name, null));
        try
        {
            await db.SaveChangesAsync(ct);
            return null;
        }
        catch (DbUpdateException)
        {
            // Another follower has begun at the same time; if not, something else is wrong.
            if (await FindAsync(db, ct) is not { } other)
                throw;
            return other.Position;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> AdvanceAsync(
        string? expected,
        string? next,
        Func<TContext, CancellationToken, Task> handle,
        CancellationToken ct
    )
    {
        await using var first = await contexts.CreateDbContextAsync(ct);
        // The app may have configured retries; then a transaction has to begin within them.
        return await first.Database.CreateExecutionStrategy().ExecuteAsync(OnceAsync, ct);

        async Task<bool> OnceAsync(CancellationToken token)
        {
            await using var db = await contexts.CreateDbContextAsync(token);
            await using var transaction = await db.Database.BeginTransactionAsync(token);
            // First, since it locks the row: a second follower waits here, and then finds another position.
            var moved = await db.Set<FollowedPosition>()
                .Where(row => row.Name == name && row.Position == expected)
                .ExecuteUpdateAsync(row => row.SetProperty(position => position.Position, next), token);
            if (moved == 0)
                return false;
            await handle(db, token);
            await db.SaveChangesAsync(token);
            await transaction.CommitAsync(token);
            return true;
        }
    }

    Task<FollowedPosition?> FindAsync(TContext db, CancellationToken ct) =>
        db.Set<FollowedPosition>().AsNoTracking().FirstOrDefaultAsync(row => row.Name == name, ct);
}

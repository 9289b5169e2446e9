using ScimProvisioning.Client;

namespace ScimProvisioning.Tests.Clients;

/// <summary>Where a follower can be interrupted.</summary>
enum CrashPoint
{
    BeforeRead,
    BeforeAdvance,
    InHandler,
    BeforeCommit,
    AfterCommit,
}

/// <summary>Fails every now and then at one point, as if the process were killed there.</summary>
sealed class CrashingPositions(IPositionStore<AppContext> inner, CrashPoint point, Random random) : IPositionStore<AppContext>
{
    public int Crashes { get; private set; }

    public async Task<string?> ReadAsync(CancellationToken ct)
    {
        MayCrash(CrashPoint.BeforeRead);
        return await inner.ReadAsync(ct);
    }

    public async Task<bool> AdvanceAsync(
        string? expected,
        string? next,
        Func<AppContext, CancellationToken, Task> handle,
        CancellationToken ct
    )
    {
        MayCrash(CrashPoint.BeforeAdvance);
        var done = await inner.AdvanceAsync(
            expected,
            next,
            async (db, token) =>
            {
                MayCrash(CrashPoint.InHandler);
                await handle(db, token);
                // What was written so far is in the transaction.
                await db.SaveChangesAsync(token);
                MayCrash(CrashPoint.BeforeCommit);
            },
            ct
        );
        MayCrash(CrashPoint.AfterCommit);
        return done;
    }

    void MayCrash(CrashPoint here)
    {
        if (here != point || random.Next(2) == 0)
            return;
        Crashes++;
        throw new InvalidOperationException($"A crash: {here}.");
    }
}

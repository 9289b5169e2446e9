namespace ScimProvisioning.Directory.Standing;

/// <summary>A rebuild: everybody is projected again.</summary>
/// <param name="Stage">groups, users or people.</param>
/// <param name="Done">Users that were looked at.</param>
/// <param name="Total">Users in all when it began.</param>
/// <param name="StartedAt">When it began.</param>
sealed record RebuildResponse(string Stage, long Done, long Total, DateTimeOffset StartedAt);

/// <summary>A transaction that keeps changes from being released until it ends.</summary>
/// <param name="Pid">The process of PostgreSQL.</param>
/// <param name="Application">What its client calls itself.</param>
/// <param name="Database">The database that it is in; it may be another one.</param>
/// <param name="AgeSeconds">How long it runs.</param>
sealed record HorizonBlocker(int Pid, string? Application, string? Database, double AgeSeconds);

/// <summary>How far what a connection has received is released.</summary>
/// <param name="Releases">Whether the connection releases anything.</param>
/// <param name="InitialLoad">Whether the first rebuild is not done yet.</param>
/// <param name="Rebuild">The rebuild that runs; else null.</param>
/// <param name="Lag">Entries of the change log that are not released; 10,000 stands for as many or more.</param>
/// <param name="Queued">Users that wait to be looked at again; 10,000 stands for as many or more.</param>
/// <param name="HorizonAgeSeconds">How long the oldest writing transaction runs, whose end is waited for; 0: none.</param>
/// <param name="Blocker">That transaction; null: none.</param>
/// <param name="RebuiltAt">When the last rebuild was done.</param>
sealed record ProjectionResponse(
    bool Releases,
    bool InitialLoad,
    RebuildResponse? Rebuild,
    long Lag,
    long Queued,
    double HorizonAgeSeconds,
    HorizonBlocker? Blocker,
    DateTimeOffset? RebuiltAt
);

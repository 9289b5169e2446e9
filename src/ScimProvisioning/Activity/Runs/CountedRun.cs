using Npgsql;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Runs;

/// <summary>What a run has done so far.</summary>
/// <param name="Users">What the figures of users are made of.</param>
/// <param name="Groups">The same of groups.</param>
sealed record CountedRun(RunFigures Figures, TypeCount Users, TypeCount Groups)
{
    /// <summary>The statements, for a transaction that sees the connection.</summary>
    // PostgreSQL has no statistics of the parts of a count, and takes each for small: as nested loops, its joins would take minutes.
    public static NpgsqlBatchCommand[] Statements(RunCount count) =>
        [count.Parts(), new("SET LOCAL enable_nestloop = off"), count.Types(), new("SET LOCAL enable_nestloop = DEFAULT"), count.Told()];

    /// <param name="rows">The answers to <see cref="Statements"/>.</param>
    public static async Task<CountedRun> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var parts = await RunCount.ReadPartsAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var (users, groups, memberships) = await RunCount.ReadTypesAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var told = await RunCount.ReadToldAsync(rows, ct);
        var figures = new RunFigures(
            RunDetection.KindOf(parts, users, groups),
            parts.Sum(part => part.Count),
            users.Counts,
            groups.Counts,
            memberships,
            Seen(told, users),
            new(users.Touched, groups.Touched)
        );
        return new(figures, users, groups);
    }

    static SeenCounts Seen(Dictionary<string, long> told, TypeCount users)
    {
        var seen = new SeenCounts(
            Of(EventType.UserCreated),
            Of(EventType.UserUpdated),
            Of(EventType.UserDeactivated) + Of(EventType.UserDeleted),
            Of(EventType.UserReactivated),
            0
        );
        var counts = users.Counts;
        var all = counts.Created + counts.Updated + counts.Deactivated + counts.Reactivated + counts.Unchanged;
        var changed = seen.Created + seen.Updated + seen.Deactivated + seen.Reactivated;
        return seen with { Unchanged = Math.Max(0, all - changed) };

        long Of(EventType type) => told.GetValueOrDefault(type.Name);
    }
}

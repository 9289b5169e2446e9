using System.Text.Json;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Runs;

/// <summary>A run: requests of a connection that followed each other without a long gap.</summary>
/// <param name="Id">The id. Ids are sorted by time. The event sync.run.completed has the same.</param>
/// <param name="Kind">
/// What the identity provider seems to have done, which is inferred from its requests: test, onDemand, full, incremental, discovery or
/// other.
/// </param>
/// <param name="StartedAt">When its first request came.</param>
/// <param name="LastRequestAt">When its last request came.</param>
/// <param name="EndedAt">The same, once it is over; null: the next request may be part of it.</param>
/// <param name="Requests">SCIM requests, each operation of a bulk request as one.</param>
/// <param name="Users">What became of users.</param>
/// <param name="Groups">What became of groups.</param>
/// <param name="Memberships">Memberships that came and went.</param>
/// <param name="SeenUsers">What became of users as the application sees them.</param>
/// <param name="NotLogged">Requests that are missing in the log, because the server had too much to do or the database was away.</param>
/// <param name="Remaining">How long it may still take; null when it is over, or nothing can be said.</param>
sealed record RunResponse(
    Guid Id,
    string Kind,
    DateTime StartedAt,
    DateTime LastRequestAt,
    DateTime? EndedAt,
    long Requests,
    ObjectCounts Users,
    ObjectCounts Groups,
    MembershipCounts Memberships,
    SeenCounts SeenUsers,
    long NotLogged,
    RemainingTime? Remaining
)
{
    public static RunResponse Of(RunRow row, RunFigures figures, RemainingTime? remaining) =>
        new(
            row.Id,
            JsonNamingPolicy.CamelCase.ConvertName(figures.Kind.ToString()),
            row.StartedAt.UtcDateTime,
            row.LastAt.UtcDateTime,
            row.EndedAt?.UtcDateTime,
            figures.Requests,
            figures.Users,
            figures.Groups,
            figures.Memberships,
            figures.SeenUsers,
            row.NotLogged,
            remaining
        );
}

/// <summary>How long a run may still take.</summary>
/// <param name="LeastSeconds">At least.</param>
/// <param name="MostSeconds">Hardly more.</param>
sealed record RemainingTime(long LeastSeconds, long MostSeconds)
{
    /// <summary>
    /// Of a run that goes through everybody: by how many it has asked for so far, and by how long the last full run took. Memberships come
    /// last and cannot be foreseen, so the range is wide.
    /// </summary>
    /// <param name="lastFull">The last full run; <c>null</c>: there was none.</param>
    public static RemainingTime? Of(RunRow run, CountedRun counted, RunRow? lastFull)
    {
        var users = counted.Users;
        // An initial cycle makes those whom it will have asked for, and an incremental one asks for few.
        var isFirst = users.Created * 2 >= users.Touched;
        var goesThrough = counted.Figures.Kind is RunKind.Full or RunKind.Incremental && users.Touched * 5 >= users.Known;
        if (run.EndedAt is not null || users.Touched == 0 || !goesThrough)
            return null;
        var passed = (run.ReadAt - run.StartedAt).TotalSeconds;
        var estimates = new List<double>();
        if (!isFirst)
            estimates.Add(passed * Math.Max(0, Left(users) + Left(counted.Groups)) / (users.Touched + counted.Groups.Touched));
        if (lastFull is not null)
            estimates.Add(Math.Max(0, (lastFull.LastAt - lastFull.StartedAt).TotalSeconds - passed));
        return estimates.Count == 0 ? null : new((long)(0.8 * estimates.Min()), (long)Math.Ceiling(1.5 * estimates.Max()));
    }

    static long Left(TypeCount type) => type.Known - type.Touched;
}

using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>
/// Holds people back when so many of a connection would leave within a while that it is rather a mistake. All that is known to leave is
/// counted before anybody is let go: the users of the batch, those who wait in the queue and in the change log, those who have left within
/// the window, and those who are held already.
/// </summary>
/// <param name="exempt">Whom an admin has asked for.</param>
sealed class DepartureGuard(ProjectionBatch batch, ProjectionRow row, GuardRow guard, Exemption exempt)
{
    readonly Dictionary<Guid, EventCause> _approved = [];

    Guid Connection => row.Connection.Id;

    Guid Organization => row.Connection.OrganizationId;

    /// <summary>By received user, the approval that lets the person go.</summary>
    public IReadOnlyDictionary<Guid, EventCause> Approved => _approved;

    /// <summary>Decides who is held, and writes what follows for the guard itself.</summary>
    /// <returns>The received users whose people are held.</returns>
    public async Task<IReadOnlySet<Guid>> JudgeAsync(IReadOnlyList<ProjectedUser> users, Rules rules, CancellationToken ct)
    {
        List<ProjectedUser> leavers = [.. users.Where(user => user.Leaves && !IsExempt(user))];
        Guid[] back = [.. users.Where(user => user.Returns).Select(user => user.Previous!.Id)];
        if (back.Length > 0)
            batch.Add(GuardDepartures.Delete(Connection, back));
        if (leavers.Count == 0 && !guard.HasHolds)
            return new HashSet<Guid>();

        var known = await ReadAsync(users, leavers.Count > 0, rules, ct);
        List<ProjectedUser> anew = [.. leavers.Where(user => !known.Holds.ContainsKey(user.Previous!.Id))];
        var held = leavers.Where(user => known.Holds.TryGetValue(user.Previous!.Id, out var hold) && hold.ApprovedBy is null).ToList();
        foreach (var user in leavers)
            if (known.Holds.GetValueOrDefault(user.Previous!.Id)?.ApprovedBy is { } request)
                _approved[user.Id] = new(EventCause.Admin, request);
        if (guard.Enabled && anew.Count > 0)
            if (await IsTooManyAsync(known.Left, known.Left + known.Held + anew.Count + known.Coming, ct) is { } active)
            {
                held.AddRange(anew);
                Hold(anew, known.Left + known.Held + anew.Count + known.Coming, active);
            }
            else
                foreach (
                    var statement in GuardDepartures.Save(Connection, Organization, Ids(anew), batch.Now, guard.WindowStart(batch.Now))
                )
                    batch.Add(statement);
        Free(known.Holds.Values, Ids(held).ToHashSet());
        return held.Select(user => user.Id).ToHashSet();
    }

    /// <summary>Who leaves the scope because of what an admin has changed is let go; who was disabled meanwhile is not.</summary>
    bool IsExempt(ProjectedUser user) =>
        exempt is Exemption.Everybody
        || (exempt is Exemption.OutOfScope && user.Outcome is Outcome.Released { Next.Reason: StatusReason.OutOfScope });

    /// <param name="counts">With the numbers, which only those who leave need.</param>
    async Task<Known> ReadAsync(IReadOnlyList<ProjectedUser> users, bool counts, Rules rules, CancellationToken ct)
    {
        Guid[] resources = [.. users.Select(user => user.Id)];
        Guid[] people = [.. users.Select(user => user.Previous?.Id).OfType<Guid>()];
        var ofHolds = GuardHolds.Of(Connection, people, resources);
        await using var rows = await batch.Session.ReadAsync(
            ct,
            counts
                ?
                [
                    ofHolds,
                    GuardDepartures.Count(Connection, guard.WindowStart(batch.Now)),
                    GuardDepartures.Coming(Connection, row.Position, rules.ScopeGroups, resources),
                ]
                : [ofHolds]
        );
        var holds = (await GuardHolds.ReadAsync(rows, ct)).ToDictionary(hold => hold.Person);
        if (!counts)
            return new(holds, 0, 0, 0);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var (left, held) = (rows.GetInt64(0), rows.GetInt64(1));
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        return new(holds, left, held, rows.GetInt64(0));
    }

    /// <returns>How many people are active, when too many of them would leave; else <c>null</c>.</returns>
    async Task<long?> IsTooManyAsync(long left, long leaving, CancellationToken ct)
    {
        // The usual case costs no count of all people.
        if (leaving <= guard.Count)
            return null;
        await using var rows = await batch.Session.ReadAsync(ct, GuardDepartures.Active(Connection, guard.MostCounted(leaving)));
        await rows.ReadAsync(ct);
        var active = rows.GetInt64(0);
        return guard.IsTooMany(leaving, active + left) ? active : null;
    }

    void Hold(List<ProjectedUser> users, long leaving, long active)
    {
        batch.Add(GuardHolds.Save(Connection, Organization, [.. users.Select(user => (user.Previous!.Id, user.Id))], batch.Now));
        if (guard.TriggeredAt is not null)
            return;
        batch.Add(GuardRow.Told(Connection, Organization, batch.Now));
        batch.TellOfGuard(GuardEvent.Of(row, guard, batch.Now, new(users.Count, batch.Now, leaving, active, IsReminder: false)));
    }

    /// <summary>Whom the identity provider has brought back, or an admin has approved, is held no more.</summary>
    void Free(IEnumerable<GuardHold> known, HashSet<Guid> held)
    {
        Guid[] free = [.. known.Select(hold => hold.Person).Where(person => !held.Contains(person))];
        if (free.Length == 0)
            return;
        batch.Add(GuardHolds.Delete(Connection, free));
        batch.Add(GuardRow.Calm(Connection));
    }

    static Guid[] Ids(IEnumerable<ProjectedUser> users) => [.. users.Select(user => user.Previous!.Id)];

    /// <param name="Holds">By person.</param>
    /// <param name="Left">People who have left within the window.</param>
    /// <param name="Held">People who are held since within the window.</param>
    /// <param name="Coming">Others who will leave, as far as is known.</param>
    sealed record Known(Dictionary<Guid, GuardHold> Holds, long Left, long Held, long Coming);
}

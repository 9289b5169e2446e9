using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>One batch of <see cref="ConnectionProjection"/>.</summary>
/// <param name="hasQueue">Whether users wait to be projected again.</param>
sealed class ProjectionRun(ProjectionBatch batch, GroupRelease groups, ProjectionRow row, bool hasQueue)
{
    /// <summary>What is to be written; <c>null</c>: as it was read.</summary>
    ProjectionRow? _next;

    /// <summary>Whether entries of the change log were dealt with.</summary>
    public bool IsOfLog { get; private set; }

    /// <summary>Whether these were all that were read.</summary>
    public bool HasReadLog { get; private set; }

    Guid Connection => row.Connection.Id;

    /// <summary>Does what comes first: entries of the change log, then queued users, then a part of the walk.</summary>
    /// <param name="queueFirst">
    /// The batch before was of the change log: now the queue and the walk come first, so that both go on.
    /// </param>
    /// <returns>False when there is nothing to do.</returns>
    public async Task<bool> WorkAsync(List<LoggedChange> changes, bool queueFirst, CancellationToken ct)
    {
        if (queueFirst && row.Releases && (await ReleaseQueuedAsync(ct) || await WalkAsync(ct)))
            return true;
        // A change of the connection itself decides what is released after it, so it ends the batch.
        var turn = changes.FindIndex(change => ConnectionChange.IsOne(change));
        var part = turn < 0 ? changes : changes[..turn];
        IsOfLog = part.Count > 0;
        HasReadLog = IsOfLog && turn < 0;
        if (part.Count > 0)
        {
            if (row.Releases)
                await ReleaseAsync(part, ct);
            else
                _next = row with { Position = part[^1].Position };
            return true;
        }
        // A connection that is left is first released up to there, the queue and the walk included.
        var leaves = turn == 0 && ConnectionChange.EndsReleases(changes[0]) && row.Releases;
        if (turn == 0 && !(leaves && (row.Walk is not null || hasQueue)))
        {
            // Nobody of them is released any more: the queue is empty, and nothing is read meanwhile.
            if (leaves && batch.HasHolds)
            {
                batch.Add(GuardHolds.ForgetPart(Connection));
                return true;
            }
            await ChangeConnectionAsync(changes[0], ct);
            return true;
        }
        return (row.Releases && await ReleaseQueuedAsync(ct)) || await WalkAsync(ct);
    }

    public IReadOnlyList<NpgsqlBatchCommand> Statements() => [(_next ?? row).Save(), .. batch.Statements()];

    /// <summary>Users and groups that the entries name.</summary>
    async Task ReleaseAsync(List<LoggedChange> changes, CancellationToken ct)
    {
        _next = row with { Position = changes[^1].Position };
        var causes = new Dictionary<Guid, EventCause>();
        var ofGroups = new Dictionary<Guid, EventCause>();
        var cameOrWent = new HashSet<Guid>();
        foreach (var change in changes)
        {
            // The server tests itself: what it has written it erases again.
            if (change.Actor.StartsWith(ChangeLog.SelfTestActor, StringComparison.Ordinal))
                continue;
            var cause = CauseOf(change);
            if (change.ResourceType == ResourceType.User.Name)
                causes[change.ResourceId] = cause;
            if (change.ResourceType != ResourceType.Group.Name)
                continue;
            ofGroups[change.ResourceId] = cause;
            if (ChangeType.IsDeletedOrRestored(change.Type))
                cameOrWent.Add(change.ResourceId);
            if (change.Details is null)
                batch.Add(DirtyUsers.AddNamed(Connection, row.Connection.OrganizationId, change.Position));
            else
                foreach (var member in ChangeLog.MembersIn(change.Details))
                    causes[member] = cause;
        }
        if (ofGroups.Count > 0)
            await groups.ReleaseAsync(ofGroups, cameOrWent, ct);
        // Very many users wait in the queue, where each batch takes some.
        Guid[] users = [.. causes.Keys];
        if (users.Length > ConnectionProjection.BatchSize)
            batch.Add(DirtyUsers.Add(Connection, row.Connection.OrganizationId, users[ConnectionProjection.BatchSize..]));
        await ReleaseUsersAsync([.. users.Take(ConnectionProjection.BatchSize)], causes, new(EventCause.Scim, changes[^1].RequestId), ct);
    }

    async Task<bool> ReleaseQueuedAsync(CancellationToken ct)
    {
        if (!hasQueue)
            return false;
        var users = new List<Guid>();
        await using (var rows = await batch.Session.ReadAsync(ct, DirtyUsers.Take(Connection, ConnectionProjection.BatchSize)))
            while (await rows.ReadAsync(ct))
                users.Add(rows.GetGuid(0));
        if (users.Count == 0)
            return false;
        await ReleaseUsersAsync([.. users], new Dictionary<Guid, EventCause>(), new(EventCause.Scim, null), ct);
        return true;
    }

    async Task ReleaseUsersAsync(Guid[] ids, IReadOnlyDictionary<Guid, EventCause> causes, EventCause otherwise, CancellationToken ct)
    {
        if (ids.Length == 0)
            return;
        List<MappedUser> received;
        var rules = groups.Rules;
        await using (var rows = await batch.Session.ReadAsync(ct, ReceivedUsers.Named(Connection, ids)))
            received = await ReceivedUsers.ReadAsync(rows, rules.Read, ct);
        // A user who was erased meanwhile was deleted before.
        var erased = ids.Except(received.Select(user => user.ResourceId));
        received.AddRange(erased.Select(id => rules.Read(ReceivedUser.Erased(id))));
        // While the rules of an admin are carried out, others may come upon those who leave by them before the walk does.
        var exempt = row.Walk is { IsDeparture: false, Exempt: not Exemption.None } ? Exemption.OutOfScope : Exemption.None;
        await batch.ReleaseAsync(received, rules, causes, otherwise, exempt, ct);
    }

    async Task<bool> WalkAsync(CancellationToken ct)
    {
        if (row.Walk is not { } walk)
            return false;
        _next = walk.IsDeparture
            ? await new DepartureRelease(batch, row).ReleaseAsync(walk, ct)
            : await new RebuildRelease(batch, groups, row).ReleaseAsync(walk, ct);
        return true;
    }

    async Task ChangeConnectionAsync(LoggedChange change, CancellationToken ct)
    {
        long total = 0;
        if (ConnectionChange.Begins(change) is not null)
            await using (var rows = await batch.Session.ReadAsync(ct, ReceivedUsers.Count(Connection)))
                total = await rows.ReadAsync(ct) ? rows.GetInt64(0) : 0;
        _next = ConnectionChange.Apply(row with { Position = change.Position }, change, total, batch.Now);
        batch.Tell(change.Type, Connection, change.Version, CauseOf(change), ConnectionChange.Data(row.Connection, change));
        if (ConnectionChange.EndsReleases(change))
            foreach (var statement in GuardHolds.Forget(Connection))
                batch.Add(statement);
    }

    static EventCause CauseOf(LoggedChange change) =>
        new(ConnectionChange.IsOfAdmin(change) ? EventCause.Admin : EventCause.Scim, change.RequestId);
}

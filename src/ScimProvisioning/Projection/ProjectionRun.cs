using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>One batch of <see cref="ConnectionProjection"/>.</summary>
sealed class ProjectionRun(TenantSession session, ProjectionRow row, StoredRules stored, ResourceTypes types, DateTimeOffset now)
{
    readonly ProjectionBatch _batch = new(session, row, stored.Catalogue, now);

    /// <summary>What is to be written; <c>null</c>: as it was read.</summary>
    ProjectionRow? _next;
    StoredRules? _bound;

    /// <summary>Whether entries of the change log were dealt with.</summary>
    public bool IsOfLog { get; private set; }

    /// <summary>How many events are told.</summary>
    public int Events => _batch.Events;

    Guid Connection => row.Connection.Id;

    Rules Compile() => (_bound ?? stored).CompileStored(types);

    /// <summary>Does what comes first: entries of the change log, then queued users, then a part of the rebuild.</summary>
    /// <param name="queueFirst">
    /// The batch before was of the change log: now the queue and the rebuild come first, so that both go on.
    /// </param>
    /// <returns>False when there is nothing to do.</returns>
    public async Task<bool> WorkAsync(List<LoggedChange> changes, bool queueFirst, CancellationToken ct)
    {
        if (queueFirst && row.Releases && (await ReleaseQueuedAsync(ct) || await RebuildAsync(ct)))
            return true;
        // A change of the connection itself decides what is released after it, so it ends the batch.
        var turn = changes.FindIndex(change => ConnectionChange.IsOne(change));
        var part = turn < 0 ? changes : changes[..turn];
        IsOfLog = turn != 0 && part.Count > 0;
        if (part.Count > 0)
        {
            if (row.Releases)
                await ReleaseAsync(part, ct);
            else
                _next = row with { Position = part[^1].Position };
            return true;
        }
        // A connection that is left is first released up to there, the queue and the rebuild included.
        var leaves = turn == 0 && ConnectionChange.EndsReleases(changes[0]) && row.Releases;
        if (turn == 0 && !(leaves && (row.Rebuild is not null || await HasQueueAsync(ct))))
        {
            await ChangeConnectionAsync(changes[0], ct);
            return true;
        }
        if (!row.Releases)
            return false;
        return await ReleaseQueuedAsync(ct) || await RebuildAsync(ct);
    }

    public IReadOnlyList<NpgsqlBatchCommand> Statements() => [(_next ?? row).Save(), .. _batch.Statements()];

    /// <summary>Users and groups that the entries name.</summary>
    async Task ReleaseAsync(List<LoggedChange> changes, CancellationToken ct)
    {
        _next = row with { Position = changes[^1].Position };
        var causes = new Dictionary<Guid, EventCause>();
        var groups = new Dictionary<Guid, EventCause>();
        var cameOrWent = new HashSet<Guid>();
        foreach (var change in changes)
        {
            var cause = CauseOf(change);
            if (change.ResourceType == ResourceType.User.Name)
                causes[change.ResourceId] = cause;
            if (change.ResourceType != ResourceType.Group.Name)
                continue;
            groups[change.ResourceId] = cause;
            if (ChangeType.IsDeletedOrRestored(change.Type))
                cameOrWent.Add(change.ResourceId);
            if (change.Details is null)
                _batch.Add(DirtyUsers.AddNamed(Connection, row.Connection.OrganizationId, change.Position));
            else
                foreach (var member in MembersIn(change.Details))
                    causes[member] = cause;
        }
        if (groups.Count > 0)
            await ReleaseGroupsAsync(groups, cameOrWent, ct);
        // Very many users wait in the queue, where each batch takes some.
        Guid[] users = [.. causes.Keys];
        if (users.Length > ConnectionProjection.BatchSize)
            _batch.Add(DirtyUsers.Add(Connection, row.Connection.OrganizationId, users[ConnectionProjection.BatchSize..]));
        await ReleaseUsersAsync([.. users.Take(ConnectionProjection.BatchSize)], causes, new(EventCause.Scim, changes[^1].RequestId), ct);
    }

    /// <param name="cameOrWent">Groups that were deleted or restored, perhaps both: they lost their members without an entry.</param>
    async Task ReleaseGroupsAsync(Dictionary<Guid, EventCause> causes, HashSet<Guid> cameOrWent, CancellationToken ct)
    {
        List<PushedGroup> received;
        await using (
            var rows = await session.ReadAsync(
                ct,
                ReleasedGroups.ReceivedNamed(Connection, [.. causes.Keys]),
                ReleasedGroups.Named(Connection, [.. causes.Keys])
            )
        )
        {
            received = await ReleasedGroups.ReadReceivedAsync(rows, ct);
            await rows.NextResultAsync(ct);
            foreach (var group in await ReleasedGroups.ReadAllAsync(rows, ct))
                _batch.Groups.TryAdd(group.Id, group);
        }
        // One that was erased meanwhile was deleted before.
        foreach (var id in causes.Keys.Except(received.Select(group => group.Id)).ToList())
            if (_batch.Groups.GetValueOrDefault(id) is { } erased)
                received.Add(new(new(id, erased.Name, erased.ExternalId), IsDeleted: true));
        foreach (var group in received)
            GroupProjection.Write(_batch, group, causes[group.Id]);
        await BindAsync(received, ct);
        // The application knows that a deleted group has no members; the members themselves are told of scope and roles that they lose.
        Guid[] deleted = [.. received.Where(group => group.IsDeleted).Select(group => group.Id)];
        if (deleted.Length > 0)
            _batch.Add(ReleasedMembers.Forget(Connection, deleted));
        if (deleted.Union(cameOrWent).ToArray() is { Length: > 0 } groups)
            _batch.Add(DirtyUsers.AddMembers(Connection, row.Connection.OrganizationId, groups));
    }

    /// <summary>Scope and roles may wait for a group by its name; a group that was deleted is waited for again.</summary>
    async Task BindAsync(List<PushedGroup> groups, CancellationToken ct)
    {
        var rules = _bound ?? stored;
        var (next, affected, problems) = rules.Bind(groups, await WaitedForAsync(rules, ct));
        Guid[] ids = [.. groups.Select(group => group.Id)];
        _batch.Add(Problems.Delete(Connection, ids));
        if (problems.Count > 0)
            _batch.Add(Problems.Save(Connection, row.Connection.OrganizationId, problems, now));
        if (next.References.SequenceEqual(rules.References))
            return;
        _bound = next;
        _batch.Add(next.Save(Connection, row.Connection.OrganizationId));
        if (affected.Count > 0)
            _batch.Add(DirtyUsers.AddMembers(Connection, row.Connection.OrganizationId, [.. affected]));
    }

    /// <summary>The live groups that a reference may wait for.</summary>
    async Task<List<PushedGroup>> WaitedForAsync(StoredRules rules, CancellationToken ct)
    {
        var waiting = rules.Waiting.ToList();
        if (waiting.Count == 0)
            return [];
        string[] names = [.. waiting.Select(reference => reference.Name).OfType<string>().Select(CaseFolding.Fold)];
        string[] externalIds = [.. waiting.Select(reference => reference.ExternalId).OfType<string>()];
        await using var rows = await session.ReadAsync(ct, ReleasedGroups.ReceivedCalled(Connection, names, externalIds));
        return await ReleasedGroups.ReadReceivedAsync(rows, ct);
    }

    async Task<bool> HasQueueAsync(CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(ct, DirtyUsers.Any(Connection));
        return await rows.ReadAsync(ct);
    }

    async Task<bool> ReleaseQueuedAsync(CancellationToken ct)
    {
        var users = new List<Guid>();
        await using (var rows = await session.ReadAsync(ct, DirtyUsers.Take(Connection, ConnectionProjection.BatchSize)))
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
        List<ReceivedUser> received;
        await using (var rows = await session.ReadAsync(ct, ReceivedUsers.Named(Connection, ids)))
            received = await ReceivedUsers.ReadAsync(rows, ct);
        // A user who was erased meanwhile was deleted before.
        var erased = ids.Except(received.Select(user => user.ResourceId));
        received.AddRange(erased.Select(id => new ReceivedUser(id, IsDeleted: true, [], new HashSet<Guid>())));
        await WriteAsync(received, causes, otherwise, ct);
    }

    async Task WriteAsync(
        List<ReceivedUser> received,
        IReadOnlyDictionary<Guid, EventCause> causes,
        EventCause otherwise,
        CancellationToken ct
    )
    {
        var users = await new UserProjection(session, Connection, Compile(), now).RunAsync(received, ct);
        await _batch.WriteAsync(users, causes, otherwise, ct);
    }

    /// <summary>One part of the rebuild.</summary>
    async Task<bool> RebuildAsync(CancellationToken ct)
    {
        if (row.Rebuild is not { } rebuild)
            return false;
        var cause = new EventCause(EventCause.OfRebuild, rebuild.RequestId);
        var (after, count) = rebuild.Stage switch
        {
            RebuildStage.Groups => await RebuildGroupsAsync(rebuild, cause, ct),
            RebuildStage.Users => await RebuildUsersAsync(rebuild, cause, ct),
            RebuildStage.People => await RebuildPeopleAsync(rebuild, cause, ct),
            _ => throw new InvalidOperationException($"Unhandled {rebuild.Stage}."),
        };
        var isOver = count < ConnectionProjection.RebuildSize;
        var next = rebuild with { After = after, Done = rebuild.Done + (rebuild.Stage is RebuildStage.Users ? count : 0) };
        _next = (isOver, rebuild.Stage) switch
        {
            (false, _) => row with { Rebuild = next },
            (true, RebuildStage.People) => row with { Rebuild = null, RebuiltAt = now, InitialLoad = false },
            (true, var stage) => row with { Rebuild = next with { Stage = stage + 1, After = Guid.Empty } },
        };
        return true;
    }

    async Task<(Guid After, int Count)> RebuildGroupsAsync(Rebuild rebuild, EventCause cause, CancellationToken ct)
    {
        List<PushedGroup> received;
        await using (
            var rows = await session.ReadAsync(
                ct,
                ReleasedGroups.ReceivedAfter(Connection, rebuild.After, ConnectionProjection.RebuildSize)
            )
        )
            received = await ReleasedGroups.ReadReceivedAsync(rows, ct);
        if (received.Count == 0)
            return (rebuild.After, 0);
        await using (var rows = await session.ReadAsync(ct, ReleasedGroups.Named(Connection, [.. received.Select(group => group.Id)])))
            foreach (var group in await ReleasedGroups.ReadAllAsync(rows, ct))
                _batch.Groups.TryAdd(group.Id, group);
        foreach (var group in received)
            GroupProjection.Write(_batch, group, cause);
        await BindAsync(received, ct);
        return (received[^1].Id, received.Count);
    }

    async Task<(Guid After, int Count)> RebuildUsersAsync(Rebuild rebuild, EventCause cause, CancellationToken ct)
    {
        List<ReceivedUser> received;
        await using (
            var rows = await session.ReadAsync(ct, ReceivedUsers.After(Connection, rebuild.After, ConnectionProjection.RebuildSize))
        )
            received = await ReceivedUsers.ReadAsync(rows, ct);
        if (received.Count == 0)
            return (rebuild.After, 0);
        await WriteAsync(received, new Dictionary<Guid, EventCause>(), cause, ct);
        return (received[^1].ResourceId, received.Count);
    }

    /// <summary>
    /// People without a live user: those whose user was erased are deleted, all others keep what they have, as far as the catalogue knows
    /// it.
    /// </summary>
    async Task<(Guid After, int Count)> RebuildPeopleAsync(Rebuild rebuild, EventCause cause, CancellationToken ct)
    {
        List<Person> people;
        await using (
            var rows = await session.ReadAsync(ct, ReleasedUsers.WithoutLive(Connection, rebuild.After, ConnectionProjection.RebuildSize))
        )
            people = await ReleasedUsers.ReadAllAsync(rows, ct);
        if (people.Count == 0)
            return (rebuild.After, 0);
        var erased = people
            .Where(person => person.IsLinked)
            .Select(person => new ReceivedUser(person.ResourceId!.Value, IsDeleted: true, [], new HashSet<Guid>()))
            .ToList();
        if (erased.Count > 0)
            await WriteAsync(erased, new Dictionary<Guid, EventCause>(), cause, ct);
        var rules = Compile();
        foreach (var person in people.Where(person => !person.IsLinked))
            _batch.Write(person, Projector.ProjectUnlinked(person, rules, now), [], cause);
        return (people[^1].Id, people.Count);
    }

    async Task ChangeConnectionAsync(LoggedChange change, CancellationToken ct)
    {
        long total = 0;
        if (ConnectionChange.NeedsRebuild(change))
            await using (var rows = await session.ReadAsync(ct, ReceivedUsers.Count(Connection)))
                total = await rows.ReadAsync(ct) ? rows.GetInt64(0) : 0;
        _next = ConnectionChange.Apply(row with { Position = change.Position }, change, total, now);
        _batch.Tell(change.Type, Connection, change.Version, CauseOf(change), ConnectionChange.Data(row.Connection, change));
    }

    static EventCause CauseOf(LoggedChange change) =>
        new(ConnectionChange.IsOfAdmin(change) ? EventCause.Admin : EventCause.Scim, change.RequestId);

    /// <summary>The members that came and went, in the details of a change of a group.</summary>
    static IEnumerable<Guid> MembersIn(string details) =>
        JsonNode
            .Parse(details)!
            .AsArray()
            .Where(change => (string?)change!["path"] == "members")
            .SelectMany(change => ((JsonArray)change!["added"]!).Concat((JsonArray)change["removed"]!))
            .Select(id => Guid.Parse((string)id!));
}

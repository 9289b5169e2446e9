using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// Reads and writes single resources. A read takes one round trip. A change takes two: the first locks the row, the caller computes the new
/// document, the second writes row, memberships and change log in one statement, so that nothing is half-written and no change is missing
/// from the log. What was looked up seconds ago is changed in one, if it is still the same.
/// </summary>
/// <remarks>
/// Rows are locked in one order, members (in id order) before their group, so that concurrent changes queue and no update is lost. A
/// deadlock that PostgreSQL still finds is tried again by <see cref="RepeatedWrite"/>.
/// </remarks>
sealed class ResourceStore(
    NpgsqlDataSource database,
    RecentResources recent,
    LargeGroups largeGroups,
    ChangeSignal signal,
    TimeProvider clock
)
{
    readonly ResourceIds _ids = new();

    /// <summary>The id of a resource that is created later, when others must refer to it before.</summary>
    public Guid NewId() => _ids.Next(clock.GetUtcNow());

    /// <summary>The resource, or <c>null</c>.</summary>
    /// <param name="related">Load <c>members</c> or <c>groups</c> too.</param>
    public async Task<StoredResource?> GetAsync(Caller caller, ResourceType type, Guid id, bool related, CancellationToken ct)
    {
        await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
        await using var rows = await transaction.CommitAsync(ct, ReadSql.Get(caller, type, id, related, RowLock.None));
        if (!await rows.ReadAsync(ct))
            return null;
        var resource = ResourceReader.Read(rows, caller.Types);
        recent.Remember(caller.ConnectionId, resource);
        return resource;
    }

    /// <summary>
    /// The members of a group that come after one. A member that stays in the group is read exactly once, whatever changes between two
    /// parts.
    /// </summary>
    public async Task<RelatedPart> GetMembersAsync(Caller caller, Guid group, Guid after, CancellationToken ct)
    {
        await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
        await using var rows = await transaction.CommitAsync(ct, ReadSql.NextMembers(caller, group, after));
        return await rows.ReadAsync(ct) && ReadSql.ReadRelated(rows) is { } part ? part : RelatedResources.None;
    }

    /// <summary>Stores a new resource with its members.</summary>
    /// <param name="id">The id, when other resources refer to it already; <c>null</c>: a new one.</param>
    /// <exception cref="ScimException">409 <c>uniqueness</c>; 400 <c>invalidValue</c> for an unknown member.</exception>
    public Task<StoredResource> CreateAsync(
        Caller caller,
        ResourceType type,
        Guid? id,
        JsonObject document,
        IReadOnlyCollection<Guid> members,
        CancellationToken ct
    ) =>
        new RepeatedWrite(database, caller, type, id).RunAsync(
            async () =>
            {
                var now = clock.GetStoredNow();
                var columns = ResourceColumns.Of(caller.ConnectionId, caller.Settings, type, document);
                var resource = new StoredResource(type, id ?? _ids.Next(now), 1, now, now, columns.Attributes, null)
                {
                    Outcome = RequestOutcome.Created,
                };
                await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
                if (members.Count > 0)
                    await LockMembersAsync(transaction, caller, members, resource: null, ct);
                await using var written = await transaction.CommitAsync(ct, WriteSql.Insert(caller, resource, columns, document, members));
                await TenantSession.EndAsync(written, ct);
                signal.RaiseSoon(caller.ConnectionId);
                return resource;
            },
            () => document,
            ct
        );

    /// <summary>
    /// Changes a resource. <paramref name="change"/> gets the present resource, locked, and returns the new document. Membership operations
    /// are applied in order. A change without effect writes nothing.
    /// </summary>
    /// <param name="mayBeSeenBefore">
    /// <paramref name="change"/> may get the resource as it was seconds ago, with the groups of a user as they were then. What it makes of
    /// it is written only if the resource is still the same; otherwise <paramref name="change"/> is asked again.
    /// </param>
    /// <param name="mostMembers">Read the members of a group after the change too, unless there are more; 0: do not.</param>
    /// <returns>The resource after the change, a user with its <c>groups</c>; or <c>null</c> when there is none of that id.</returns>
    /// <exception cref="ScimException">
    /// What <paramref name="change"/> throws; 409 <c>uniqueness</c>; 400 <c>invalidValue</c> for an unknown member.
    /// </exception>
    public Task<StoredResource?> UpdateAsync(
        Caller caller,
        ResourceType type,
        Guid id,
        Func<StoredResource, JsonObject> change,
        MembershipPatch membership,
        CancellationToken ct,
        bool mayBeSeenBefore = false,
        int mostMembers = 0
    )
    {
        JsonObject? after = null;
        return new RepeatedWrite(database, caller, type, id).RunAsync(
            async () =>
            {
                if (mayBeSeenBefore && await recent.TryUpdateAsync(caller, type, id, current => after = change(current), ct) is { } updated)
                    return updated;
                await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
                var current = await LockMembersAsync(
                    transaction,
                    caller,
                    membership.Added,
                    ReadSql.Get(caller, type, id, related: type.IsUser, RowLock.Change),
                    ct
                );
                if (current is null)
                    return null;

                var before = current.ParseDocument();
                after = change(current);
                var members = membership.Resolve(await SelectMembersAsync(transaction, caller, id, membership, ct));
                var changes = DocumentChanges.Between(before, after, type);
                largeGroups.Apply(caller.ConnectionId, id, members);
                var readsMembers = mostMembers > 0 && !largeGroups.HasMore(caller.ConnectionId, id, than: mostMembers);
                NpgsqlBatchCommand[] readMembers = readsMembers ? [ReadSql.FewMembers(caller, id, mostMembers)] : [];
                if (changes.Count == 0 && members.IsEmpty)
                {
                    current = current with { Outcome = RequestOutcome.Unchanged };
                    if (!readsMembers)
                        return current;
                    await using var unchanged = await transaction.ReadAsync(ct, readMembers);
                    return await largeGroups.ReadFewAsync(unchanged, caller.ConnectionId, current, ct);
                }

                // When only members change, columns and their indexes stay as they are.
                var columns = changes.Count > 0 ? ResourceColumns.Of(caller.ConnectionId, caller.Settings, type, after) : null;
                await using var written = await transaction.CommitAsync(
                    ct,
                    [
                        .. WriteSql.UpdateUniqueValues(caller, current, before, after),
                        columns is not null && members.IsEmpty
                            ? WriteSql.Update(caller, current, columns, changes, clock.GetStoredNow())
                            : WriteSql.UpdateMembers(caller, id, columns, changes, members, required: null, clock.GetStoredNow()),
                        .. readMembers,
                    ]
                );
                // No row: the members to add were in the group already, those to remove were not, and nothing has changed.
                var changed = current with
                {
                    Outcome = RequestOutcome.Unchanged,
                };
                if (await written.ReadAsync(ct))
                {
                    var (version, at) = WriteSql.ReadUpdate(written);
                    var document = columns?.Attributes ?? current.Attributes;
                    var outcome = columns is null ? RequestOutcome.MembersChanged : StoredResource.OutcomeOf(before, after);
                    changed = current with { Version = version, LastModified = at, Attributes = document, Outcome = outcome };
                }
                if (readsMembers && await written.NextResultAsync(ct))
                    changed = await largeGroups.ReadFewAsync(written, caller.ConnectionId, changed, ct);
                await TenantSession.EndAsync(written, ct);
                signal.RaiseSoon(caller.ConnectionId);
                return changed;
            },
            () => after,
            ct
        );
    }

    /// <summary>Makes the resource a tombstone: its memberships are removed and its unique values are free again.</summary>
    /// <param name="check">Gets the present resource and may refuse by throwing.</param>
    /// <returns>What was deleted; <c>null</c> when there is none of that id.</returns>
    public Task<StoredResource?> DeleteAsync(
        Caller caller,
        ResourceType type,
        Guid id,
        Action<StoredResource> check,
        CancellationToken ct
    ) =>
        new RepeatedWrite(database, caller, type, id).RunAsync(
            async () =>
            {
                await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
                StoredResource current;
                await using (var rows = await transaction.ReadAsync(ct, ReadSql.Get(caller, type, id, related: false, RowLock.Delete)))
                {
                    if (!await rows.ReadAsync(ct))
                        return null;
                    current = ResourceReader.Read(rows, caller.Types);
                }
                check(current);
                await using var written = await transaction.CommitAsync(
                    ct,
                    [
                        .. WriteSql.UpdateUniqueValues(caller, current, current.ParseDocument(), []),
                        WriteSql.Delete(caller, current, clock.GetStoredNow()),
                    ]
                );
                await TenantSession.EndAsync(written, ct);
                signal.RaiseSoon(caller.ConnectionId);
                return (StoredResource?)(current with { Outcome = RequestOutcome.Deleted });
            },
            () => null,
            ct
        );

    /// <summary>Locks the members to add, then the resource, in one round trip.</summary>
    static async Task<StoredResource?> LockMembersAsync(
        TenantSession transaction,
        Caller caller,
        IReadOnlyCollection<Guid> members,
        NpgsqlBatchCommand? resource,
        CancellationToken ct
    )
    {
        var statements = new List<NpgsqlBatchCommand>();
        if (members.Count > 0)
            statements.Add(ReadSql.LockMembers(caller, members));
        if (resource is not null)
            statements.Add(resource);

        await using var rows = await transaction.ReadAsync(ct, statements);
        IReadOnlyCollection<Guid> missing = [];
        if (members.Count > 0)
        {
            missing = await ReadSql.ReadMissingAsync(rows, members, ct);
            await rows.NextResultAsync(ct);
        }
        var found = resource is not null && await rows.ReadAsync(ct) ? ResourceReader.Read(rows, caller.Types) : null;
        if (missing.Count > 0 && (resource is null || found is not null))
            throw MemberIds.Unknown(missing.Min().ToString());
        return found;
    }

    /// <summary>For each filter of the request, the members that fit it.</summary>
    /// <exception cref="ScimException">400 <c>tooMany</c> when that takes too long: each filter reads all members.</exception>
    /// <exception cref="UnavailableException">It had little time left, after it had waited for others.</exception>
    static async Task<IReadOnlyList<IReadOnlyCollection<Guid>>> SelectMembersAsync(
        TenantSession transaction,
        Caller caller,
        Guid group,
        MembershipPatch membership,
        CancellationToken ct
    )
    {
        if (membership.Filters.Count == 0)
            return [];

        Guid[] added = [.. membership.Added];
        var selected = new List<IReadOnlyCollection<Guid>>();
        transaction.LimitTime();
        try
        {
            // One by one, because PostgreSQL limits the time of a statement and not that of a batch.
            foreach (var filter in membership.Filters)
            {
                await using var rows = await transaction.ReadAsync(ct, ReadSql.SelectMembers(caller, group, filter, added));
                var ids = new List<Guid>();
                while (await rows.ReadAsync(ct))
                    ids.Add(rows.GetGuid(0));
                selected.Add(ids);
            }
            transaction.LiftLimit();
            return selected;
        }
        catch (PostgresException e) when (transaction.HasRunOutOfTime(e))
        {
            transaction.RequireFairTime(e);
            throw ScimException.TooMany(
                $"It took too long to find the members that fit {membership.Filters.Count} filters; nothing was changed. "
                    + "Name the members by their ids, as in members[value eq \"…\"] or a list of values, "
                    + "or send fewer filters in a request."
            );
        }
    }
}

using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// Changes members of a group in one round trip, for the request that identity providers send most: a few members and nothing else.
/// Everything else is written by <see cref="ResourceStore"/>.
/// </summary>
/// <remarks>
/// The group is locked from within PostgreSQL until the commit, and not while a round trip is under way: many requests for one group wait for
/// each other. The locks are statements of their own, so that the change sees what was committed while they waited.
/// </remarks>
sealed class MemberStore(NpgsqlDataSource database, LargeGroups largeGroups, ChangeSignal signal, TimeProvider clock)
{
    /// <summary>Whoever adds more does not notice the second round trip.</summary>
    const int MostAdded = 100;

    /// <summary>Whether this can make the change.</summary>
    public static bool Takes(MembershipPatch membership) => membership.Filters.Count == 0 && membership.Added.Count <= MostAdded;

    /// <param name="mostMembers">Read the members of the group after the change too, unless there are more; 0: do not.</param>
    /// <returns>The group after the change; <c>null</c> when there is none of that id.</returns>
    /// <exception cref="ScimException">400 <c>invalidValue</c> for an unknown member.</exception>
    public Task<StoredResource?> UpdateAsync(
        Caller caller,
        ResourceType type,
        Guid id,
        MembershipPatch membership,
        int mostMembers,
        CancellationToken ct
    ) =>
        new RepeatedWrite(database, caller, type, id).RunAsync(
            async () =>
            {
                var members = membership.Resolve([]);
                largeGroups.Apply(caller.ConnectionId, id, members);
                var readsMembers = mostMembers > 0 && !largeGroups.HasMore(caller.ConnectionId, id, than: mostMembers);
                var statements = new List<NpgsqlBatchCommand>();
                if (membership.Added.Count > 0)
                    statements.Add(ReadSql.LockMembers(caller, membership.Added));
                statements.Add(ReadSql.Get(caller, type, id, related: false, RowLock.Change));
                statements.Add(WriteSql.UpdateMembers(caller, id, null, [], members, membership.Added, clock.GetStoredNow()));
                if (readsMembers)
                    statements.Add(ReadSql.FewMembers(caller, id, mostMembers));

                await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
                await using var rows = await transaction.CommitAsync(ct, statements);
                IReadOnlyCollection<Guid> missing = [];
                if (membership.Added.Count > 0)
                {
                    missing = await ReadSql.ReadMissingAsync(rows, membership.Added, ct);
                    await rows.NextResultAsync(ct);
                }
                if (!await rows.ReadAsync(ct))
                    return null;
                var group = ResourceReader.Read(rows, caller.Types) with { Outcome = RequestOutcome.Unchanged };
                if (missing.Count > 0)
                    throw MemberIds.Unknown(missing.Min().ToString());

                await rows.NextResultAsync(ct);
                if (await rows.ReadAsync(ct))
                {
                    var (version, at) = WriteSql.ReadUpdate(rows);
                    group = group with { Version = version, LastModified = at, Outcome = RequestOutcome.MembersChanged };
                }
                if (readsMembers && await rows.NextResultAsync(ct))
                    group = await largeGroups.ReadFewAsync(rows, caller.ConnectionId, group, ct);
                // To the outcome of the COMMIT: only then is the write done.
                while (await rows.NextResultAsync(ct)) { }
                signal.RaiseSoon(caller.ConnectionId);
                return (StoredResource?)group;
            },
            () => null,
            ct
        );
}

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
/// Many requests for one group would wait for its row, one commit after the other. Those that come while another one is written are written
/// together after it, in one transaction, each with its own outcome, version and entry in the change log.
/// </remarks>
sealed class MemberStore(NpgsqlDataSource database, LargeGroups largeGroups, ChangeSignal signal, TimeProvider clock)
{
    /// <summary>Whoever adds more does not notice the second round trip.</summary>
    const int MostAdded = 100;

    /// <summary>Requests in a transaction.</summary>
    const int MostTogether = 32;

    readonly Lock _lock = new();

    /// <summary>The groups that are written here now, with the requests that came meanwhile.</summary>
    readonly Dictionary<(Guid Connection, Guid Group), Queue<Request>> _waiting = [];

    /// <summary>Whether this can make the change.</summary>
    public static bool Takes(MembershipPatch membership) => membership.Filters.Count == 0 && membership.Added.Count <= MostAdded;

    /// <param name="mostMembers">Read the members of the group after the change too, unless there are more; 0: do not.</param>
    /// <returns>The group after the change; <c>null</c> when there is none of that id.</returns>
    /// <exception cref="ScimException">400 <c>invalidValue</c> for an unknown member.</exception>
    public async Task<StoredResource?> UpdateAsync(
        Caller caller,
        ResourceType type,
        Guid id,
        MembershipPatch membership,
        int mostMembers,
        CancellationToken ct
    )
    {
        var members = membership.Resolve([]);
        largeGroups.Apply(caller.ConnectionId, id, members);
        var readsMembers = mostMembers > 0 && !largeGroups.HasMore(caller.ConnectionId, id, than: mostMembers);
        var request = new Request(caller, type, id, membership.Added, members, readsMembers ? mostMembers : 0);
        if (IsQueued(request))
            return await request.Answer.Task.WaitAsync(ct);
        try
        {
            await WriteAsync([request], ct);
            return await request.Answer.Task;
        }
        finally
        {
            if (HasWaiting(request))
            {
                // Nobody's request: whoever came first is answered now.
                using var apart = ExecutionContext.SuppressFlow();
                _ = Task.Run(() => WriteWaitingAsync(request), CancellationToken.None);
            }
        }
    }

    /// <summary>False when the group is not written now: the caller does it, and then looks whether others wait.</summary>
    bool IsQueued(Request request)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(request.Key, out var queue))
            {
                _waiting[request.Key] = new();
                return false;
            }
            queue.Enqueue(request);
            return true;
        }
    }

    bool HasWaiting(Request written)
    {
        lock (_lock)
        {
            if (_waiting[written.Key].Count > 0)
                return true;
            _waiting.Remove(written.Key);
            return false;
        }
    }

    async Task WriteWaitingAsync(Request written)
    {
        while (HasWaiting(written))
        {
            var together = new List<Request>();
            lock (_lock)
                while (together.Count < MostTogether && _waiting[written.Key].TryDequeue(out var request))
                    together.Add(request);
            try
            {
                await WriteAsync(together, CancellationToken.None);
            }
            // Nothing was written, for a reason that holds for each of them: what is wrong with one alone is no exception there.
            catch (Exception e)
            {
                together.ForEach(request => request.Answer.SetException(e));
            }
        }
    }

    /// <summary>Writes and answers all of them, or none.</summary>
    Task<bool> WriteAsync(IReadOnlyList<Request> together, CancellationToken ct)
    {
        var (caller, type, id) = (together[0].Caller, together[0].Type, together[0].Group);
        return new RepeatedWrite(database, caller, type, id).RunAsync(
            async () =>
            {
                // The locks are statements of their own, so that each change sees what was committed while they waited.
                HashSet<Guid> added = [.. together.SelectMany(request => request.Added)];
                List<NpgsqlBatchCommand> statements = [ReadSql.Get(caller, type, id, related: false, RowLock.Change)];
                if (added.Count > 0)
                    statements.Insert(0, ReadSql.LockMembers(caller, added));
                foreach (var request in together)
                    statements.AddRange(request.Statements(clock.GetStoredNow()));

                await using var transaction = await TenantSession.OpenAsync(database, caller.ConnectionId, ct, caller.Waited);
                await using var rows = await transaction.CommitAsync(ct, statements);
                IReadOnlyCollection<Guid> missing = [];
                if (added.Count > 0)
                {
                    missing = await ReadSql.ReadMissingAsync(rows, added, ct);
                    await rows.NextResultAsync(ct);
                }
                var group = await rows.ReadAsync(ct) ? ResourceReader.Read(rows, caller.Types) : null;
                var after = new List<StoredResource?>();
                foreach (var request in together)
                {
                    await rows.NextResultAsync(ct);
                    group = await ReadAsync(rows, group, request, ct);
                    after.Add(group);
                }
                await TenantSession.EndAsync(rows, ct);
                signal.RaiseSoon(caller.ConnectionId);
                foreach (var (request, state) in together.Zip(after))
                    request.Complete(state, missing);
                return true;
            },
            () => null,
            ct
        );
    }

    /// <summary>The group after the request.</summary>
    async Task<StoredResource?> ReadAsync(NpgsqlDataReader rows, StoredResource? group, Request request, CancellationToken ct)
    {
        if (group is not null)
            group = group with { Outcome = RequestOutcome.Unchanged, Related = null };
        if (group is not null && await rows.ReadAsync(ct))
        {
            var (version, at) = WriteSql.ReadUpdate(rows);
            group = group with { Version = version, LastModified = at, Outcome = RequestOutcome.MembersChanged };
        }
        if (request.MostMembers == 0)
            return group;
        await rows.NextResultAsync(ct);
        return group is null ? null : await largeGroups.ReadFewAsync(rows, request.Caller.ConnectionId, group, ct);
    }

    /// <summary>A change that waits to be written.</summary>
    /// <param name="Added">All that must exist, even if a later operation of the request removes them.</param>
    /// <param name="MostMembers">Members to read after the change; 0: none.</param>
    sealed record Request(
        Caller Caller,
        ResourceType Type,
        Guid Group,
        IReadOnlyCollection<Guid> Added,
        MembershipChange Members,
        int MostMembers
    )
    {
        public (Guid Connection, Guid Group) Key => (Caller.ConnectionId, Group);

        public TaskCompletionSource<StoredResource?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<NpgsqlBatchCommand> Statements(DateTimeOffset at)
        {
            yield return WriteSql.UpdateMembers(Caller, Group, null, [], Members, Added, at);
            if (MostMembers > 0)
                yield return ReadSql.FewMembers(Caller, Group, MostMembers);
        }

        public void Complete(StoredResource? group, IReadOnlyCollection<Guid> missing)
        {
            if (group is not null && Added.Where(missing.Contains).Order().Select(id => (Guid?)id).FirstOrDefault() is { } unknown)
                Answer.SetException(MemberIds.Unknown(unknown.ToString()));
            else
                Answer.SetResult(group);
        }
    }
}

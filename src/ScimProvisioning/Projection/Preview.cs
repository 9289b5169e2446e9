using System.Text.Json.Nodes;
using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>One person of a preview.</summary>
/// <param name="ResourceId">The received user; <c>null</c>: an imported person without one.</param>
/// <param name="UserId">The person; <c>null</c>: there is none yet.</param>
/// <param name="Changes">Names of what changes.</param>
/// <param name="Problems">What stands against it.</param>
sealed record PreviewExample(
    Guid? ResourceId,
    Guid? UserId,
    string? UserName,
    string? DisplayName,
    IReadOnlyList<string> Changes,
    IReadOnlyList<Problem> Problems
);

/// <summary>A value that the application has set and the mapping would overwrite.</summary>
sealed record PreviewConflict(Guid UserId, Conflict Conflict);

/// <summary>What the projection would do now.</summary>
/// <param name="UsersWithoutObjectId">Live users whose externalId is no GUID, as Entra's object ids are.</param>
sealed record PreviewResult(
    IReadOnlyDictionary<OutcomeKind, long> Counts,
    IReadOnlyDictionary<OutcomeKind, IReadOnlyList<PreviewExample>> Examples,
    IReadOnlyList<PreviewConflict> Conflicts,
    long ConflictCount,
    long UsersWithoutObjectId
)
{
    public long Of(OutcomeKind kind) => Counts[kind];
}

/// <summary>
/// Says what the projection would do, with the rules as they are or with others, by the same code without the writing. It reads the whole
/// directory, in one snapshot of it.
/// </summary>
sealed class Preview(NpgsqlDataSource database, ConnectionTypes types, TimeProvider clock)
{
    const int ExamplesPerKind = 20;

    /// <param name="change">The rules to try; gets those that are set.</param>
    /// <param name="progress">Is told now and then how many users were looked at.</param>
    /// <returns><c>null</c> when there is no such connection.</returns>
    public async Task<PreviewResult?> RunAsync(
        Guid connection,
        Func<StoredRules, StoredRules> change,
        CancellationToken ct,
        Func<long, Task>? progress = null
    )
    {
        await using var session = await TenantSession.OpenRepeatableAsync(database, connection, ct);
        ProjectionRow? row;
        StoredRules stored;
        GuardRow guard;
        var held = new HashSet<Guid>();
        await using (
            var rows = await session.ReadAsync(
                ct,
                ProjectionRow.Read(connection),
                StoredRules.Read(connection),
                GuardRow.Read(connection),
                GuardHolds.All(connection)
            )
        )
        {
            row = await ProjectionRow.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            stored = await StoredRules.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            guard = await GuardRow.ReadAsync(rows, ct);
            await rows.NextResultAsync(ct);
            while (await rows.ReadAsync(ct))
                held.Add(rows.GetGuid(0));
        }
        if (row is null)
            return null;
        var known = types.Of(row.Connection.Documents);
        var (rules, present) = (change(stored).CompileStored(known), stored.CompileStored(known));
        // Whom the guard holds, it goes on to hold; but another scope may leave him out.
        var isOtherScope = !(rules.ScopeGroups ?? new HashSet<Guid>()).SetEquals(present.ScopeGroups ?? new HashSet<Guid>());
        bool IsGuarded(ProjectedUser user) =>
            user.Leaves && !(isOtherScope && user.Outcome is Outcome.Released { Next.Reason: StatusReason.OutOfScope });
        // Everybody is looked at twice.
        var looks = 0L;
        Task ReportAsync(int users) => progress is null ? Task.CompletedTask : progress((looks += users) / 2);
        var winners = await WinnersAsync(session, connection, rules, ReportAsync, ct);

        // Those who would leave, as they would be, and as they are when the guard begins to hold them.
        var (count, leaving, kept) = (new Tally(), new Tally(), new Tally());
        var linked = new HashSet<Guid>();
        await foreach (var users in PartsAsync(session, connection, rules, ct))
        {
            var projected = await new UserProjection(session, connection, rules, clock.GetStoredNow(), winners).RunAsync(users, ct);
            foreach (var user in projected)
                if (user.IsAsked)
                {
                    if (!IsGuarded(user))
                        count.Add(user, rules);
                    else if (held.Contains(user.Previous!.Id))
                        count.Add(user.Held(), rules);
                    else
                    {
                        leaving.Add(user, rules);
                        kept.Add(user.Held(), rules);
                    }
                    if (user.Previous is { IsLinked: false, Id: var person })
                        linked.Add(person);
                }
            await ReportAsync(users.Count);
        }
        var holds = row.Releases && guard.Enabled && await IsTooManyAsync(session, connection, guard, leaving.Total, ct);
        count.Add(holds ? kept : leaving);
        await AddUnlinkedAsync(session, connection, rules, linked, count, ct);
        return count.Result();
    }

    /// <summary>Whether the guard would hold so many who are not held yet.</summary>
    async Task<bool> IsTooManyAsync(TenantSession session, Guid connection, GuardRow guard, long leaving, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(
            ct,
            GuardDepartures.Count(connection, guard.WindowStart(clock.GetStoredNow())),
            GuardDepartures.Active(connection, int.MaxValue)
        );
        await rows.ReadAsync(ct);
        var (left, held) = (rows.GetInt64(0), rows.GetInt64(1));
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        return leaving > 0 && guard.IsTooMany(left + held + leaving, rows.GetInt64(0) + left);
    }

    /// <summary>People without a live user, as a rebuild goes through them at its end; but for those who have got one.</summary>
    async Task AddUnlinkedAsync(
        TenantSession session,
        Guid connection,
        Rules rules,
        HashSet<Guid> linked,
        Tally count,
        CancellationToken ct
    )
    {
        var after = Guid.Empty;
        while (true)
        {
            List<Person> people;
            await using (
                var rows = await session.ReadAsync(ct, ReleasedUsers.WithoutLive(connection, after, ConnectionProjection.WalkSize))
            )
                people = await ReleasedUsers.ReadAllAsync(rows, ct);
            if (people.Count == 0)
                return;
            after = people[^1].Id;
            foreach (var person in people.Where(person => !linked.Contains(person.Id)))
                // Of a person who is linked the user was erased: the rebuild deletes the person.
                count.Add(
                    person,
                    person.IsLinked ? OutcomeKind.Deleted : Projector.ProjectUnlinked(person, rules, clock.GetStoredNow()).Kind
                );
        }
    }

    /// <summary>
    /// Who gets each uid in the end, whatever the order: a user who has it keeps it, else it is the first that was created.
    /// </summary>
    static async Task<Dictionary<string, Guid>> WinnersAsync(
        TenantSession session,
        Guid connection,
        Rules rules,
        Func<int, Task> report,
        CancellationToken ct
    )
    {
        var winners = new Dictionary<string, (Guid User, bool Has)>(StringComparer.Ordinal);
        await foreach (var users in PartsAsync(session, connection, rules, ct))
        {
            await using var rows = await session.ReadAsync(ct, ReleasedUsers.Of(connection, [.. users.Select(user => user.ResourceId)]));
            var people = (await ReleasedUsers.ReadAllAsync(rows, ct)).ToDictionary(person => person.ResourceId!.Value);
            foreach (var user in users.Where(user => !user.IsDeleted && rules.InScope(user.Groups)))
            {
                var person = people.GetValueOrDefault(user.ResourceId);
                var mapped = user.KeepingGoodNames(person);
                if (mapped.UidKey is not { } uid || mapped.Problems.Any(problem => problem.Holds))
                    continue;
                var has = person?.UidKey == uid;
                if (!winners.TryGetValue(uid, out var known) || (has && !known.Has))
                    winners[uid] = (user.ResourceId, has);
            }
            await report(users.Count);
        }
        return winners.ToDictionary(pair => pair.Key, pair => pair.Value.User, StringComparer.Ordinal);
    }

    static async IAsyncEnumerable<List<MappedUser>> PartsAsync(
        TenantSession session,
        Guid connection,
        Rules rules,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        var after = Guid.Empty;
        while (true)
        {
            List<MappedUser> users;
            await using (var rows = await session.ReadAsync(ct, ReceivedUsers.After(connection, after, ConnectionProjection.WalkSize)))
                users = await ReceivedUsers.ReadAsync(rows, rules.Read, ct);
            if (users.Count == 0)
                yield break;
            after = users[^1].ResourceId;
            yield return users;
        }
    }

    sealed class Tally
    {
        const int MostConflicts = 100;

        readonly long[] _counts = new long[Enum.GetValues<OutcomeKind>().Length];
        readonly List<PreviewExample>[] _examples = [.. Enum.GetValues<OutcomeKind>().Select(_ => new List<PreviewExample>())];
        readonly List<PreviewConflict> _conflicts = [];
        long _conflictCount;
        long _withoutObjectId;

        public long Total => _counts.Sum();

        public void Add(Tally other)
        {
            foreach (var kind in Enum.GetValues<OutcomeKind>())
            {
                _counts[(int)kind] += other._counts[(int)kind];
                _examples[(int)kind].AddRange(other._examples[(int)kind].Take(ExamplesPerKind - _examples[(int)kind].Count));
            }
            _conflicts.AddRange(other._conflicts.Take(MostConflicts - _conflicts.Count));
            _conflictCount += other._conflictCount;
            _withoutObjectId += other._withoutObjectId;
        }

        public void Add(ProjectedUser user, Rules rules)
        {
            var kind = user.Outcome.Kind;
            _counts[(int)kind]++;
            if (!user.User.IsDeleted && !Mapping.IsGuid(user.User.ExternalId))
                _withoutObjectId++;
            if (kind is not OutcomeKind.Unchanged && _examples[(int)kind].Count < ExamplesPerKind)
                _examples[(int)kind].Add(ExampleOf(user));
            if (user.Previous is not { } previous || user.Next is not { } next)
                return;
            foreach (var conflict in Conflict.Between(previous, user.User, rules, next.ManagerId))
            {
                _conflictCount++;
                if (_conflicts.Count < MostConflicts)
                    _conflicts.Add(new(previous.Id, conflict));
            }
        }

        /// <summary>A person without a live user.</summary>
        public void Add(Person person, OutcomeKind kind)
        {
            _counts[(int)kind]++;
            if (kind is not OutcomeKind.Unchanged && _examples[(int)kind].Count < ExamplesPerKind)
                _examples[(int)kind]
                    .Add(new(person.ResourceId, person.Id, Text(person.Values, "userName"), Text(person.Values, "displayName"), [], []));
        }

        public PreviewResult Result() =>
            new(
                Enum.GetValues<OutcomeKind>().ToDictionary(kind => kind, kind => _counts[(int)kind]),
                Enum.GetValues<OutcomeKind>().ToDictionary(kind => kind, IReadOnlyList<PreviewExample> (kind) => _examples[(int)kind]),
                _conflicts,
                _conflictCount,
                _withoutObjectId
            );

        static PreviewExample ExampleOf(ProjectedUser user) =>
            new(
                user.Id,
                user.Previous?.Id,
                Text(user, "userName"),
                Text(user, "displayName"),
                user.Outcome is Outcome.Released released && user.Previous is not null ? released.Event.Changes : [],
                [.. user.Problems.Where(problem => problem.Holds)]
            );

        static string? Text(ProjectedUser user, string name) =>
            Text(user.User.Values, name) ?? (user.Previous is { } person ? Text(person.Values, name) : null);

        static string? Text(JsonObject values, string name) => values[name] is JsonValue value ? value.ToString() : null;
    }
}

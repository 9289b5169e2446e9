using Scim.Directory;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>
/// Computes what the application should see of some received users, without writing anything: for the projection itself, and for a preview.
/// The pure part is <see cref="Projector"/>; here is what it must know of others: who has a uid, who the manager is.
/// </summary>
/// <param name="winners">
/// For a preview: the user to whom each uid goes in the end, since the users of earlier batches were not written. <c>null</c>: see the
/// database.
/// </param>
sealed class UserProjection(
    TenantSession session,
    Guid connection,
    Rules rules,
    DateTimeOffset now,
    IReadOnlyDictionary<string, Guid>? winners = null
)
{
    /// <summary>Users that others depend on are added up to here: chains of managers, and holders of uids.</summary>
    const int Most = 4_000;

    readonly Dictionary<Guid, MappedUser> _users = [];
    readonly HashSet<Guid> _asked = [];
    readonly HashSet<Guid> _lookedUp = [];

    /// <summary>By the id of the received user.</summary>
    readonly Dictionary<Guid, Person> _people = [];

    /// <summary>By uid: the people who have no live user, the oldest first.</summary>
    readonly Dictionary<string, List<Person>> _unlinked = [];

    /// <summary>By uid: the live user that has it.</summary>
    readonly Dictionary<string, Guid> _holders = [];

    readonly HashSet<string> _knownUids = [];

    /// <summary>The users that do not get their uid, and who has it instead.</summary>
    Dictionary<Guid, Guid> _taken = [];

    /// <summary>The users in the order in which the application should hear of them: a manager before those who report to him.</summary>
    public async Task<List<ProjectedUser>> RunAsync(IReadOnlyCollection<MappedUser> users, CancellationToken ct)
    {
        foreach (var user in users)
            Add(user);
        _asked.UnionWith(_users.Keys);
        await LoadAsync(ct);
        return Holding(new HashSet<Guid>());
    }

    /// <summary>
    /// The same again when the guard holds the people of these users: others depend on them as if nothing had happened to them.
    /// </summary>
    public List<ProjectedUser> Holding(IReadOnlySet<Guid> users)
    {
        _taken = Claim(users);
        return Project(users);
    }

    void Add(MappedUser user) => _users[user.ResourceId] = user;

    /// <summary>Reads the people of the users, and adds the users that these depend on, until nobody is missing.</summary>
    async Task LoadAsync(CancellationToken ct)
    {
        while (true)
        {
            var managers = _users.Values.Select(user => user.ManagerResourceId).OfType<Guid>();
            Guid[] ids = [.. _users.Keys.Concat(managers).Where(_lookedUp.Add)];
            if (ids.Length > 0)
                await ReadPeopleAsync(ids, ct);
            string[] uids = [.. _users.Values.Where(Competes).Where(Seeks).Select(user => user.UidKey!).Where(_knownUids.Add)];
            if (uids.Length > 0)
                await ReadHoldersAsync(uids, ct);
            if (ids.Length == 0 && uids.Length == 0)
                return;
            if (_users.Count >= Most)
                return;
            await AddMissingAsync(ct);
        }
    }

    async Task ReadPeopleAsync(Guid[] ids, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(ct, ReleasedUsers.Of(connection, ids));
        foreach (var person in await ReleasedUsers.ReadAllAsync(rows, ct))
        {
            var id = person.ResourceId!.Value;
            _people[id] = person;
            if (_users.TryGetValue(id, out var user))
                _users[id] = user.KeepingGoodNames(person);
            if (IsInScope(person) && person.UidKey is { } uid)
                _holders[uid] = id;
        }
    }

    async Task ReadHoldersAsync(string[] uids, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(ct, ReleasedUsers.WithUid(connection, uids));
        foreach (var person in await ReleasedUsers.ReadAllAsync(rows, ct))
            if (IsInScope(person))
                _holders[person.UidKey!] = person.ResourceId!.Value;
            // Who was merged into somebody else is nobody to come back.
            else if (!person.IsLinked && !PersonMerge.IsMerged(person))
                (_unlinked.TryGetValue(person.UidKey!, out var others) ? others : _unlinked[person.UidKey!] = []).Add(person);
    }

    /// <summary>
    /// Managers who were never released come before those who report to them. The holder of a uid that somebody else wants may have given
    /// it up already: two users may have swapped theirs.
    /// </summary>
    async Task AddMissingAsync(CancellationToken ct)
    {
        var managers = _users
            .Values.Where(user => !user.IsDeleted)
            .Select(user => user.ManagerResourceId)
            .OfType<Guid>()
            .Where(manager => !_people.ContainsKey(manager));
        var holders = winners is null
            ? _users
                .Values.Where(Competes)
                .Select(user => user.UidKey is { } uid && _holders.TryGetValue(uid, out var holder) ? holder : (Guid?)null)
                .OfType<Guid>()
            : [];
        Guid[] missing = [.. managers.Concat(holders).Where(id => !_users.ContainsKey(id)).Distinct()];
        if (missing.Length == 0)
            return;
        await using var rows = await session.ReadAsync(ct, ReceivedUsers.Named(connection, missing));
        foreach (var user in await ReceivedUsers.ReadAsync(rows, rules.Read, ct))
            Add(user);
    }

    /// <summary>Somebody whom the application hears nothing new of is nobody's manager, and holds a uid against nobody.</summary>
    public static bool IsInScope(Person person) => person is { IsLinked: true, Reason: not StatusReason.OutOfScope };

    /// <summary>Whether the user would be released now, and so needs its uid for itself.</summary>
    bool Competes(MappedUser user) =>
        !user.IsDeleted && user.UidKey is not null && rules.InScope(user.Groups) && !user.Problems.Any(p => p.Holds);

    /// <summary>Whoever has his uid already need not know who else has or had it: he keeps it, and is a person.</summary>
    bool Seeks(MappedUser user) =>
        !(_people.TryGetValue(user.ResourceId, out var person) && IsInScope(person) && person.UidKey == user.UidKey);

    /// <summary>
    /// Gives each uid to one user: whoever has it keeps it, else the first that was created gets it. The answer has the users that do not
    /// get theirs, and who has it instead.
    /// </summary>
    /// <param name="held">The guard holds the people of these users, with the uid that they have.</param>
    Dictionary<Guid, Guid> Claim(IReadOnlySet<Guid> held)
    {
        var taken = new Dictionary<Guid, Guid>();
        var competing = _users.Values.Where(user => Competes(user) && !held.Contains(user.ResourceId)).ToList();
        if (winners is not null)
        {
            foreach (var user in competing)
                if (winners.TryGetValue(user.UidKey!, out var winner) && winner != user.ResourceId)
                    taken[user.ResourceId] = winner;
            return taken;
        }

        // Users of this batch have not got a uid before it is given to them; those who stay as they are keep it.
        var holders = new Dictionary<string, Guid>(_holders);
        foreach (var (uid, holder) in _holders)
            if (
                !held.Contains(holder)
                && _users.TryGetValue(holder, out var user)
                && (user.IsDeleted || (Competes(user) && user.UidKey != uid))
            )
                holders.Remove(uid);
        foreach (
            var user in competing
                .OrderByDescending(user => _people.TryGetValue(user.ResourceId, out var had) && had.UidKey == user.UidKey)
                .ThenBy(user => user.ResourceId)
        )
            if (!holders.TryAdd(user.UidKey!, user.ResourceId) && holders[user.UidKey!] != user.ResourceId)
                taken[user.ResourceId] = holders[user.UidKey!];
        return taken;
    }

    List<ProjectedUser> Project(IReadOnlySet<Guid> held)
    {
        var results = new List<ProjectedUser>();
        var (known, unlinked) = (new Dictionary<Guid, Person>(_people), _unlinked.ToDictionary(p => p.Key, p => p.Value.ToList()));
        var done = new HashSet<Guid>();
        // A deleted user whose uid a new one has brings that one its person.
        var inherited = new HashSet<Guid>();
        foreach (var user in _users.Values)
            if (user.IsDeleted && known.GetValueOrDefault(user.ResourceId) is { IsLinked: true, UidKey: { } uid } person)
                (unlinked.TryGetValue(uid, out var others) ? others : unlinked[uid] = []).Add(person);
        foreach (var id in _users.Keys.Order())
            if (!_users[id].IsDeleted)
                Visit(id);
        foreach (var id in _users.Keys.Order())
            if (_users[id].IsDeleted && !inherited.Contains(id))
                Visit(id);
        // Whose person went over to a new user leaves the groups that he was in.
        results.AddRange(
            inherited
                .Where(_users.ContainsKey)
                .Select(id => new ProjectedUser(_users[id], _asked.Contains(id), null, new Outcome.Nothing()))
        );
        return results;

        void Visit(Guid id)
        {
            if (!_users.TryGetValue(id, out var user) || !done.Add(id))
                return;
            // A deleted manager comes last as all deleted users do: a new user may inherit the person.
            if (user.ManagerResourceId is { } boss && _users.TryGetValue(boss, out var manages) && !manages.IsDeleted)
                Visit(boss);

            var previous = known.GetValueOrDefault(id);
            if (
                previous is null
                && Competes(user)
                && !_taken.ContainsKey(id)
                && unlinked.GetValueOrDefault(user.UidKey!) is [var first, ..] people
            )
            {
                previous = first;
                people.RemoveAt(0);
                if (first.ResourceId is { } former)
                {
                    // The former user is nobody's manager any more.
                    inherited.Add(former);
                    known.Remove(former);
                }
            }
            var around = new Surroundings(
                NewId: Guid.CreateVersion7(now),
                ManagerId: user.ManagerResourceId is { } manager && known.GetValueOrDefault(manager) is { } head && IsInScope(head)
                    ? head.Id
                    : null,
                UidTakenBy: _taken.TryGetValue(id, out var holder) ? holder : null,
                Now: now
            );
            var outcome = Projector.Project(user, rules, previous, around);
            var result = new ProjectedUser(user, _asked.Contains(id), previous, outcome);
            if (result.Leaves && held.Contains(id))
                result = result.Held();
            if (result.Next is { } next)
                known[id] = next;
            results.Add(result);
        }
    }
}

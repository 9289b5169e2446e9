using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>
/// What one transaction of the projection writes: released rows, problems, the queue of dependents, and the events. Everything is gathered
/// first and sent with the commit.
/// </summary>
sealed class ProjectionBatch(TenantSession session, ProjectionRow row, Catalogue catalogue, GuardRow guard, DateTimeOffset now)
{
    /// <summary>People in one event about the members of a group.</summary>
    public const int MembersPerEvent = 500;

    readonly List<NpgsqlBatchCommand> _statements = [];
    readonly List<NewEvent> _events = [];

    /// <summary>People as they are after this batch, if they are to be written.</summary>
    readonly Dictionary<Guid, Person> _people = [];

    readonly HashSet<Guid> _haveOtherRoles = [];
    readonly HashSet<Guid> _managers = [];
    readonly HashSet<string> _freeUids = [];

    public ProjectedConnection Connection => row.Connection;

    /// <summary>Groups as they are after this batch, as far as it has come upon them.</summary>
    public Dictionary<Guid, ReleasedGroup> Groups { get; } = [];

    public Catalogue Catalogue => catalogue;

    public DateTimeOffset Now => now;

    /// <summary>How many events are told.</summary>
    public int Events => _events.Count;

    /// <summary>Whether the guard holds people, or has approved ones who are not let go yet.</summary>
    public bool HasHolds => guard.HasHolds;

    /// <summary>Whether the guard has begun to hold people.</summary>
    public bool IsGuardTriggered { get; private set; }

    public TenantSession Session => session;

    public void Add(NpgsqlBatchCommand statement) => _statements.Add(statement);

    public void Tell(string type, Guid id, long version, EventCause cause, JsonObject data) =>
        _events.Add(new(Guid.CreateVersion7(now), type, id, version, now, cause, row.InitialLoad, ScimJson.Text(data)));

    public void TellOfGuard(NewEvent told)
    {
        _events.Add(told);
        IsGuardTriggered = true;
    }

    /// <summary>Projects these users, writes what becomes of them, their memberships and their problems, and tells of it.</summary>
    /// <param name="causes">What made a user dirty; all others were made so by <paramref name="otherwise"/>.</param>
    /// <param name="exempt">Whom the guard lets go.</param>
    public async Task ReleaseAsync(
        IReadOnlyCollection<MappedUser> received,
        Rules rules,
        IReadOnlyDictionary<Guid, EventCause> causes,
        EventCause otherwise,
        Exemption exempt,
        CancellationToken ct
    )
    {
        var projection = new UserProjection(session, Connection.Id, rules, now);
        var users = await projection.RunAsync(received, ct);
        var decision = new DepartureGuard(this, row, guard, exempt);
        var held = await decision.JudgeAsync(users, rules, ct);
        if (held.Count > 0)
            users = projection.Holding(held);
        Guid[] ids = [.. users.Select(user => user.Id)];
        var (seen, problems) = await ReadSeenAsync(ids, ct);
        var groups = new HashSet<Guid>();
        foreach (var user in users)
            groups.UnionWith(user.User.Groups);
        foreach (var member in seen.Values.SelectMany(members => members))
            groups.Add(member.Group);
        await LoadGroupsAsync([.. groups], ct);

        foreach (var user in users)
            Write(
                user.Previous,
                user.Outcome,
                user.User.Groups,
                decision.Approved.GetValueOrDefault(user.Id) ?? causes.GetValueOrDefault(user.Id) ?? otherwise
            );
        WriteProblems(users, problems);
        // Of somebody who is held nothing changes, the memberships neither.
        WriteMemberships([.. users.Where(user => !held.Contains(user.Id))], seen, causes, otherwise);
    }

    /// <summary>The statements in the order in which they are to be run, with those of the events last.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Statements()
    {
        var people = new List<NpgsqlBatchCommand>();
        if (_people.Count > 0)
            people.Add(ReleasedUsers.Save(Connection.Id, Connection.OrganizationId, _people.Values));
        if (_haveOtherRoles.Count > 0)
            people.AddRange(
                ReleasedUsers.SaveRoles(Connection.Id, Connection.OrganizationId, [.. _haveOtherRoles.Select(id => _people[id])])
            );
        // Nobody is looked at again once nothing is released any more.
        if (row.Releases && _managers.Count + _freeUids.Count > 0)
            Add(DirtyUsers.AddDependents(Connection.Id, Connection.OrganizationId, [.. _managers], [.. _freeUids]));
        return [.. people, .. _statements, .. EventLog.Append(Connection.Id, Connection.OrganizationId, _events)];
    }

    async Task<(Dictionary<Guid, SeenMember[]> Seen, Dictionary<Guid, List<string>> Problems)> ReadSeenAsync(
        Guid[] ids,
        CancellationToken ct
    )
    {
        await using var rows = await session.ReadAsync(ct, ReleasedMembers.Of(Connection.Id, ids), Problems.Of(Connection.Id, ids));
        var seen = await ReleasedMembers.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var problems = new Dictionary<Guid, List<string>>();
        while (await rows.ReadAsync(ct))
            (problems.TryGetValue(rows.GetGuid(0), out var known) ? known : problems[rows.GetGuid(0)] = []).Add(
                Line(rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.IsDBNull(4) ? null : rows.GetString(4))
            );
        return (seen, problems);
    }

    /// <summary>Reads the released groups of these that are not known yet.</summary>
    public async Task ReadGroupsAsync(Guid[] ids, CancellationToken ct)
    {
        Guid[] unknown = [.. ids.Where(id => !Groups.ContainsKey(id))];
        if (unknown.Length == 0)
            return;
        await using var rows = await session.ReadAsync(ct, ReleasedGroups.Named(Connection.Id, unknown));
        foreach (var group in await ReleasedGroups.ReadAllAsync(rows, ct))
            Groups[group.Id] = group;
    }

    /// <summary>The groups of these received users that the application knows.</summary>
    public async Task<ILookup<Guid, Guid>> ReadGroupsOfAsync(Guid[] users, CancellationToken ct)
    {
        Dictionary<Guid, SeenMember[]> seen;
        await using (var rows = await session.ReadAsync(ct, ReleasedMembers.Of(Connection.Id, users)))
            seen = await ReleasedMembers.ReadAsync(rows, ct);
        var known = seen
            .Values.SelectMany(members => members)
            .Where(member => member.Person is not null)
            .ToLookup(member => member.Resource, member => member.Group);
        await ReadGroupsAsync([.. known.SelectMany(groups => groups).Distinct()], ct);
        return known;
    }

    /// <summary>Reads the released groups of these that are not known yet, and releases those that are not released yet.</summary>
    async Task LoadGroupsAsync(Guid[] ids, CancellationToken ct)
    {
        await ReadGroupsAsync(ids, ct);
        Guid[] unreleased = [.. ids.Where(id => !Groups.ContainsKey(id))];
        if (unreleased.Length == 0)
            return;
        List<PushedGroup> received;
        await using (var rows = await session.ReadAsync(ct, ReleasedGroups.ReceivedNamed(Connection.Id, unreleased)))
            received = await ReleasedGroups.ReadReceivedAsync(rows, ct);
        foreach (var group in received)
            if (!Groups.ContainsKey(group.Id))
                GroupProjection.Write(this, group, new(EventCause.Scim, null));
    }

    /// <summary>Writes what became of a person, and tells it when the application sees it.</summary>
    public void Write(Person? previous, Outcome outcome, IEnumerable<Guid> groups, EventCause cause)
    {
        if (outcome is Outcome.Unchanged { Row: { } row })
            _people[row.Id] = row;
        if (outcome is not Outcome.Released(var next, var told, _, var isLinked))
            return;
        _people[next.Id] = next;
        if (!next.Roles.Select(role => role.Key).SequenceEqual(previous?.Roles.Select(role => role.Key) ?? []))
            _haveOtherRoles.Add(next.Id);
        Tell(told.Type, next.Id, next.Version, cause, told.Data(Shown(next, groups)));
        if (previous is null || isLinked || UserProjection.IsInScope(next) != UserProjection.IsInScope(previous))
            _managers.UnionWith(new[] { next.ResourceId, previous?.ResourceId }.OfType<Guid>());
        if (previous?.UidKey is { } had && UserProjection.IsInScope(previous) && !(UserProjection.IsInScope(next) && next.UidKey == had))
            _freeUids.Add(had);
    }

    /// <summary>The person as the API and the events show it.</summary>
    public JsonObject Shown(Person person, IEnumerable<Guid> groups) =>
        PersonJson.Of(
            person,
            PersonFrames.Of(
                Connection,
                catalogue,
                [
                    .. groups
                        .Where(Groups.ContainsKey)
                        .Order()
                        .Select(id => new PersonGroup(id, Groups[id].Name))
                        .Take(PersonJson.MostGroups + 1),
                ]
            )
        );

    void WriteProblems(IReadOnlyList<ProjectedUser> users, Dictionary<Guid, List<string>> known)
    {
        var changed = new List<Guid>();
        var stored = new List<StoredProblem>();
        foreach (var user in users)
        {
            // The usual case.
            if (user.Problems.Count == 0 && !known.ContainsKey(user.Id))
                continue;
            var now = user
                .Problems.Select(problem => new StoredProblem(
                    user.Id,
                    problem,
                    problem.Kind is ProblemKind.DuplicateUid ? user.User.UidKey : null
                ))
                .ToList();
            var lines = now.Select(p => Line(p.Kind, p.Problem.Attribute ?? "", p.Problem.Message, p.UidKey));
            if (lines.Order().SequenceEqual((known.GetValueOrDefault(user.Id) ?? []).Order()))
                continue;
            changed.Add(user.Id);
            stored.AddRange(now);
        }
        if (changed.Count == 0)
            return;
        Add(Problems.Delete(Connection.Id, [.. changed]));
        if (stored.Count > 0)
            Add(Problems.Save(Connection.Id, Connection.OrganizationId, stored, now));
    }

    static string Line(string kind, string attribute, string message, string? uid) => $"{kind}\n{attribute}\n{message}\n{uid}";

    /// <summary>
    /// Compares the memberships that there are with those that were seen. The application is told of the memberships of people in scope.
    /// </summary>
    void WriteMemberships(
        IReadOnlyList<ProjectedUser> users,
        Dictionary<Guid, SeenMember[]> seenOf,
        IReadOnlyDictionary<Guid, EventCause> causes,
        EventCause otherwise
    )
    {
        var (gone, saved) = (new List<SeenMember>(), new List<SeenMember>());
        var told = new Dictionary<Guid, MembersToTell>();
        foreach (var user in users)
        {
            var person = user.Next is { } next && IsMember(next) ? next.Id : (Guid?)null;
            var seen = seenOf.GetValueOrDefault(user.Id) ?? [];
            var groups = user.User.Groups;
            // The usual case.
            if (seen.Length == groups.Count && Array.TrueForAll(seen, same => same.Person == person && groups.Contains(same.Group)))
                continue;
            var cause = causes.GetValueOrDefault(user.Id) ?? otherwise;
            var before = seen.ToDictionary(member => member.Group);
            foreach (var (group, member) in before)
                if (!groups.Contains(group))
                {
                    gone.Add(member);
                    if (member.Person is { } left)
                        Of(group, cause).Removed.Add(left);
                }
            foreach (var group in groups)
            {
                var had = before.TryGetValue(group, out var member) ? member : (SeenMember?)null;
                if (had is { } same && same.Person == person)
                    continue;
                saved.Add(new(group, user.Id, person));
                if (had?.Person is { } left)
                    Of(group, cause).Removed.Add(left);
                if (person is { } joined)
                    Of(group, cause).Added.Add(joined);
            }
        }
        if (gone.Count > 0)
            Add(ReleasedMembers.Delete(Connection.Id, gone));
        if (saved.Count > 0)
            Add(ReleasedMembers.Save(Connection.Id, Connection.OrganizationId, saved));
        foreach (var (group, members) in told)
            TellMembers(group, members);

        MembersToTell Of(Guid group, EventCause cause) => told.TryGetValue(group, out var known) ? known : told[group] = new(cause);
    }

    /// <summary>Whether the application sees the person in groups: those in scope, active or not.</summary>
    static bool IsMember(Person person) => person.IsLinked && person.Reason is null or StatusReason.IdentityProvider;

    void TellMembers(Guid id, MembersToTell members)
    {
        // Of a group that was deleted the application knows already that it has no members.
        if (Groups.GetValueOrDefault(id) is not { DeletedAt: null } group)
            return;
        Guid[] both = [.. members.Added.Intersect(members.Removed)];
        var added = members.Added.Except(both).Order().Chunk(MembersPerEvent).ToList();
        var removed = members.Removed.Except(both).Order().Chunk(MembersPerEvent).ToList();
        for (var i = 0; i < Math.Max(added.Count, removed.Count); i++)
        {
            var (plus, minus) = (added.ElementAtOrDefault(i) ?? [], removed.ElementAtOrDefault(i) ?? []);
            group = group with
            {
                MemberCount = group.MemberCount + plus.Length - minus.Length,
                Version = group.Version + 1,
                UpdatedAt = now,
            };
            var data = GroupProjection.MembersChanged(group, Connection, plus, minus);
            Tell(EventType.MembersChanged.Name, id, group.Version, members.Cause, data);
        }
        if (Groups[id] == group)
            return;
        Groups[id] = group;
        Add(ReleasedGroups.Save(Connection.Id, Connection.OrganizationId, group));
    }

    sealed record MembersToTell(EventCause Cause)
    {
        public HashSet<Guid> Added { get; } = [];
        public HashSet<Guid> Removed { get; } = [];
    }
}

using System.Text.Json.Nodes;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Snapshots;

/// <summary>
/// Tells a connection's people, groups and memberships again, a part in each transaction together with how far it has come. It holds the
/// lock of the projection, so that what it tells is what is released at that moment, and every later change is told after it.
/// </summary>
sealed class SnapshotWalk(NpgsqlDataSource database, EventSignal signal, TimeProvider clock)
{
    /// <summary>People, groups or memberships in one transaction.</summary>
    public const int PartSize = 1_000;

    /// <summary>Tells the next part.</summary>
    /// <returns>False when nothing is left, or another server works on it.</returns>
    public async Task<bool> AdvanceAsync(Guid connection, Guid id, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        SnapshotRow row;
        await using (var rows = await session.ReadAsync(ct, SnapshotRow.Lock(connection, id)))
            if (await SnapshotRow.ReadAsync(rows, ct) is [{ Stage: not SnapshotStage.Finished } locked])
                row = locked;
            else
                return false;
        ProjectionRow projection;
        StoredRules rules;
        await using (
            var rows = await session.ReadAsync(
                ct,
                ProjectionRow.Create(connection),
                ProjectionRow.Lock(connection, wait: true),
                StoredRules.Read(connection)
            )
        )
        {
            projection = (await ProjectionRow.ReadAsync(rows, ct))!;
            await rows.NextResultAsync(ct);
            rules = await StoredRules.ReadAsync(rows, ct);
        }
        var part = new Part(session, row, projection, rules.Catalogue, clock.GetStoredNow());
        var next = await part.TellAsync(ct);
        await session.CommitAllAsync(ct, [next.Save(), .. EventLog.Append(connection, projection.Connection.OrganizationId, part.Events)]);
        signal.Raise();
        return next.Stage is not SnapshotStage.Finished;
    }

    sealed class Part(TenantSession session, SnapshotRow row, ProjectionRow projection, Catalogue catalogue, DateTimeOffset now)
    {
        public List<NewEvent> Events { get; } = [];

        ProjectedConnection Connection => projection.Connection;

        /// <returns>The row after it.</returns>
        public async Task<SnapshotRow> TellAsync(CancellationToken ct)
        {
            if (row.Stage is SnapshotStage.Waiting)
            {
                var started = row with { Stage = SnapshotStage.Users, StartedAt = now };
                Tell(EventType.SnapshotStarted, row.Id, 1, Shown(started));
                return started;
            }
            var (next, count) = row.Stage switch
            {
                SnapshotStage.Users => await TellUsersAsync(ct),
                SnapshotStage.Groups => await TellGroupsAsync(ct),
                SnapshotStage.Memberships => await TellMembershipsAsync(ct),
                _ => throw new InvalidOperationException($"Unhandled {row.Stage}."),
            };
            if (count == PartSize)
                return next;
            next = next with { Stage = row.Stage + 1, After = Guid.Empty, AfterMember = Guid.Empty };
            if (next.Stage is not SnapshotStage.Finished)
                return next;
            next = next with { FinishedAt = now };
            Tell(EventType.SnapshotFinished, row.Id, 2, Shown(next));
            return next;
        }

        async Task<(SnapshotRow Next, int Count)> TellUsersAsync(CancellationToken ct)
        {
            List<ShownPerson> people;
            await using (
                var rows = await session.ReadAsync(ct, ShownPeople.Page(new() { ConnectionId = Connection.Id }, row.After, PartSize))
            )
                people = await ShownPeople.ReadAsync(rows, ct);
            foreach (var shown in people)
            {
                var person = shown.Editable(projection.Releases);
                var user = PersonJson.Of(person, PersonFrames.Of(Connection, catalogue, shown.Groups));
                var type = person.Status is PersonStatus.Deleted ? EventType.UserDeleted : EventType.UserUpdated;
                Tell(type, person.Id, person.Version, Unchanged("user", user));
            }
            return (row with { After = Last(people, shown => shown.Person.Id), Users = row.Users + people.Count }, people.Count);
        }

        async Task<(SnapshotRow Next, int Count)> TellGroupsAsync(CancellationToken ct)
        {
            List<ReleasedGroup> groups;
            await using (var rows = await session.ReadAsync(ct, ReleasedGroups.After(Connection.Id, row.After, PartSize)))
                groups = await ReleasedGroups.ReadAllAsync(rows, ct);
            foreach (var group in groups)
            {
                var shown = GroupProjection.Json(group, Connection);
                if (group.DeletedAt is null)
                    Tell(EventType.GroupUpdated, group.Id, group.Version, Unchanged("group", shown));
                else
                    Tell(EventType.GroupDeleted, group.Id, group.Version, new() { ["group"] = shown });
            }
            return (row with { After = Last(groups, group => group.Id), Groups = row.Groups + groups.Count }, groups.Count);
        }

        async Task<(SnapshotRow Next, int Count)> TellMembershipsAsync(CancellationToken ct)
        {
            List<(Guid Group, Guid Person)> members;
            await using (
                var rows = await session.ReadAsync(ct, ReleasedMembers.ToldAfter(Connection.Id, row.After, row.AfterMember, PartSize))
            )
                members = await ReleasedMembers.ReadToldAsync(rows, ct);
            if (members.Count == 0)
                return (row, 0);
            var ofGroups = members.GroupBy(member => member.Group, member => member.Person).ToList();
            List<ReleasedGroup> groups;
            await using (var rows = await session.ReadAsync(ct, ReleasedGroups.Named(Connection.Id, [.. ofGroups.Select(g => g.Key)])))
                groups = await ReleasedGroups.ReadAllAsync(rows, ct);
            var told = 0;
            foreach (var group in groups.Where(group => group.DeletedAt is null).OrderBy(group => group.Id))
            foreach (var people in ofGroups.Single(g => g.Key == group.Id).Chunk(ProjectionBatch.MembersPerEvent))
            {
                told += people.Length;
                Tell(EventType.MembersChanged, group.Id, group.Version, GroupProjection.MembersChanged(group, Connection, people, []));
            }
            var (lastGroup, lastPerson) = members[^1];
            return (row with { After = lastGroup, AfterMember = lastPerson, Memberships = row.Memberships + told }, members.Count);
        }

        void Tell(EventType type, Guid id, long version, JsonObject data) =>
            Events.Add(
                new(
                    Guid.CreateVersion7(now),
                    type.Name,
                    id,
                    version,
                    now,
                    new(EventCause.OfSnapshot, row.RequestId),
                    InitialLoad: false,
                    ScimJson.Text(data),
                    row.Id
                )
            );

        /// <summary>The data of an event by which nothing changes.</summary>
        static JsonObject Unchanged(string name, JsonObject shown) =>
            new()
            {
                [name] = shown,
                ["changes"] = new JsonArray(),
                ["previous"] = new JsonObject(),
            };

        static JsonObject Shown(SnapshotRow snapshot) =>
            new()
            {
                ["snapshot"] = new JsonObject
                {
                    ["id"] = snapshot.Id,
                    ["startedAt"] = PersonJson.Time(snapshot.StartedAt!.Value),
                    ["finishedAt"] = snapshot.FinishedAt is { } finished ? PersonJson.Time(finished) : null,
                    ["users"] = snapshot.Users,
                    ["groups"] = snapshot.Groups,
                    ["memberships"] = snapshot.Memberships,
                },
            };

        Guid Last<T>(List<T> told, Func<T, Guid> id) => told.Count == 0 ? row.After : id(told[^1]);
    }
}

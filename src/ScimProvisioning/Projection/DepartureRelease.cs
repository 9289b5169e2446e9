using Scim.Directory;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Projection;

/// <summary>Releases one part of the end of a connection in a batch: its users are deactivated, or everything in it is removed.</summary>
sealed class DepartureRelease(ProjectionBatch batch, ProjectionRow row)
{
    Guid Connection => batch.Connection.Id;

    /// <returns>The row of the projection after it.</returns>
    public async Task<ProjectionRow> ReleaseAsync(Walk walk, CancellationToken ct)
    {
        var cause = new EventCause(EventCause.Admin, walk.RequestId);
        var (after, count) = walk.Stage switch
        {
            WalkStage.DeactivateUsers or WalkStage.RemoveMembers or WalkStage.RemoveResources => await ReceiveAsync(walk, ct),
            WalkStage.RemoveGroups => await RemoveGroupsAsync(walk, cause, ct),
            WalkStage.DeactivatePeople => await ReleasePeopleAsync(walk, cause, remove: false, ct),
            WalkStage.RemovePeople => await ReleasePeopleAsync(walk, cause, remove: true, ct),
            _ => throw new InvalidOperationException($"Unhandled {walk.Stage}."),
        };
        return row with
        {
            Walk = count == ConnectionProjection.WalkSize ? walk with { After = after, Done = walk.Done + count } : walk.Next,
        };
    }

    /// <summary>What the identity provider would have pushed.</summary>
    async Task<(Guid After, int Count)> ReceiveAsync(Walk walk, CancellationToken ct)
    {
        var part = new DirectoryPart(Connection, walk.After, ConnectionProjection.WalkSize, walk.RequestId, walk.Actor!, batch.Now);
        var statement = walk.Stage switch
        {
            WalkStage.RemoveMembers => part.RemoveMembers(),
            WalkStage.RemoveResources => part.Remove(),
            _ => part.DeactivateUsers(),
        };
        await using var rows = await batch.Session.ReadAsync(ct, statement);
        await rows.ReadAsync(ct);
        return (rows.IsDBNull(1) ? walk.After : rows.GetGuid(1), rows.GetInt32(0));
    }

    async Task<(Guid After, int Count)> RemoveGroupsAsync(Walk walk, EventCause cause, CancellationToken ct)
    {
        List<ReleasedGroup> groups;
        await using (
            var rows = await batch.Session.ReadAsync(ct, ReleasedGroups.After(Connection, walk.After, ConnectionProjection.WalkSize))
        )
            groups = await ReleasedGroups.ReadAllAsync(rows, ct);
        if (groups.Count == 0)
            return (walk.After, 0);
        foreach (var group in groups)
        {
            batch.Groups[group.Id] = group;
            GroupProjection.Write(batch, new(new(group.Id, group.Name, group.ExternalId), IsDeleted: true), cause);
        }
        batch.Add(ReleasedMembers.Forget(Connection, [.. groups.Select(group => group.Id)]));
        return (groups[^1].Id, groups.Count);
    }

    async Task<(Guid After, int Count)> ReleasePeopleAsync(Walk walk, EventCause cause, bool remove, CancellationToken ct)
    {
        List<Person> people;
        await using (
            var rows = await batch.Session.ReadAsync(ct, ReleasedUsers.After(Connection, walk.After, ConnectionProjection.WalkSize))
        )
            people = await ReleasedUsers.ReadAllAsync(rows, ct);
        if (people.Count == 0)
            return (walk.After, 0);
        var groups = await batch.ReadGroupsOfAsync([.. people.Select(person => person.ResourceId).OfType<Guid>()], ct);
        foreach (var person in people)
            batch.Write(
                person,
                Projector.ConnectionDeleted(person, remove, batch.Catalogue, batch.Now),
                person.ResourceId is { } resource ? groups[resource] : [],
                cause
            );
        return (people[^1].Id, people.Count);
    }
}

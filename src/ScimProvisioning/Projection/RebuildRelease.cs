using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>Releases one part of a rebuild in a batch.</summary>
sealed class RebuildRelease(ProjectionBatch batch, GroupRelease groups, ProjectionRow row)
{
    static readonly Dictionary<Guid, EventCause> NoOther = [];

    Guid Connection => batch.Connection.Id;

    /// <returns>The row of the projection after it.</returns>
    public async Task<ProjectionRow> ReleaseAsync(Walk walk, CancellationToken ct)
    {
        var cause = new EventCause(EventCause.OfRebuild, walk.RequestId);
        var (after, count) = walk.Stage switch
        {
            WalkStage.Groups => await ReleaseGroupsAsync(walk, cause, ct),
            WalkStage.Users => await ReleaseUsersAsync(walk, cause, ct),
            WalkStage.People => await ReleasePeopleAsync(walk, cause, ct),
            _ => throw new InvalidOperationException($"Unhandled {walk.Stage}."),
        };
        walk = walk with { After = after, Done = walk.Done + (walk.Stage is WalkStage.Users ? count : 0) };
        if (count == ConnectionProjection.WalkSize)
            return row with { Walk = walk };
        return walk.Next is { } next ? row with { Walk = next } : row with { Walk = null, RebuiltAt = batch.Now, InitialLoad = false };
    }

    async Task<(Guid After, int Count)> ReleaseGroupsAsync(Walk walk, EventCause cause, CancellationToken ct)
    {
        List<PushedGroup> received;
        await using (
            var rows = await batch.Session.ReadAsync(
                ct,
                ReleasedGroups.ReceivedAfter(Connection, walk.After, ConnectionProjection.WalkSize)
            )
        )
            received = await ReleasedGroups.ReadReceivedAsync(rows, ct);
        if (received.Count == 0)
            return (walk.After, 0);
        await groups.ReleaseAsync(received, cause, ct);
        return (received[^1].Id, received.Count);
    }

    async Task<(Guid After, int Count)> ReleaseUsersAsync(Walk walk, EventCause cause, CancellationToken ct)
    {
        List<MappedUser> received;
        var rules = groups.Rules;
        await using (
            var rows = await batch.Session.ReadAsync(ct, ReceivedUsers.After(Connection, walk.After, ConnectionProjection.WalkSize))
        )
            received = await ReceivedUsers.ReadAsync(rows, rules.Read, ct);
        if (received.Count == 0)
            return (walk.After, 0);
        await batch.ReleaseAsync(received, rules, NoOther, cause, walk.Exempt, ct);
        return (received[^1].ResourceId, received.Count);
    }

    /// <summary>
    /// People without a live user: those whose user was erased are deleted, all others keep what they have, as far as the catalogue knows
    /// it.
    /// </summary>
    async Task<(Guid After, int Count)> ReleasePeopleAsync(Walk walk, EventCause cause, CancellationToken ct)
    {
        List<Person> people;
        await using (
            var rows = await batch.Session.ReadAsync(ct, ReleasedUsers.WithoutLive(Connection, walk.After, ConnectionProjection.WalkSize))
        )
            people = await ReleasedUsers.ReadAllAsync(rows, ct);
        if (people.Count == 0)
            return (walk.After, 0);
        var rules = groups.Rules;
        var erased = people
            .Where(person => person.IsLinked)
            .Select(person => rules.Read(ReceivedUser.Erased(person.ResourceId!.Value)))
            .ToList();
        if (erased.Count > 0)
            await batch.ReleaseAsync(erased, rules, NoOther, cause, walk.Exempt, ct);
        foreach (var person in people.Where(person => !person.IsLinked))
            batch.Write(person, Projector.ProjectUnlinked(person, rules, batch.Now), [], cause);
        return (people[^1].Id, people.Count);
    }
}

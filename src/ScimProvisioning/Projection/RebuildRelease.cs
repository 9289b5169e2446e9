using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>Releases one part of a rebuild in a batch.</summary>
sealed class RebuildRelease(ProjectionBatch batch, GroupRelease groups, ProjectionRow row)
{
    static readonly Dictionary<Guid, EventCause> NoOther = [];

    Guid Connection => batch.Connection.Id;

    /// <returns>The row of the projection after it.</returns>
    public async Task<ProjectionRow> ReleaseAsync(Rebuild rebuild, CancellationToken ct)
    {
        var cause = new EventCause(EventCause.OfRebuild, rebuild.RequestId);
        var (after, count) = rebuild.Stage switch
        {
            RebuildStage.Groups => await ReleaseGroupsAsync(rebuild, cause, ct),
            RebuildStage.Users => await ReleaseUsersAsync(rebuild, cause, ct),
            RebuildStage.People => await ReleasePeopleAsync(rebuild, cause, ct),
            _ => throw new InvalidOperationException($"Unhandled {rebuild.Stage}."),
        };
        var isOver = count < ConnectionProjection.RebuildSize;
        var next = rebuild with { After = after, Done = rebuild.Done + (rebuild.Stage is RebuildStage.Users ? count : 0) };
        return (isOver, rebuild.Stage) switch
        {
            (false, _) => row with { Rebuild = next },
            (true, RebuildStage.People) => row with { Rebuild = null, RebuiltAt = batch.Now, InitialLoad = false },
            (true, var stage) => row with { Rebuild = next with { Stage = stage + 1, After = Guid.Empty } },
        };
    }

    async Task<(Guid After, int Count)> ReleaseGroupsAsync(Rebuild rebuild, EventCause cause, CancellationToken ct)
    {
        List<PushedGroup> received;
        await using (
            var rows = await batch.Session.ReadAsync(
                ct,
                ReleasedGroups.ReceivedAfter(Connection, rebuild.After, ConnectionProjection.RebuildSize)
            )
        )
            received = await ReleasedGroups.ReadReceivedAsync(rows, ct);
        if (received.Count == 0)
            return (rebuild.After, 0);
        await groups.ReleaseAsync(received, cause, ct);
        return (received[^1].Id, received.Count);
    }

    async Task<(Guid After, int Count)> ReleaseUsersAsync(Rebuild rebuild, EventCause cause, CancellationToken ct)
    {
        List<MappedUser> received;
        var rules = groups.Rules;
        await using (
            var rows = await batch.Session.ReadAsync(ct, ReceivedUsers.After(Connection, rebuild.After, ConnectionProjection.RebuildSize))
        )
            received = await ReceivedUsers.ReadAsync(rows, rules.Read, ct);
        if (received.Count == 0)
            return (rebuild.After, 0);
        await batch.ReleaseAsync(received, rules, NoOther, cause, ct);
        return (received[^1].ResourceId, received.Count);
    }

    /// <summary>
    /// People without a live user: those whose user was erased are deleted, all others keep what they have, as far as the catalogue knows
    /// it.
    /// </summary>
    async Task<(Guid After, int Count)> ReleasePeopleAsync(Rebuild rebuild, EventCause cause, CancellationToken ct)
    {
        List<Person> people;
        await using (
            var rows = await batch.Session.ReadAsync(
                ct,
                ReleasedUsers.WithoutLive(Connection, rebuild.After, ConnectionProjection.RebuildSize)
            )
        )
            people = await ReleasedUsers.ReadAllAsync(rows, ct);
        if (people.Count == 0)
            return (rebuild.After, 0);
        var rules = groups.Rules;
        var erased = people
            .Where(person => person.IsLinked)
            .Select(person => rules.Read(ReceivedUser.Erased(person.ResourceId!.Value)))
            .ToList();
        if (erased.Count > 0)
            await batch.ReleaseAsync(erased, rules, NoOther, cause, ct);
        foreach (var person in people.Where(person => !person.IsLinked))
            batch.Write(person, Projector.ProjectUnlinked(person, rules, batch.Now), [], cause);
        return (people[^1].Id, people.Count);
    }
}

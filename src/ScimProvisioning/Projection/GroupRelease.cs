using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>Releases groups in a batch, and binds scope and roles to them.</summary>
sealed class GroupRelease(ProjectionBatch batch, StoredRules stored, ResourceTypes types)
{
    /// <summary>The rules once a group was bound in this batch; <c>null</c>: as they were read.</summary>
    StoredRules? _bound;

    Guid Connection => batch.Connection.Id;

    /// <summary>The rules as they are after the groups of this batch.</summary>
    public Rules Rules => (_bound ?? stored).CompileStored(types);

    /// <summary>Groups that entries of the change log name.</summary>
    /// <param name="cameOrWent">Groups that were deleted or restored, perhaps both: they lost their members without an entry.</param>
    public async Task ReleaseAsync(Dictionary<Guid, EventCause> causes, HashSet<Guid> cameOrWent, CancellationToken ct)
    {
        List<PushedGroup> received;
        await using (var rows = await batch.Session.ReadAsync(ct, ReleasedGroups.ReceivedNamed(Connection, [.. causes.Keys])))
            received = await ReleasedGroups.ReadReceivedAsync(rows, ct);
        await batch.ReadGroupsAsync([.. causes.Keys], ct);
        // One that was erased meanwhile was deleted before.
        foreach (var id in causes.Keys.Except(received.Select(group => group.Id)).ToList())
            if (batch.Groups.GetValueOrDefault(id) is { } erased)
                received.Add(new(new(id, erased.Name, erased.ExternalId), IsDeleted: true));
        await WriteAsync(received, id => causes[id], ct);
        // The application knows that a deleted group has no members; the members themselves are told of scope and roles that they lose.
        Guid[] deleted = [.. received.Where(group => group.IsDeleted).Select(group => group.Id)];
        if (deleted.Length > 0)
            batch.Add(ReleasedMembers.Forget(Connection, deleted));
        if (deleted.Union(cameOrWent).ToArray() is { Length: > 0 } groups)
            batch.Add(DirtyUsers.AddMembers(Connection, batch.Connection.OrganizationId, groups));
    }

    /// <summary>Groups of a rebuild.</summary>
    public async Task ReleaseAsync(List<PushedGroup> received, EventCause cause, CancellationToken ct)
    {
        await batch.ReadGroupsAsync([.. received.Select(group => group.Id)], ct);
        await WriteAsync(received, _ => cause, ct);
    }

    async Task WriteAsync(List<PushedGroup> received, Func<Guid, EventCause> causeOf, CancellationToken ct)
    {
        foreach (var group in received)
            GroupProjection.Write(batch, group, causeOf(group.Id));
        await BindAsync(received, ct);
    }

    /// <summary>Scope and roles may wait for a group by its name; a group that was deleted is waited for again.</summary>
    async Task BindAsync(List<PushedGroup> groups, CancellationToken ct)
    {
        var rules = _bound ?? stored;
        var (next, affected, problems) = rules.Bind(groups, await WaitedForAsync(rules, ct));
        batch.Add(Problems.Delete(Connection, [.. groups.Select(group => group.Id)]));
        if (problems.Count > 0)
            batch.Add(Problems.Save(Connection, batch.Connection.OrganizationId, problems, batch.Now));
        if (next.References.SequenceEqual(rules.References))
            return;
        _bound = next;
        batch.Add(next.Save(Connection, batch.Connection.OrganizationId));
        if (affected.Count > 0)
            batch.Add(DirtyUsers.AddMembers(Connection, batch.Connection.OrganizationId, [.. affected]));
    }

    /// <summary>The live groups that a reference may wait for.</summary>
    async Task<List<PushedGroup>> WaitedForAsync(StoredRules rules, CancellationToken ct)
    {
        var waiting = rules.Waiting.ToList();
        if (waiting.Count == 0)
            return [];
        await using var rows = await batch.Session.ReadAsync(ct, ReleasedGroups.ReceivedCalled(Connection, waiting));
        return await ReleasedGroups.ReadReceivedAsync(rows, ct);
    }
}

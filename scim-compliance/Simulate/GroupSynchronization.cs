using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>Brings groups and their memberships across: groups empty first, then members by PATCH, which is never read back.</summary>
sealed class GroupSynchronization(ProvisioningJob job, EntraRequests entra, CancellationToken ct)
{
    /// <summary>objectIds of the members that the server has to show: those linked, and of the soft-deleted those that were members before.</summary>
    public static HashSet<string> Expected(ProvisioningJob job, Tenant tenant, TenantGroup group, Link link) =>
        [
            .. group.Members.Where(member =>
                job.IdOf(member) is not null
                && (
                    !tenant.Users.TryGetValue(member, out var user)
                    || !user.IsSoftDeleted
                    || link.Members.Contains(member)
                    || link.UnconfirmedMembers.Contains(member)
                )
            ),
        ];

    public bool IsDue(TenantGroup group) =>
        !job.Escrow.Holds(group.ObjectId, Phase.Groups)
        && job.Groups.GetValueOrDefault(group.ObjectId) is var link
        && (link?.Id is null || !link.IsInvalid && Changed(group, link).Count > 0);

    public async Task SynchronizeAsync(TenantGroup group)
    {
        var link = job.Groups.GetOrAdd(group.ObjectId, _ => new(group.DisplayName));
        if (link.Id is null && !await MatchAsync(link, group.ObjectId, group.DisplayName))
            return;
        if (link.Id is null ? await CreateAsync(link, group) : await UpdateAsync(link, group))
            job.Escrow.Succeeded(group.ObjectId, Phase.Groups);
    }

    /// <summary>A group deleted in Entra.</summary>
    public async Task DeleteAsync(string objectId, Link link)
    {
        if (link.Id is null && !await MatchAsync(link, objectId, link.Name))
            return;
        if (link.Id is { } kept && link.IsMatched)
            job.Kept[EntraRequests.GroupPath(kept)] = link.Name;
        else if (link.Id is { } id)
        {
            var reply = await entra.Delete(EntraRequests.GroupPath(id));
            if (reply.Status is not 404 && !job.Accept(reply, objectId, Phase.Groups, link.Name))
                return;
            job.Deleted[EntraRequests.GroupPath(id)] = link.Name;
            job.Figures.Add(Count.GroupsDeleted);
        }
        job.Groups.TryRemove(objectId, out _);
        foreach (var phase in (string[])[Phase.Groups, Phase.Members])
            job.Escrow.Succeeded(objectId, phase);
        foreach (var parent in job.Groups.Values)
            parent.RemoveMember(objectId);
    }

    async Task<bool> MatchAsync(Link link, string objectId, string name)
    {
        foreach (var candidate in new[] { link.Name, name }.Distinct())
        {
            var reply = await entra.MatchGroup(candidate, ct);
            if (!job.Accept(reply, objectId, Phase.Groups, candidate))
                return false;
            if (Matching.Problem(reply, "displayName", candidate) is { } problem)
            {
                job.Fail(objectId, Phase.Groups, candidate, problem);
                return false;
            }
            if (reply.Resources is not [{ } found])
                continue;
            // After a POST of this name that was not confirmed it is ours.
            link.IsOurs &= candidate == link.Name;
            (link.Id, link.Name, link.Sent, link.IsMatched) = (
                found.At("id").Text(),
                name,
                AttributeMapping.Shown(found, AttributeMapping.GroupTargets),
                !link.IsOurs
            );
            job.Figures.Add(Count.GroupsMatched);
            return true;
        }
        link.Name = name;
        return true;
    }

    async Task<bool> CreateAsync(Link link, TenantGroup group)
    {
        var values = AttributeMapping.Of(group);
        var reply = await entra.CreateGroup(AttributeMapping.GroupBody(values));
        link.IsOurs |= reply.Status is < 400 or >= 500;
        if (!job.Accept(reply, group.ObjectId, Phase.Groups, link.Name))
            return false;
        if (await Ownership.ProblemAsync(reply, "/Groups", job.Mark, id => entra.ReadGroup(id, ct)) is { } problem)
        {
            job.Fail(group.ObjectId, Phase.Groups, link.Name, problem);
            return false;
        }
        (link.Id, link.Sent) = (reply["id"].Text(), values);
        job.Figures.Add(Count.GroupsCreated);
        return true;
    }

    async Task<bool> UpdateAsync(Link link, TenantGroup group)
    {
        var changed = Changed(group, link);
        if (changed.Count is 0)
            return true;
        if (!await ReadAsync(link, group.ObjectId, Phase.Groups))
            return false;
        link.Unconfirmed = changed;
        var reply = await entra.Patch(EntraRequests.GroupPath(link.Id!), job.Operations.Attributes(link.Sent, changed));
        if (!job.Accept(reply, group.ObjectId, Phase.Groups, link.Name))
            return false;
        (link.Name, link.Sent, link.Unconfirmed) = (group.DisplayName, AttributeMapping.Of(group), []);
        job.Figures.Add(Count.GroupsUpdated);
        return true;
    }

    /// <summary>Without members, before a change.</summary>
    public async Task<bool> ReadAsync(Link link, string objectId, string phase)
    {
        var read = await entra.ReadGroup(link.Id!, ct);
        if (read.Status is 404)
            job.Invalid(link, objectId, phase, read);
        else if (job.Accept(read, objectId, phase, link.Name))
        {
            if (Ownership.Problem(read, "/Groups", job.Mark) is not { } problem)
                return true;
            job.Fail(objectId, phase, link.Name, problem);
        }
        return false;
    }

    static Dictionary<string, string> Changed(TenantGroup group, Link link) =>
        AttributeMapping
            .Of(group)
            .Where(value => link.Unconfirmed.ContainsKey(value.Key) || link.Sent.GetValueOrDefault(value.Key) != value.Value)
            .ToDictionary();
}

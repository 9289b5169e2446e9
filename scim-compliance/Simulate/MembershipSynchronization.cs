namespace ScimCompliance.Simulate;

/// <summary>
/// Sends memberships: one GET of the group without members, then PATCHes with mostly one member each, several at once, also to the same
/// group (observed: snipe-it#19115, Infisical#6471). Changes that were not confirmed are sent again.
/// </summary>
sealed class MembershipSynchronization(ProvisioningJob job, EntraRequests entra, ResourceSynchronization groups, Random random)
{
    /// <summary>One PATCH in this many has more than one member.</summary>
    const int SeveralOneIn = 8;

    const int MostMembers = 6;

    /// <summary>All PATCHes to send. The first one of a group reads the group before.</summary>
    public List<Func<Task>> Plan(Tenant tenant)
    {
        var plan = new List<Func<Task>>();
        foreach (var group in tenant.Groups.Values)
        {
            if (
                job.Escrow.Holds(group.ObjectId, Phase.Members)
                || job.Groups.GetValueOrDefault(group.ObjectId) is not { IsLinked: true } link
            )
                continue;
            var expected = GroupSynchronization.ExpectedMembers(job, tenant, group, link);
            var added = expected.Where(member => !link.Members.Contains(member) || link.UnconfirmedMembers.Contains(member));
            // A member without a link has no id to send. A deleted user has left the group anyway.
            var removed = link
                .Members.Union(link.UnconfirmedMembers)
                .Where(member => !group.Members.Contains(member) && job.IdOf(member) is not null);
            PlanGroup(plan, group.ObjectId, link, Batches(added), Batches(removed));
        }
        return plan;
    }

    void PlanGroup(List<Func<Task>> plan, string objectId, Link link, List<string[]> added, List<string[]> removed)
    {
        if (added is [] && removed is [])
            return;
        var left = added.Count + removed.Count;
        var failed = false;
        var read = new Lazy<Task<bool>>(() => groups.ReadAsync(link, objectId, Phase.Members));
        foreach (var (batch, adds) in added.Select(batch => (batch, true)).Concat(removed.Select(batch => (batch, false))))
            plan.Add(async () =>
            {
                // After a failure the rest of the group waits for the next cycle.
                if (Volatile.Read(ref failed) || !await read.Value || !await SendAsync(objectId, link, batch, adds))
                    Volatile.Write(ref failed, true);
                if (Interlocked.Decrement(ref left) is 0 && !Volatile.Read(ref failed))
                    job.Escrow.Succeeded(objectId, Phase.Members);
            });
    }

    async Task<bool> SendAsync(string objectId, Link link, string[] batch, bool adds)
    {
        lock (link.Members)
            link.UnconfirmedMembers.UnionWith(batch);
        var ids = batch.Select(job.IdOf).OfType<string>();
        var reply = await entra.Patch(
            ResourceKind.Group.Path(link.Id!),
            adds ? job.Operations.AddMembers(ids) : job.Operations.RemoveMembers(ids)
        );
        if (!job.Accept(reply, objectId, Phase.Members, link.Name))
            return false;
        lock (link.Members)
        {
            link.UnconfirmedMembers.ExceptWith(batch);
            if (adds)
                link.Members.UnionWith(batch);
            else
                link.Members.ExceptWith(batch);
        }
        job.Figures.Add(adds ? Count.MembersAdded : Count.MembersRemoved, batch.Length);
        return true;
    }

    List<string[]> Batches(IEnumerable<string> members)
    {
        var batches = new List<string[]>();
        var all = members.ToArray();
        for (var at = 0; at < all.Length; at += batches[^1].Length)
            batches.Add(all[at..Math.Min(all.Length, at + (random.Next(SeveralOneIn) is 0 ? random.Next(2, MostMembers) : 1))]);
        return batches;
    }
}

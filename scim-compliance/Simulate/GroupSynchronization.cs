namespace ScimCompliance.Simulate;

/// <summary>Sends groups without their members, which <see cref="MembershipSynchronization"/> sends.</summary>
sealed class GroupSynchronization(ProvisioningJob job, ResourceSynchronization groups)
{
    /// <summary>
    /// objectIds of the members that the server has to show: those that are linked. A soft-deleted user counts only when it was a member
    /// before, since Entra neither adds nor removes it.
    /// </summary>
    public static HashSet<string> ExpectedMembers(ProvisioningJob job, Tenant tenant, TenantGroup group, Link link) =>
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

    /// <summary>Whether the agent has something to send.</summary>
    public bool IsDue(TenantGroup group) =>
        !job.Escrow.Holds(group.ObjectId, Phase.Groups)
        && job.Groups.GetValueOrDefault(group.ObjectId) is var link
        && (link?.Id is null || !link.IsInvalid && ResourceSynchronization.Changed(AttributeMapping.Of(group), link).Count > 0);

    public async Task SynchronizeAsync(TenantGroup group)
    {
        var values = AttributeMapping.Of(group);
        if (await groups.FindLinkAsync(group.ObjectId, group.DisplayName) is not { } link)
            return;
        if (await (link.Id is null ? groups.CreateAsync(link, group.ObjectId, values) : groups.UpdateAsync(link, group.ObjectId, values)))
            job.Escrow.Succeeded(group.ObjectId, Phase.Groups);
    }
}

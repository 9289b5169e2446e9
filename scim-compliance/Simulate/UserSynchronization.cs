namespace ScimCompliance.Simulate;

/// <summary>
/// Sends users and their managers. A source value that was cleared is not sent (entra-docs, known-issues.md: the service cannot send
/// nulls), so the server keeps the old one; a removed manager is sent as "".
/// </summary>
sealed class UserSynchronization(ProvisioningJob job, EntraRequests entra, CancellationToken ct)
{
    readonly ResourceSynchronization _users = new(job, entra, ResourceKind.User, ct);

    /// <summary>
    /// What the server has to show: what the tenant says, and what was sent before and has been cleared in the tenant since.
    /// </summary>
    public static Dictionary<string, string> Expected(TenantUser user, Link? link)
    {
        var expected = new Dictionary<string, string>(link?.Sent ?? []);
        foreach (var (path, value) in (link?.Unconfirmed ?? []).Concat(AttributeMapping.Of(user)))
            expected[path] = value;
        return expected;
    }

    /// <summary>Whether the agent has something to send.</summary>
    public bool IsDue(TenantUser user) =>
        !job.Escrow.Holds(user.ObjectId, Phase.Users)
        && job.Users.GetValueOrDefault(user.ObjectId) switch
        {
            null => !user.IsSoftDeleted || !job.Skipped.ContainsKey(user.ObjectId),
            { IsInvalid: true } => false,
            { Id: null } => true,
            var link => ResourceSynchronization.Changed(Expected(user, link), link).Count > 0,
        };

    public async Task SynchronizeAsync(TenantUser user)
    {
        var values = AttributeMapping.Of(user);
        if (await _users.FindLinkAsync(user.ObjectId, values["userName"]) is not { } link)
            return;
        var done =
            link.Id is not null ? await _users.UpdateAsync(link, user.ObjectId, Expected(user, link))
            : user.IsSoftDeleted ? Skip(user)
            : await _users.CreateAsync(link, user.ObjectId, values);
        if (done)
            job.Escrow.Succeeded(user.ObjectId, Phase.Users);
    }

    /// <summary>A user purged in Entra.</summary>
    public Task DeleteAsync(string objectId, Link link) => _users.DeleteAsync(objectId, link);

    /// <summary>Whether another manager is to be sent; one that is not linked is not sent.</summary>
    public bool IsManagerDue(TenantUser user) =>
        !job.Escrow.Holds(user.ObjectId, Phase.References)
        && job.Users.GetValueOrDefault(user.ObjectId) is { IsLinked: true } link
        && (link.IsManagerUnconfirmed || link.Manager != job.IdOf(user.Manager));

    public async Task SendManagerAsync(TenantUser user)
    {
        var (link, manager) = (job.Users[user.ObjectId], job.IdOf(user.Manager));
        var had = link.Manager is not null || link.IsManagerUnconfirmed;
        link.IsManagerUnconfirmed = true;
        var reply = await entra.Patch(ResourceKind.User.Path(link.Id!), job.Operations.Manager(had, manager));
        if (!job.Accept(reply, user.ObjectId, Phase.References, link.Name))
            return;
        (link.Manager, link.IsManagerUnconfirmed) = (manager, false);
        job.Escrow.Succeeded(user.ObjectId, Phase.References);
        job.Figures.Add(Count.Managers);
        job.Figures.Became(ResourceKind.User, user.ObjectId, Fate.Updated);
    }

    // A user disabled in Entra is looked for, but never created.
    bool Skip(TenantUser user)
    {
        job.Skipped[user.ObjectId] = user.DisplayName;
        return job.Users.TryRemove(user.ObjectId, out _);
    }
}

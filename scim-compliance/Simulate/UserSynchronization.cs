using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>Brings users and their managers across. A source value that was cleared is not flowed (entra-docs, known-issues.md: the service cannot send nulls), so the server keeps the old one; a removed manager is sent as "".</summary>
sealed class UserSynchronization(ProvisioningJob job, EntraRequests entra, CancellationToken ct)
{
    /// <summary>What the server has to show: what the tenant says, over what was flowed before and has been cleared since.</summary>
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
            var link => Changed(user, link).Count > 0,
        };

    public async Task SynchronizeAsync(TenantUser user)
    {
        var name = AttributeMapping.Of(user)["userName"];
        var link = job.Users.GetOrAdd(user.ObjectId, _ => new(name));
        if (link.Id is null && !await MatchAsync(link, user.ObjectId, name))
            return;
        var done =
            link.Id is not null ? await UpdateAsync(link, user)
            : user.IsSoftDeleted ? Skip(user)
            : await CreateAsync(link, user);
        if (done)
            job.Escrow.Succeeded(user.ObjectId, Phase.Users);
    }

    /// <summary>A user purged in Entra.</summary>
    public async Task DeleteAsync(string objectId, Link link)
    {
        if (link.Id is null && !await MatchAsync(link, objectId, link.Name))
            return;
        if (link.Id is { } kept && link.IsMatched)
            job.Kept[EntraRequests.UserPath(kept)] = link.Name;
        else if (link.Id is { } id)
        {
            var reply = await entra.Delete(EntraRequests.UserPath(id));
            if (reply.Status is not 404 && !job.Accept(reply, objectId, Phase.Users, link.Name))
                return;
            job.Deleted[EntraRequests.UserPath(id)] = link.Name;
            job.Figures.Add(Count.UsersDeleted);
        }
        job.Users.TryRemove(objectId, out _);
        job.Escrow.Succeeded(objectId, Phase.Users);
        foreach (var group in job.Groups.Values)
            group.RemoveMember(objectId);
    }

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
        var reply = await entra.Patch(EntraRequests.UserPath(link.Id!), job.Operations.Manager(had, manager));
        if (!job.Accept(reply, user.ObjectId, Phase.References, link.Name))
            return;
        (link.Manager, link.IsManagerUnconfirmed) = (manager, false);
        job.Escrow.Succeeded(user.ObjectId, Phase.References);
        job.Figures.Add(Count.Managers);
    }

    // A user disabled in Entra is looked for, but never created.
    bool Skip(TenantUser user)
    {
        job.Skipped[user.ObjectId] = user.DisplayName;
        return job.Users.TryRemove(user.ObjectId, out _);
    }

    /// <summary>By the name it was sent under and, when that has changed since, by that of today. False when it failed.</summary>
    async Task<bool> MatchAsync(Link link, string objectId, string name)
    {
        foreach (var candidate in new[] { link.Name, name }.Distinct())
        {
            var reply = await entra.MatchUser(candidate, ct);
            if (!job.Accept(reply, objectId, Phase.Users, candidate))
                return false;
            if (Matching.Problem(reply, "userName", candidate) is { } problem)
            {
                job.Fail(objectId, Phase.Users, candidate, problem);
                return false;
            }
            if (reply.Resources is not [{ } found])
                continue;
            // After a POST of this name that was not confirmed it is ours.
            link.IsOurs &= candidate == link.Name;
            (link.Id, link.Name, link.Sent, link.IsMatched) = (
                found.At("id").Text(),
                name,
                AttributeMapping.Shown(found, AttributeMapping.UserTargets),
                !link.IsOurs
            );
            link.Manager = AttributeMapping.ShownManager(found);
            job.Figures.Add(Count.UsersMatched);
            return true;
        }
        link.Name = name;
        return true;
    }

    async Task<bool> CreateAsync(Link link, TenantUser user)
    {
        var values = AttributeMapping.Of(user);
        var reply = await entra.CreateUser(AttributeMapping.UserBody(values));
        link.IsOurs |= reply.Status is < 400 or >= 500;
        if (!job.Accept(reply, user.ObjectId, Phase.Users, link.Name))
            return false;
        if (await Ownership.ProblemAsync(reply, "/Users", job.Mark, id => entra.ReadUser(id, ct)) is { } problem)
        {
            job.Fail(user.ObjectId, Phase.Users, link.Name, problem);
            return false;
        }
        (link.Id, link.Sent) = (reply["id"].Text(), values);
        job.Figures.Add(Count.UsersCreated);
        return true;
    }

    async Task<bool> UpdateAsync(Link link, TenantUser user)
    {
        var changed = Changed(user, link);
        if (changed.Count is 0)
            return true;
        var read = await entra.ReadUser(link.Id!, ct);
        if (read.Status is 404)
        {
            job.Invalid(link, user.ObjectId, Phase.Users, read);
            return false;
        }
        if (!job.Accept(read, user.ObjectId, Phase.Users, link.Name))
            return false;
        if (Ownership.Problem(read, "/Users", job.Mark) is { } problem)
        {
            job.Fail(user.ObjectId, Phase.Users, link.Name, problem);
            return false;
        }
        var expected = Expected(user, link);
        link.Unconfirmed = changed;
        var reply = await entra.Patch(EntraRequests.UserPath(link.Id!), job.Operations.Attributes(link.Sent, changed));
        if (!job.Accept(reply, user.ObjectId, Phase.Users, link.Name))
            return false;
        (link.Name, link.Sent, link.Unconfirmed) = (expected["userName"], expected, []);
        job.Figures.Add(
            changed.GetValueOrDefault(AttributeMapping.Active) switch
            {
                "False" => Count.UsersDisabled,
                "True" => Count.UsersRestored,
                _ => Count.UsersUpdated,
            }
        );
        return true;
    }

    static Dictionary<string, string> Changed(TenantUser user, Link link) =>
        Expected(user, link)
            .Where(value => link.Unconfirmed.ContainsKey(value.Key) || link.Sent.GetValueOrDefault(value.Key) != value.Value)
            .ToDictionary();
}

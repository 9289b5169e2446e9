using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>
/// Provisions one user, or one group with at most five members, as the portal's page "Provision on demand" does (entra-docs,
/// provision-on-demand.md): probe, match, POST or PATCH, always in the default dialect; no disabled users and no nested groups. Then reads
/// everything back.
/// </summary>
sealed class ProvisionOnDemand(ScimClient client, Tenant tenant, Random random, Action<Reply> answered, bool keep)
{
    const int MostMembers = 5;

    readonly ProvisioningJob _job = new(Dialect.Default, tenant.Mark);
    readonly EntraRequests _entra = new(client, answered);
    readonly List<(string Step, string Text)> _steps = [];
    int _members;
    int _missing;

    /// <exception cref="CannotRun">There is no such user or group, or the portal would not provision it.</exception>
    public Task<OnDemandResult> UserAsync(string userPrincipalName, CancellationToken ct)
    {
        var user =
            tenant.Users.Values.FirstOrDefault(user => user.UserPrincipalName.Equals(userPrincipalName, StringComparison.OrdinalIgnoreCase))
            ?? throw new CannotRun(
                $"The tenant has no user '{userPrincipalName}'. It has for example '{tenant.Users.Values.First().UserPrincipalName}'."
            );
        if (user.IsSoftDeleted)
            throw new CannotRun(
                $"'{userPrincipalName}' is disabled or deleted in Entra: provision on demand neither creates nor disables such a user."
            );
        _steps.Add(("Import user", $"'{user.DisplayName}' was read from the tenant."));
        _steps.Add(("Determine if user is in scope", "The user is assigned to the application."));
        return RunAsync(() => UserAsync(user, ct), comparison => comparison.CompareAsync(user), ct);
    }

    /// <inheritdoc cref="UserAsync(string, CancellationToken)"/>
    public Task<OnDemandResult> GroupAsync(string displayName, CancellationToken ct)
    {
        var group =
            tenant.Groups.Values.FirstOrDefault(group => group.DisplayName.Equals(displayName, StringComparison.OrdinalIgnoreCase))
            ?? throw new CannotRun($"The tenant has no group '{displayName}'. {Example()}");
        var members = UsersIn(group);
        if (members.Count > MostMembers)
            throw new CannotRun(
                $"'{displayName}' has {members.Count} users: provision on demand takes a group with at most {MostMembers} members. "
                    + $"{Example()}"
            );
        _steps.Add(("Import group", $"'{group.DisplayName}' was read from the tenant, with {members.Count} users."));
        _steps.Add(
            (
                "Determine if group is in scope",
                members.Count < group.Members.Count
                    ? "Yes; groups in it are left out, since provision on demand does not do nested groups."
                    : "Yes."
            )
        );
        var selected = group with { Members = [.. members] };
        return RunAsync(() => GroupAsync(selected, ct), comparison => comparison.CompareAsync(selected, others: false), ct);
    }

    async Task<OnDemandResult> RunAsync(Func<Task<bool>> provision, Func<ServerComparison, Task> compare, CancellationToken ct)
    {
        await Connection.ConnectAsync(client, ct);
        _job.BeginCycle(new("on demand"));
        var (done, left, unfinished) = (false, (IReadOnlyList<string>)[], (CannotRun?)null);
        var cleanUp = new CleanUp(_job, new(client, TimeSpan.Zero, TimeProvider.System), 1, Progress.Silent);
        var comparison = new ServerComparison(tenant, _job, path => _entra.Get(path, ct), 1, Progress.Silent);
        try
        {
            var probe = await _entra.Probe(random.NextGuid(), ct);
            if (probe is not { Status: 200, Resources: [] })
                throw new CannotRun(
                    $"The probe for a user that cannot exist must be answered 200 with an empty list, and was answered {probe.Summary}."
                );
            done = await provision();
            if (done)
                await compare(comparison);
        }
        catch (Quarantined quarantined)
        {
            _steps.Add(("Perform action", $"Failure: {quarantined.Message}"));
        }
        catch (CannotRun cannot)
        {
            unfinished = cannot;
        }
        finally
        {
            if (!keep)
                left = await cleanUp.RunAsync();
        }
        if (unfinished is not null)
            throw CleanUp.CannotGoOn(unfinished, tenant.Mark, left);
        return new(done, _steps, comparison.Differences, _members, _missing, left, keep ? null : cleanUp.Deleted);
    }

    async Task<bool> UserAsync(TenantUser user, CancellationToken ct)
    {
        var users = new UserSynchronization(_job, _entra, ct);
        await users.SynchronizeAsync(user);
        if (!AddSteps(user.ObjectId, ResourceKind.User))
            return false;
        if (user.Manager is null)
            return true;
        await FindAsync(user.Manager, ct);
        if (_job.IdOf(user.Manager) is null)
            _steps.Add(("Perform action", "The manager is not there, and is not sent."));
        else if (users.IsManagerDue(user))
            await users.SendManagerAsync(user);
        return HasSucceeded();
    }

    async Task<bool> GroupAsync(TenantGroup group, CancellationToken ct)
    {
        var groups = new ResourceSynchronization(_job, _entra, ResourceKind.Group, ct);
        await new GroupSynchronization(_job, groups).SynchronizeAsync(group);
        if (!AddSteps(group.ObjectId, ResourceKind.Group))
            return false;
        foreach (var user in group.Members.Select(member => tenant.Users[member]))
            await FindMemberAsync(user, ct);
        var only = new Tenant { Mark = tenant.Mark };
        only.Add(group);
        foreach (var send in new MembershipSynchronization(_job, _entra, groups, random).Plan(only))
            await send();
        return HasSucceeded();
    }

    // A disabled user never becomes a member, so it does not count as missing.
    async Task FindMemberAsync(TenantUser user, CancellationToken ct)
    {
        await FindAsync(user.ObjectId, ct);
        var isThere = _job.IdOf(user.ObjectId) is not null;
        if (!isThere || user.IsSoftDeleted)
            _steps.Add(
                (
                    "Perform action",
                    $"'{user.UserPrincipalName}' is {(user.IsSoftDeleted ? "disabled" : "not there")}, and is not sent as a member."
                )
            );
        if (user.IsSoftDeleted)
            return;
        _members++;
        if (!isThere)
            _missing++;
    }

    // Only matches: users that are referred to are not provisioned.
    async Task FindAsync(string objectId, CancellationToken ct)
    {
        var name = AttributeMapping.Of(tenant.Users[objectId])["userName"];
        var reply = await _entra.Match(ResourceKind.User, name, ct);
        if (reply.IsSuccess && Matching.Problem(reply, ResourceKind.User, name) is null && reply.Resources is [{ } found])
            _job.Users[objectId] = new(name) { Id = found.At("id").Text(), IsMatched = true };
    }

    bool AddSteps(string objectId, ResourceKind kind)
    {
        if (!HasSucceeded())
            return false;
        var link = _job.Links(kind)[objectId];
        _steps.Add(
            (
                "Match between source and target system",
                link.IsMatched ? $"'{link.Name}' is there, with the id {link.Id}." : $"'{link.Name}' was not there."
            )
        );
        // An update that makes a user active again counts as restored.
        var changed = _job.Figures[kind.Updated] + _job.Figures[Count.UsersRestored] > 0;
        _steps.Add(
            (
                "Perform action",
                _job.Figures[kind.Created] > 0 ? $"Success: '{link.Name}' was created, with the id {link.Id}."
                : changed ? $"Success: '{link.Name}' was updated."
                : $"Skipped: '{link.Name}' has no changes to be made."
            )
        );
        return true;
    }

    bool HasSucceeded()
    {
        foreach (var entry in _job.Escrow.Entries)
            _steps.Add(("Perform action", $"Failure: {entry.Name}: {entry.Reason}"));
        return _job.Escrow.IsEmpty;
    }

    List<string> UsersIn(TenantGroup group) => [.. group.Members.Where(tenant.Users.ContainsKey)];

    string Example() =>
        tenant.Groups.Values.FirstOrDefault(group => UsersIn(group).Count is > 0 and <= MostMembers) is { } small
            ? $"It has for example '{small.DisplayName}'."
            : $"None of its groups has one to {MostMembers} users.";
}

using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>Shows the progress of a run. Both may be called from several threads.</summary>
sealed record Progress(Action<string, int> Begin, Action Step)
{
    public static Progress Silent { get; } = new((_, _) => { }, () => { });
}

/// <summary>
/// Entra's provisioning agent. A cycle sends the differences between the tenant and what was sent before (entra-docs,
/// how-provisioning-works.md): users, then references, then groups, then memberships; in each phase several requests at once.
/// </summary>
sealed class ProvisioningAgent(ScimClient client, ProvisioningJob job, Random random, int parallel, Progress progress)
{
    EntraRequests Entra => field ??= new(client, _ => job.Figures.Add(Count.Requests));

    public ProvisioningJob Job => job;

    /// <summary>The probe of Test Connection. The agent repeats it after a quarantine.</summary>
    public Task<Reply> ProbeAsync(CancellationToken ct) => Entra.Probe(random.NextGuid(), ct);

    /// <summary>The probe for groups.</summary>
    public Task<Reply> ProbeGroupsAsync(CancellationToken ct) => Entra.Match(ResourceKind.Group, random.NextGuid(), ct);

    /// <summary>Runs one cycle. A quarantine ends it early; then <see cref="CycleFigures.Quarantine"/> is set.</summary>
    public async Task RunCycleAsync(Tenant tenant, CycleFigures figures, CancellationToken ct)
    {
        job.BeginCycle(figures);
        try
        {
            await UsersAsync(tenant, new(job, Entra, ct), ct);
            await GroupsAsync(tenant, new(job, Entra, ResourceKind.Group, ct), ct);
        }
        catch (Quarantined quarantined)
        {
            figures.Quarantine = quarantined.Message;
        }
    }

    async Task UsersAsync(Tenant tenant, UserSynchronization users, CancellationToken ct)
    {
        await ForEachAsync($"{job.Figures.Name}: users", [.. tenant.Users.Values.Where(users.IsDue)], users.SynchronizeAsync, ct);
        await ForEachAsync(
            $"{job.Figures.Name}: deleted users",
            Gone(job.Users, tenant.Users.ContainsKey, Phase.Users),
            gone => users.DeleteAsync(gone.Key, gone.Value),
            ct
        );
        await ForEachAsync($"{job.Figures.Name}: managers", [.. tenant.Users.Values.Where(users.IsManagerDue)], users.SendManagerAsync, ct);
    }

    async Task GroupsAsync(Tenant tenant, ResourceSynchronization resources, CancellationToken ct)
    {
        var groups = new GroupSynchronization(job, resources);
        // First the deleted groups: their names may be in use again.
        await ForEachAsync(
            $"{job.Figures.Name}: deleted groups",
            Gone(job.Groups, tenant.Groups.ContainsKey, Phase.Groups),
            gone => resources.DeleteAsync(gone.Key, gone.Value),
            ct
        );
        await ForEachAsync($"{job.Figures.Name}: groups", [.. tenant.Groups.Values.Where(groups.IsDue)], groups.SynchronizeAsync, ct);
        await ForEachAsync(
            $"{job.Figures.Name}: memberships",
            new MembershipSynchronization(job, Entra, resources, random).Plan(tenant),
            send => send(),
            ct
        );
    }

    List<KeyValuePair<string, Link>> Gone(IEnumerable<KeyValuePair<string, Link>> links, Func<string, bool> exists, string phase) =>
        [.. links.Where(link => !exists(link.Key) && !job.Escrow.Holds(link.Key, phase)).OrderBy(link => link.Key, StringComparer.Ordinal)];

    async Task ForEachAsync<T>(string phase, IReadOnlyCollection<T> all, Func<T, Task> each, CancellationToken ct)
    {
        if (all.Count is 0)
            return;
        progress.Begin(phase, all.Count);
        await Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = ct },
            async (one, _) =>
            {
                await each(one);
                progress.Step();
            }
        );
    }
}

using ScimCompliance.Checks;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>How a tenant is provisioned.</summary>
/// <param name="Cycles">Incremental cycles after the initial one.</param>
/// <param name="Parallel">Requests at once.</param>
/// <param name="LongestOutage">How long a server may be away.</param>
/// <param name="Pause">Real time between cycles; on the simulated clock they are 40 minutes apart.</param>
/// <param name="Leavers">How many of a hundred users are disabled at once after the other cycles, and come back in the next one.</param>
/// <param name="Runs">What the server says of the cycles; <c>null</c>: it is not asked.</param>
/// <param name="Guard">What its guard says of those who leave at once; <c>null</c>: it is not asked.</param>
sealed record SimulationOptions(
    int Cycles,
    Dialect Dialect,
    int Parallel,
    TimeSpan LongestOutage,
    TimeSpan Pause,
    bool Keep,
    ExpectedRuns? Runs = null,
    int Leavers = 0,
    ExpectedGuard? Guard = null
);

/// <summary>The result of a simulation.</summary>
/// <param name="Escrow">Objects that still fail at the end.</param>
/// <param name="Left">Resources that could not be deleted.</param>
/// <param name="KeptMatches">What was there before.</param>
/// <param name="Marked">Resources that were deleted at the end or, with <c>--keep</c>, are left there.</param>
sealed record SimulationResult(
    string Url,
    string Mark,
    Dialect Dialect,
    DateTimeOffset Started,
    TimeSpan Elapsed,
    IReadOnlyList<CycleFigures> Cycles,
    IReadOnlyList<Difference> Differences,
    IReadOnlyList<EscrowEntry> Escrow,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Left,
    ResourceCounts KeptMatches,
    ScopeFigures Scope,
    ResourceCounts Marked,
    bool Kept,
    bool Interrupted
)
{
    /// <summary>The server holds what the tenant says, and the job ended well.</summary>
    public bool IsClean => !Interrupted && Differences is [] && Escrow is [] && Left is [] && Cycles is not [.., { Quarantine: not null }];
}

/// <summary>How many users and memberships the initial cycle can send: Entra does not create disabled users.</summary>
sealed record ScopeFigures(int Users, int Disabled, int Memberships, int Sendable)
{
    public static ScopeFigures Of(Tenant tenant) =>
        new(
            tenant.Users.Count,
            tenant.Users.Values.Count(user => user.IsSoftDeleted),
            tenant.Memberships,
            tenant.Groups.Values.Sum(group =>
                group.Members.Count(member => tenant.Users.GetValueOrDefault(member) is not { IsSoftDeleted: true })
            )
        );
}

/// <summary>Provisions a tenant to a server, from Test Connection to the comparison, and deletes what it created.</summary>
/// <param name="changes">Changes the tenant between two cycles.</param>
/// <param name="random">Decides about batches. The changes have random numbers of their own, which must not depend on what failed.</param>
sealed class Simulation(
    ScimClient client,
    Tenant tenant,
    TenantChanges changes,
    Random random,
    SimulationOptions options,
    TimeProvider clock,
    Progress progress
)
{
    /// <summary>Cycles without changes at the end, for objects in escrow.</summary>
    const int SettlingCycles = 3;

    readonly ProvisioningAgent _agent = new(client, new(options.Dialect, tenant.Mark), random, options.Parallel, progress);
    readonly OutageWait _outageWait = new(client, options.LongestOutage, clock);
    readonly List<CycleFigures> _cycles = [];
    readonly List<Difference> _ofServer = [];

    public ProvisioningJob Job => _agent.Job;

    /// <exception cref="CannotRun">It is no SCIM server, it does not accept the token, or its outage took too long.</exception>
    public async Task<SimulationResult> RunAsync(CancellationToken ct)
    {
        var (began, at, scope) = (clock.GetUtcNow(), clock.GetTimestamp(), ScopeFigures.Of(tenant));
        await TestConnectionAsync(ct);
        var (differences, notes, interrupted) = ((IReadOnlyList<Difference>)[], (IReadOnlyList<string>)[], false);
        var (left, unfinished, cleanUp) = ((IReadOnlyList<string>)[], (CannotRun?)null, CleanUp());
        try
        {
            await ProvisionAsync(ct);
            (differences, notes) = await CompareAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            interrupted = true;
        }
        catch (CannotRun away)
        {
            unfinished = away;
        }
        finally
        {
            if (!options.Keep)
                left = await cleanUp.RunAsync();
        }
        if (unfinished is not null)
            throw Simulate.CleanUp.CannotGoOn(unfinished, tenant.Mark, left);
        return new(
            client.BaseUrl,
            tenant.Mark,
            options.Dialect,
            began,
            clock.GetElapsedTime(at),
            _cycles,
            differences,
            [.. Job.Escrow.Entries],
            notes,
            left,
            cleanUp.KeptMatches,
            scope,
            options.Keep ? Linked() : cleanUp.Deleted,
            options.Keep,
            interrupted
        );
    }

    /// <summary>As the portal does: the look-ups of an unknown user and an unknown group must be answered with empty lists.</summary>
    public async Task TestConnectionAsync(CancellationToken ct)
    {
        var capabilities = await Connection.ConnectAsync(client, ct);
        Demand("user", await _agent.ProbeAsync(ct));
        if (capabilities.Offers(Needs.Groups))
            Demand("group", await _agent.ProbeGroupsAsync(ct));

        static void Demand(string kind, Reply reply)
        {
            if (reply is not { Status: 200, Resources: [] } || reply["Resources"] is null && reply.TotalResults is not 0)
                throw new CannotRun(
                    $"Test Connection fails: a search for a {kind} that cannot exist must be answered 200 with an empty list, "
                        + $"and was answered {reply.Summary} with {reply.Resources.Count} resources."
                );
        }
    }

    /// <summary>The cycles so far.</summary>
    public IReadOnlyList<CycleFigures> Cycles => _cycles;

    /// <summary>The initial cycle, the incremental ones, and more until nothing is in escrow.</summary>
    public async Task ProvisionAsync(CancellationToken ct)
    {
        await CycleAsync("initial", ct);
        for (var cycle = 1; cycle <= options.Cycles; cycle++)
        {
            Job.Escrow.Now += Escrow.Cycle;
            // Before the last cycle a month passes, so that deleted users are purged. Not when something is in escrow.
            if (cycle == options.Cycles && Job.Escrow.IsEmpty)
                Job.Escrow.Now += TimeSpan.FromDays(TenantChanges.DaysUntilPurge);
            changes.Apply(Job.Escrow.Now.TotalDays);
            await PauseAsync(ct);
            await CycleAsync($"incremental {cycle}", ct);
        }
        await LoseAsync(ct);
        for (
            var settling = 1;
            settling <= SettlingCycles && (Job.Escrow.AllDue is not null || _cycles[^1].Quarantine is not null);
            settling++
        )
        {
            if (Job.Escrow.AllDue is { } due && due > Job.Escrow.Now)
                Job.Escrow.Now = due;
            if (options.Runs is not null)
                await PauseAsync(ct);
            await CycleAsync($"settling {settling}", ct);
        }
    }

    /// <summary>A mistake in Entra disables many users at once; in the next cycle it is undone.</summary>
    async Task LoseAsync(CancellationToken ct)
    {
        var active = tenant.Users.Values.Where(user => !user.IsSoftDeleted).ToList();
        var leavers = active.Take(active.Count * options.Leavers / 100).ToList();
        if (leavers.Count == 0)
            return;
        var before = options.Guard is { } guard ? await guard.ReadAsync(ActiveUsers(), ct) : null;
        foreach (var (name, enabled) in ((string, bool)[])[("mass leave", false), ("mass return", true)])
        {
            Job.Escrow.Now += Escrow.Cycle;
            foreach (var user in leavers)
                tenant.Add(tenant.Users[user.ObjectId] with { AccountEnabled = enabled });
            await PauseAsync(ct);
            await CycleAsync(name, ct);
            if (options.Guard is { } judge)
                _ofServer.AddRange(
                    enabled
                        ? await judge.AfterReturnAsync(name, before!, ct)
                        : await judge.AfterLeavingAsync(name, before!, _cycles[^1].CountOf(ResourceKind.User, Fate.Disabled), ct)
                );
        }
    }

    int ActiveUsers() =>
        Job.Users.Values.Count(user => user.IsLinked && user.Sent.GetValueOrDefault(AttributeMapping.Active) is not "False");

    Task PauseAsync(CancellationToken ct) => options.Pause > TimeSpan.Zero ? Task.Delay(options.Pause, clock, ct) : Task.CompletedTask;

    public async Task<(IReadOnlyList<Difference> Differences, IReadOnlyList<string> Notes)> CompareAsync(CancellationToken ct)
    {
        var comparison = new ServerComparison(tenant, Job, path => _outageWait.SendAsync("GET", path, ct), options.Parallel, progress);
        return ([.. _ofServer, .. await comparison.CompareAsync(ct)], [.. comparison.Notes]);
    }

    public Task<IReadOnlyList<string>> CleanUpAsync() => CleanUp().RunAsync();

    CleanUp CleanUp() => new(Job, _outageWait, options.Parallel, progress);

    ResourceCounts Linked() => new(Job.Users.Values.Count(link => link.IsLinked), Job.Groups.Values.Count(link => link.IsLinked));

    async Task CycleAsync(string name, CancellationToken ct)
    {
        await _outageWait.WaitAsync(ct);
        var (figures, at) = (new CycleFigures(name), clock.GetTimestamp());
        _cycles.Add(figures);
        try
        {
            // A job in quarantine runs once a day and begins with a probe.
            if (_cycles is [.., { Quarantine: { } reason }, _])
            {
                Job.Escrow.Now += TimeSpan.FromDays(1);
                Job.BeginCycle(figures);
                if (await _agent.ProbeAsync(ct) is not { Status: 200 })
                    figures.Quarantine = reason;
            }
            if (figures.Quarantine is null)
                await _agent.RunCycleAsync(tenant, figures, ct);
        }
        finally
        {
            figures.Elapsed = clock.GetElapsedTime(at); // also of one that is interrupted
        }
        if (options.Runs is { } runs && figures[Count.Requests] > 0)
            _ofServer.AddRange(await runs.CompareAsync(figures, Job, ct));
    }
}

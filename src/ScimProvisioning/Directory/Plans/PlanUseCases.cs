using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Plans;

/// <summary>Plans: what new rules would do is computed and kept, and then exactly that is done.</summary>
sealed class PlanUseCases(
    ScimDbContext db,
    AdminTransaction transaction,
    RuleStore rules,
    PreviewUseCases previews,
    PreviewRun run,
    ConnectionStateUseCases states
)
{
    /// <summary>With more users, a plan is computed in the background.</summary>
    const int MostAtOnce = 10_000;

    public static readonly TimeSpan Life = TimeSpan.FromHours(1);

    static readonly TimeSpan ShownAfterwards = TimeSpan.FromDays(1);

    /// <returns>The plan, in the state <c>computing</c> when that takes longer.</returns>
    /// <exception cref="ProblemException">400; 404.</exception>
    public async Task<PlanResponse> CreateAsync(Guid connection, PlanRequest request, CancellationToken ct)
    {
        var row = await db.ReadConnectionAsync(connection, ct);
        var bound = await previews.BindAsync(connection, request.ToChange(), ct);
        var users = await CountAsync(connection, ct);
        var effect = users > MostAtOnce ? null : await run.RunAsync(connection, bound, ct);
        var plan = new PlanRow(
            connection,
            Guid.CreateVersion7(transaction.Now),
            PlanResponse.Text(request),
            effect is null ? PlanRow.Computing : PlanRow.Ready,
            effect is null ? null : PlanResponse.Text(effect),
            transaction.Now,
            transaction.Now + Life
        );
        await db.RunAsync(
            ct,
            RawStatements.Confine(connection),
            PlanRow.DeleteOld(connection, transaction.Now - ShownAfterwards),
            plan.Insert(row.OrganizationId)
        );
        return PlanResponse.Of(plan, transaction.Now);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<PlanResponse> GetAsync(Guid connection, Guid id, CancellationToken ct) =>
        PlanResponse.Of(await ReadAsync(connection, id, ct), transaction.Now);

    /// <summary>The rules that a plan would set.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<PlanRequest> GetRequestAsync(Guid connection, Guid id, CancellationToken ct) =>
        PlanResponse.RequestOf(await ReadAsync(connection, id, ct));

    /// <summary>Computes the plan again and does it, if it would still do what it says.</summary>
    /// <exception cref="ProblemException">404; 409.</exception>
    public async Task<PlanResponse> ApplyAsync(Guid connection, Guid id, CancellationToken ct)
    {
        var plan = await ReadAsync(connection, id, ct);
        var shown = PlanResponse.Of(plan, transaction.Now);
        if (shown.Counts is not { } promised || shown.State != PlanRow.Ready)
            throw ProblemException.Conflict($"plan_{(shown.State is PlanRow.Computing ? "not_ready" : shown.State)}", Refusal(shown.State));
        var request = PlanResponse.RequestOf(plan);
        // Before anything is locked: it may take long, and a transaction that holds a lock keeps the projection of all connections waiting.
        var bound = await previews.BindAsync(connection, request.ToChange(), ct);
        var effect = await run.RunAsync(connection, bound, ct);
        if (PlanDrift.Between(promised, effect.Counts) is { } drift)
            throw ProblemException.Conflict("plan_outdated", $"{drift} Make a new plan.");

        var locked = await rules.LockAsync(connection, ct);
        var again = await rules.CheckAsync(
            connection,
            request.ToChange().Over(locked.Stored),
            locked.Types,
            request.ToChange(),
            e => e.FullName,
            ct
        );
        if (!SameJson.Are(bound.Rules, again.Rules))
            throw ProblemException.Conflict("plan_outdated", "The rules of the connection have changed meanwhile. Make a new plan.");
        await rules.SaveAsync(locked, again, ct);
        if (request.Enable is true)
            await states.ChangeAsync(connection, ConnectionAction.Enable, new(null), ct);
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            plan.Enter(PlanRow.Ready, PlanRow.Applied, PlanResponse.Text(effect), plan.ExpiresAt)
        );
        var applied = await PlanRow.ReadAsync(rows, ct) ?? throw ProblemException.Conflict("plan_applied", Refusal(PlanRow.Applied));
        return PlanResponse.Of(applied, transaction.Now);
    }

    async Task<PlanRow> ReadAsync(Guid connection, Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), PlanRow.Read(connection, id));
        return await PlanRow.ReadAsync(rows, ct) ?? throw ProblemException.NotFound($"The connection has no plan {id}.");
    }

    async Task<long> CountAsync(Guid connection, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            ReceivedUsers.CountUpTo(connection, MostAtOnce + 1)
        );
        await rows.ReadAsync(ct);
        return rows.GetInt64(0);
    }

    static string Refusal(string state) =>
        state switch
        {
            PlanRow.Computing => "The plan is still being computed: read it until its state is ready.",
            PlanRow.Applied => "The plan was applied already.",
            PlanRow.Failed => "The plan could not be computed. Make a new one.",
            _ => "The plan was kept for an hour and has run out. Make a new one.",
        };
}

using ScimProvisioning.Api;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Standing;

/// <summary>Shows and sets the guard of a connection, and lets those go whom it holds.</summary>
sealed class GuardUseCases(ScimDbContext db, AdminTransaction transaction)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<GuardResponse> GetAsync(Guid connection, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        return await ShowAsync(connection, await ReadAsync(connection, ct), ct);
    }

    /// <summary>Those of these people whom the guard keeps from leaving.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<IReadOnlySet<Guid>> HeldAmongAsync(Guid connection, Guid[] people, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), GuardHolds.Of(connection, people, []));
        return (await GuardHolds.ReadAsync(rows, ct)).Where(hold => hold.ApprovedBy is null).Select(hold => hold.Person).ToHashSet();
    }

    /// <summary>Nobody is let go by it who is held already.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<GuardResponse> ReplaceAsync(Guid connection, GuardRequest request, CancellationToken ct)
    {
        var row = await db.LockConnectionAsync(connection, ct);
        var stored = await ReadAsync(connection, ct);
        var next = request.Over(stored);
        await db.RunAsync(ct, next.Save(connection, row.OrganizationId));
        if (next != stored)
            await transaction.RecordAsync(ChangeType.GuardUpdated, row, "Guard", connection, Setting(stored), Setting(next), ct);
        return await ShowAsync(connection, next, ct);
    }

    /// <summary>
    /// Lets everybody go who is held now. Who leaves afterwards is counted anew. It begins and commits its own transactions: when it breaks
    /// off, the others are held as before, and another approval lets them go.
    /// </summary>
    /// <exception cref="ProblemException">404; 403 for a key that may only read.</exception>
    public async Task<GuardApprovalResponse> ApproveAsync(Guid connection, AdminCaller caller, CancellationToken ct)
    {
        Task<T> ChangeAsync<T>(Func<Task<T>> change, CancellationToken until) => transaction.ChangeAsync(caller, change, until);

        var (held, last) = await ChangeAsync(() => BeginApprovalAsync(connection, ct), ct);
        // Once begun it goes on, even if whoever has asked for it hangs up.
        for (var left = held; left > GuardHolds.AtOnce; left -= GuardHolds.AtOnce)
            await ChangeAsync(() => ApprovePartAsync(connection, last!.Value, CancellationToken.None), CancellationToken.None);
        return new(held);
    }

    /// <summary>With the first part.</summary>
    /// <returns>How many are held, and since when the last of them is.</returns>
    async Task<(long Held, DateTimeOffset? Last)> BeginApprovalAsync(Guid connection, CancellationToken ct)
    {
        var row = await db.LockConnectionAsync(connection, ct);
        long held;
        DateTimeOffset last;
        await using (var rows = await db.ReadAsync(ct, [.. PersonWrites.Begin(connection), GuardHolds.Count(connection)]))
        {
            await rows.NextResultAsync(ct);
            await rows.ReadAsync(ct);
            held = rows.GetInt64(0);
            if (held == 0)
                return (0, null);
            last = rows.GetFieldValue<DateTimeOffset>(2);
        }
        // What has left before is forgotten.
        await db.RunAsync(ct, GuardDepartures.Forget(connection));
        await ApprovePartAsync(connection, last, ct);
        await transaction.RecordAsync(ChangeType.GuardApproved, row, "Guard", connection, null, new { approved = held }, ct);
        return (held, last);
    }

    async Task<bool> ApprovePartAsync(Guid connection, DateTimeOffset until, CancellationToken ct)
    {
        ProjectionRow projection;
        await using (var rows = await db.ReadAsync(ct, PersonWrites.Begin(connection)))
            projection = (await ProjectionRow.ReadAsync(rows, ct))!;
        // The row of the projection is saved as it is: a batch whose snapshot is older then begins anew, and sees the approval.
        await db.RunAsync(
            ct,
            GuardHolds.Approve(connection, projection.Connection.OrganizationId, until, transaction.RequestId),
            GuardRow.Calm(connection),
            projection.Save()
        );
        transaction.Logged(connection);
        return true;
    }

    async Task<GuardRow> ReadAsync(Guid connection, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), GuardRow.Read(connection));
        return await GuardRow.ReadAsync(rows, ct);
    }

    async Task<GuardResponse> ShowAsync(Guid connection, GuardRow guard, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            GuardHolds.Count(connection),
            GuardDepartures.Count(connection, guard.WindowStart(transaction.Now)),
            GuardDepartures.Active(connection, int.MaxValue)
        );
        await rows.ReadAsync(ct);
        var (held, since) = (rows.GetInt64(0), rows.IsDBNull(1) ? (DateTimeOffset?)null : rows.GetFieldValue<DateTimeOffset>(1));
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var (left, heldInWindow) = (rows.GetInt64(0), rows.GetInt64(1));
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        return new(
            guard.Enabled,
            guard.Share,
            guard.Count,
            guard.WindowMinutes,
            held > 0 ? "holding"
                : guard.Enabled ? "watching"
                : "off",
            held,
            since,
            left,
            heldInWindow,
            rows.GetInt64(0)
        );
    }

    static object Setting(GuardRow guard) =>
        new
        {
            guard.Enabled,
            guard.Share,
            guard.Count,
            guard.WindowMinutes,
        };
}

using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Imports;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Directory.Reconciliations;

/// <summary>Compares what the application has with what it was told, and shows what was found. It changes nothing.</summary>
sealed class ReconciliationUseCases(
    ScimDbContext db,
    AdminTransaction transaction,
    NpgsqlDataSource database,
    ConnectionTypes types,
    Retention retention,
    TimeProvider clock
)
{
    /// <summary>Of these a list needs one column.</summary>
    static readonly string[] Keys = ["uid", "appUserId"];

    /// <summary>Reads the list and compares. It begins and commits its own transactions.</summary>
    /// <param name="format"><c>null</c>: there is no list. In a list without rows, everybody is missing.</param>
    /// <exception cref="ProblemException">404; 403 for a key that may only read; 409 while another one of the connection runs.</exception>
    public async Task<ReconciliationResponse> RunAsync(
        Guid connectionId,
        ImportFormat? format,
        Stream list,
        AdminCaller caller,
        CancellationToken ct
    )
    {
        var row = await transaction.ChangeAsync(caller, () => BeginAsync(connectionId, ct), ct);
        var run = new ReconciliationRun(database, types, retention, clock, row);
        try
        {
            await run.PrepareAsync(ct);
            if (format is { } known)
                await foreach (var rows in FileRows.InBatchesAsync(known, list, Keys, ct))
                    await run.AddAsync(rows, ct);
            // Compared with a list of which nothing could be read, everybody would be missing.
            if (run.Row.RowsRead > 0 && run.Row.Failed == run.Row.RowsRead)
                await run.BreakOffAsync();
            else
                await run.CompareAsync(hasList: format is not null, ct);
        }
        catch (UnreadableFileException e)
        {
            run.Fail(e.Line, [(null, e.Message)]);
            await run.BreakOffAsync();
        }
        catch (Exception)
        {
            // Also when the sender hangs up: the row tells of it.
            await run.BreakOffAsync();
            throw;
        }
        return ReconciliationResponse.Of(run.Row);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<ReconciliationResponse>> ListAsync(Guid connectionId, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connectionId),
            ReconciliationRow.Page(connectionId, page.After, page.Take)
        );
        return page.Of(await ReconciliationRow.ReadAsync(rows, ct), ReconciliationResponse.Of, row => row.Id);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<ReconciliationResponse> GetAsync(Guid connectionId, Guid id, CancellationToken ct) =>
        ReconciliationResponse.Of(await db.ReadReconciliationAsync(connectionId, id, ct));

    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<DifferenceResponse>> ListDifferencesAsync(
        Guid connectionId,
        Guid id,
        DifferenceQuery query,
        CancellationToken ct
    )
    {
        // What was found until then, while it runs or after it was broken off, is not all.
        if ((await db.ReadReconciliationAsync(connectionId, id, ct)).State != ReconciliationRow.Completed)
            return new([], null);
        await using var rows = await db.ReadAsync(ct, Differences.Page(connectionId, id, query.Only, query.After ?? 0, query.Most + 1));
        var found = await Differences.ReadAsync(rows, ct);
        var shown = found.Take(query.Most).ToList();
        return new(
            [.. shown.Select(DifferenceResponse.Of)],
            found.Count > shown.Count ? shown[^1].Number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null
        );
    }

    async Task<ReconciliationRow> BeginAsync(Guid connectionId, CancellationToken ct)
    {
        // Locked, so that of two that begin at the same time one sees the other.
        var connection = await db.LockConnectionAsync(connectionId, ct);
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connectionId), ReconciliationRow.IsRunning(connectionId)))
            if (await rows.ReadAsync(ct))
                throw ProblemException.Conflict(
                    "reconciliation_running",
                    "A reconciliation of this connection runs already: follow that one, and try again when it has ended. One whose server "
                        + "was stopped counts as ended after 15 minutes."
                );
        var row = ReconciliationRow.New(
            connectionId,
            Guid.CreateVersion7(transaction.Now),
            connection.OrganizationId,
            transaction.RequestId,
            transaction.Now
        );
        await db.RunAsync(ct, RawStatements.Confine(connectionId), row.Create());
        transaction.Record(
            AuditAction.ReconciliationStarted,
            "Reconciliation",
            row.Id,
            row.Organization,
            null,
            new { connectionId, id = row.Id },
            connectionId
        );
        return row;
    }
}

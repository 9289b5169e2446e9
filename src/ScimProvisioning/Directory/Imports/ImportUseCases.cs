using Npgsql;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Imports;

/// <summary>Makes the application's own users people of a connection, so that the identity provider's users find them.</summary>
sealed class ImportUseCases(
    ScimDbContext db,
    AdminTransaction transaction,
    NpgsqlDataSource database,
    ConnectionTypes types,
    TimeProvider clock
)
{
    /// <summary>A row without it cannot be imported.</summary>
    static readonly string[] Keys = ["uid"];

    /// <summary>Imports the file, however long it is. It begins and commits its own transactions.</summary>
    /// <param name="file">With all or nothing it is read twice, so it must be able to go back.</param>
    /// <param name="allOrNothing">Import nothing unless every row can be read.</param>
    /// <exception cref="ProblemException">404; 403 for a key that may only read.</exception>
    public async Task<ImportResponse> RunAsync(
        Guid connectionId,
        ImportFormat format,
        Stream file,
        bool allOrNothing,
        AdminCaller caller,
        CancellationToken ct
    )
    {
        var (row, catalogue) = await transaction.ChangeAsync(caller, () => BeginAsync(connectionId, ct), ct);
        var run = new ImportRun(database, types, clock, connectionId, row, caller.RequestId);
        try
        {
            if (allOrNothing)
            {
                await foreach (var rows in FileRows.InBatchesAsync(format, file, Keys, ct))
                    run.Check(rows, catalogue);
                if (run.Progress.Failed > 0)
                {
                    await run.EndAsync(ImportRow.Broken, ct);
                    return ImportResponse.Of(run.Progress);
                }
                file.Position = 0;
                run = new(database, types, clock, connectionId, row, caller.RequestId);
            }
            await foreach (var rows in FileRows.InBatchesAsync(format, file, Keys, ct))
                await run.WriteAsync(rows, ct);
            await run.EndAsync(ImportRow.Completed, ct);
        }
        catch (UnreadableFileException e)
        {
            run.Fail(e.Line, [(null, e.Message)]);
            await run.EndAsync(ImportRow.Broken, ct);
        }
        catch (Exception)
        {
            // Also when the sender hangs up: what was committed so far stays, and the row tells of it.
            await run.EndAsync(ImportRow.Broken, CancellationToken.None);
            throw;
        }
        return ImportResponse.Of(run.Progress);
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<ImportResponse> GetAsync(Guid connectionId, Guid id, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connectionId), ImportRow.ById(connectionId, id));
        return await ImportRow.ReadAsync(rows, ct) is [var only]
            ? ImportResponse.Of(only)
            : throw ProblemException.NotFound($"The connection has no import {id}.");
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<ImportResponse>> ListAsync(Guid connectionId, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connectionId, ct);
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connectionId),
            ImportRow.Page(connectionId, page.Start, page.Take)
        );
        return page.Of(await ImportRow.ReadAsync(rows, ct), ImportResponse.Of, row => row.Id);
    }

    async Task<(ImportRow Row, Catalogue Catalogue)> BeginAsync(Guid connectionId, CancellationToken ct)
    {
        var connection = await db.ReadConnectionAsync(connectionId, ct);
        var row = ImportRow.New(Guid.CreateVersion7(transaction.Now), transaction.Now);
        Catalogue catalogue;
        await using (
            var rows = await db.ReadAsync(
                ct,
                RawStatements.Confine(connectionId),
                row.Create(connectionId, connection.OrganizationId),
                StoredRules.Read(connectionId)
            )
        )
            catalogue = (await StoredRules.ReadAsync(rows, ct)).Catalogue;
        transaction.Record(
            AuditAction.ImportStarted,
            "Import",
            row.Id,
            connection.OrganizationId,
            null,
            new { connectionId, id = row.Id },
            connectionId
        );
        return (row, catalogue);
    }
}

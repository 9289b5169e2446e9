using Npgsql;
using Scim.Directory;
using ScimProvisioning.Directory.Imports;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Directory.Reconciliations;

/// <summary>
/// One reconciliation: stores the list of the application, a batch in each transaction, so that it needs little memory however long it is;
/// then compares it as a whole.
/// </summary>
sealed class ReconciliationRun(
    NpgsqlDataSource database,
    ConnectionTypes types,
    Retention retention,
    TimeProvider clock,
    ReconciliationRow begun
)
{
    const int MostErrors = 100;

    /// <summary>The clocks of servers and database may differ by as much.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromSeconds(90);

    /// <summary>What one step of a comparison of very many may take.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    Rules _rules = null!;
    bool _isUnlocked;

    /// <summary>How far it is.</summary>
    public ReconciliationRow Row { get; private set; } = begun;

    Guid Connection => Row.Connection;

    /// <summary>Reads by which rules people are compared.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, Connection, ct);
        await using var rows = await session.CommitAsync(
            ct,
            ProjectionRow.Create(Connection),
            ProjectionRow.Read(Connection),
            StoredRules.Read(Connection)
        );
        var projection = (await ProjectionRow.ReadAsync(rows, ct))!;
        await rows.NextResultAsync(ct);
        _rules = (await StoredRules.ReadAsync(rows, ct)).CompileStored(types.Of(projection.Connection.Documents));
        _isUnlocked = !projection.Releases && ShownPerson.IsUnlocked(projection.Connection.State);
        while (await rows.NextResultAsync(ct)) { }
    }

    /// <summary>Stores a part of the list.</summary>
    public async Task AddAsync(IReadOnlyList<FileRow> file, CancellationToken ct)
    {
        var list = new List<ListRow>();
        foreach (var row in file)
        {
            Row = Row with { RowsRead = Row.RowsRead + 1 };
            IReadOnlyList<FieldError> errors = [];
            if (row.Json is not null && ListedPerson.Read(row.Json, _rules.Catalogue, mayLackUid: true, out errors) is { } person)
                list.Add(new(row.Line, person.Uid is { } uid ? _rules.KeyOf(uid) : null, person));
            else if (row.Json is null)
                Fail(row.Line, [(null, row.Error!)]);
            else
                Fail(row.Line, errors.Select(error => ((string?)error.FullName, error.Message)));
        }
        await using var session = await TenantSession.OpenAsync(database, Connection, ct);
        await session.CommitAllAsync(ct, [.. list.Count == 0 ? [] : new[] { ListRows.Insert(Row, list) }, Row.Save()]);
    }

    /// <summary>Notes what is wrong with a row.</summary>
    public void Fail(long line, IEnumerable<(string? Field, string Message)> errors) =>
        Row = Row with
        {
            Failed = Row.Failed + 1,
            Errors = [.. Row.Errors.Concat(errors.Select(e => new ImportError(line, e.Field, e.Message))).Take(MostErrors)],
        };

    /// <summary>
    /// Compares everything, and forgets the list. Each step is a transaction of its own: nothing that is written anywhere is
    /// told while an older transaction writes. So somebody who changes in between may be found by two classes or by none.
    /// </summary>
    public async Task CompareAsync(bool hasList, CancellationToken ct)
    {
        Row = Row with { HasList = hasList };
        foreach (var statement in hasList ? ListRows.Find(Row) : [])
            await RunAsync(statement, ct);
        var run = await ReadRunAsync(hasList, ct);
        var comparison = new Comparison(Row, _isUnlocked, run, Slack);
        foreach (var statement in comparison.Statements())
            await RunAsync(statement, ct);
        await using var session = await TenantSession.OpenAsync(database, Connection, ct);
        session.CommandTimeout = Longest;
        await using (var rows = await session.ReadAsync(ct, Comparison.Prepare(), comparison.Count()))
            Row = Row with { Counts = await comparison.ReadCountsAsync(rows, ct), FullRunId = run?.Id };
        Row = Row with { State = ReconciliationRow.Completed, FinishedAt = clock.GetStoredNow() };
        await session.CommitAllAsync(ct, ListRows.Delete(Row), Row.Save());
    }

    /// <summary>Notes that it has ended without a comparison.</summary>
    public async Task BreakOffAsync()
    {
        Row = Row with { State = ReconciliationRow.Broken, FinishedAt = clock.GetStoredNow(), Counts = null };
        await using var session = await TenantSession.OpenAsync(database, Connection, CancellationToken.None);
        await session.CommitAllAsync(CancellationToken.None, ListRows.Delete(Row), Row.Save());
    }

    async Task<ReconciledRun?> ReadRunAsync(bool hasList, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, Connection, ct);
        session.CommandTimeout = Longest;
        if (hasList)
            await FailRepeatedAsync(session, ct);
        return await LastFullRunAsync(session, ct);
    }

    /// <summary>Runs one statement in a transaction of its own, and notes that this server still lives.</summary>
    async Task RunAsync(NpgsqlBatchCommand statement, CancellationToken ct)
    {
        await using var session = await TenantSession.OpenAsync(database, Connection, ct);
        session.CommandTimeout = Longest;
        await session.CommitAllAsync(ct, Comparison.Prepare(), statement, Row.Save());
    }

    /// <returns><c>null</c>: there is none of which all requests are still in the log.</returns>
    async Task<ReconciledRun?> LastFullRunAsync(TenantSession session, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(ct, RunRow.LastFull(Connection));
        if (await RunRow.ReadAsync(rows, ct) is not [var run])
            return null;
        return Retention.Before(clock.GetUtcNow(), retention.RequestDays) is { } kept && run.StartedAt < kept
            ? null
            : new(run.Id, run.StartedAt, run.NotLogged);
    }

    async Task FailRepeatedAsync(TenantSession session, CancellationToken ct)
    {
        var others = 0L;
        await using var rows = await session.ReadAsync(ct, ListRows.Repeated(Row, MostErrors));
        while (await rows.ReadAsync(ct))
        {
            others = Math.Max(0, rows.GetInt64(2) - MostErrors);
            Fail(
                rows.GetInt64(0),
                [(null, $"This row is about the same person as line {rows.GetInt64(1)}: the app has the person twice. Merge the two.")]
            );
        }
        Row = Row with { Failed = Row.Failed + others };
    }
}

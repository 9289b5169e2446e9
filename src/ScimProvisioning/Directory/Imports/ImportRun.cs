using System.Diagnostics;
using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Imports;

/// <summary>
/// Writes the rows of one import, a batch in each transaction, together with its progress. Rows find their people by the uid, so that a
/// file that is sent again changes nothing twice.
/// </summary>
sealed class ImportRun(
    NpgsqlDataSource database,
    ConnectionTypes types,
    TimeProvider clock,
    Guid connection,
    ImportRow row,
    string requestId
)
{
    const int MostErrors = 100;

    static readonly ActivitySource Spans = new("ScimProvisioning.Imports");

    /// <summary>What was done so far.</summary>
    public ImportRow Progress { get; private set; } = row;

    /// <summary>Notes what is wrong with a row.</summary>
    public void Fail(long line, IEnumerable<(string? Field, string Message)> errors) =>
        Progress = Progress with
        {
            Failed = Progress.Failed + 1,
            Errors = [.. Progress.Errors.Concat(errors.Select(e => new ImportError(line, e.Field, e.Message))).Take(MostErrors)],
        };

    /// <summary>Only reads the rows, so that what is wrong with them is known before anything is written.</summary>
    public void Check(IEnumerable<FileRow> rows, Catalogue catalogue)
    {
        foreach (var file in rows)
            Read(file, catalogue);
    }

    /// <summary>Writes a batch of rows.</summary>
    public async Task WriteAsync(IReadOnlyList<FileRow> rows, CancellationToken ct)
    {
        using var span = Spans.StartActivity("import batch")?.SetTag("scim.connection.id", connection.ToString());
        span?.SetTag("import.rows", rows.Count);
        var (now, before) = (clock.GetStoredNow(), Progress);
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        var (projection, rules) = await LockAsync(session, ct);
        List<ImportedPerson> people = [.. rows.Select(file => Read(file, rules.Catalogue)).OfType<ImportedPerson>()];
        var known = await KnownAsync(session, [.. people.Select(person => rules.KeyOf(person.Uid)).Distinct()], projection.Releases, ct);
        var writes = new PersonWrites(projection, rules.Catalogue, new(EventCause.App, requestId), now);
        foreach (var person in people)
        {
            var key = rules.KeyOf(person.Uid);
            var (previous, groups) = known.TryGetValue(key, out var found) ? found : (null, []);
            // Who was merged stays so.
            if (previous is not null && PersonMerge.IsMerged(previous))
                continue;
            var outcome = person.ApplyTo(previous, rules, Guid.CreateVersion7(now), now);
            known[key] = (writes.Write(previous, outcome, groups), groups);
            if (outcome is Outcome.Released)
                Progress = previous is null
                    ? Progress with
                    {
                        Created = Progress.Created + 1,
                    }
                    : Progress with
                    {
                        Updated = Progress.Updated + 1,
                    };
        }
        try
        {
            await session.CommitAllAsync(ct, [Progress.Save(connection), .. writes.Statements()]);
        }
        catch (Exception)
        {
            // Nothing of this batch was written.
            Progress = before;
            throw;
        }
    }

    /// <summary>Notes that the import has ended.</summary>
    public async Task EndAsync(string state, CancellationToken ct)
    {
        Progress = Progress with { State = state, FinishedAt = clock.GetStoredNow() };
        await using var session = await TenantSession.OpenAsync(database, connection, ct);
        await session.CommitAllAsync(ct, Progress.Save(connection));
    }

    ImportedPerson? Read(FileRow file, Catalogue catalogue)
    {
        Progress = Progress with { RowsRead = Progress.RowsRead + 1 };
        if (file.Json is null)
        {
            Fail(file.Line, [(null, file.Error!)]);
            return null;
        }
        var person = ImportedPerson.Read(file.Json, catalogue, out var errors);
        if (person is null)
            Fail(file.Line, errors.Select(error => ((string?)error.FullName, error.Message)));
        return person;
    }

    async Task<(ProjectionRow Row, Rules Rules)> LockAsync(TenantSession session, CancellationToken ct)
    {
        await using var rows = await session.ReadAsync(ct, [.. PersonWrites.Begin(connection), StoredRules.Read(connection)]);
        var projection = (await ProjectionRow.ReadAsync(rows, ct))!;
        await rows.NextResultAsync(ct);
        var stored = await StoredRules.ReadAsync(rows, ct);
        return (projection, stored.CompileStored(types.Of(projection.Connection.Documents)));
    }

    /// <summary>By uid: who has a live user, else the oldest of the others; who was merged into somebody else comes last.</summary>
    async Task<Dictionary<string, (Person? Person, IReadOnlyList<PersonGroup> Groups)>> KnownAsync(
        TenantSession session,
        string[] uids,
        bool releases,
        CancellationToken ct
    )
    {
        var known = new Dictionary<string, (Person?, IReadOnlyList<PersonGroup>)>(StringComparer.Ordinal);
        await using var rows = await session.ReadAsync(ct, ShownPeople.WithUid(connection, uids));
        foreach (var shown in await ShownPeople.ReadAsync(rows, ct))
            if (
                shown.Person.IsLinked
                || !known.TryGetValue(shown.Person.UidKey!, out var other)
                || (PersonMerge.IsMerged(other.Item1!) && !PersonMerge.IsMerged(shown.Person))
            )
                known[shown.Person.UidKey!] = (shown.Editable(releases), shown.Groups);
        return known;
    }
}

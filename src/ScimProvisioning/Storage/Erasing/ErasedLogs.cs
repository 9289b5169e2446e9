using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>
/// Erases people from the logs, before <see cref="Erasure"/> erases them, and a last time afterwards. In transactions of its own that each
/// go through some rows, so that neither the projection nor a request waits for it. When the server stops in between, another purge of the
/// same people does the rest: what they are known by is still there.
/// </summary>
sealed class ErasedLogs(IDbContextFactory<ScimDbContext> contexts)
{
    /// <summary>Rows in a transaction.</summary>
    const int Page = 10_000;

    /// <summary>Servers store their logs of requests beside them. What somebody was deleted by a moment ago is to be erased, too.</summary>
    // Real time, as the logs are stored.
    static readonly TimeSpan UntilLogged = TimeSpan.FromSeconds(1);

    /// <summary>Answers come late, and clocks differ.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <param name="reach">Of whoever erases them.</param>
    /// <returns>By table, how many rows were deleted or emptied; without those of which none was.</returns>
    public async Task<Dictionary<string, int>> EraseAsync(
        Reach reach,
        Guid connection,
        Guid organization,
        IReadOnlyList<ErasedObject> objects,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        // Somebody may be in very many rows of a small table.
        db.Database.SetCommandTimeout(0);
        ErasedIds ids;
        PersonalTexts texts;
        Guid[] events;
        await using (await db.BeginAsync(reach, ct))
        {
            ids = await ErasedIds.ReadAsync(db, connection, organization, objects, ct);
            texts = await PersonalTexts.ReadAsync(db, ids, ct);
            events = await EventsAsync(db, ids, ct);
        }
        await Task.Delay(UntilLogged, ct);
        var counts = new Dictionary<string, int>();
        await RepeatAsync("requests", () => LogRows.OfResources(ids, Page));
        await RepeatAsync("requests", () => LogRows.OfNames(ids, texts, Page));
        await PageAsync("requests", reach, after => LogRows.OfTexts(ids, texts, after, Page));
        // Attempts belong to endpoints, and those of the operator are in nobody else's reach.
        await PageAsync("webhook_attempts", Reach.Everything, after => LogRows.OfAttempts(ids, events, texts, after, Page));
        await RunAsync("webhook_deliveries", Reach.Everything, LogRows.OfDeliveries(ids, events));
        foreach (var (table, statement) in LogRows.OfOthers(ids, texts))
            await RunAsync(table, reach, statement);
        return counts;

        async Task RepeatAsync(string table, Func<NpgsqlBatchCommand> statement)
        {
            while (await RunAsync(table, reach, statement()) == Page) { }
        }

        async Task<int> RunAsync(string table, Reach within, NpgsqlBatchCommand statement)
        {
            await using var transaction = await db.BeginAsync(within, ct);
            await db.RunAsync(ct, RawStatements.Confine(connection), statement);
            await transaction.CommitAsync(ct);
            Count(table, (int)statement.RecordsAffected);
            return (int)statement.RecordsAffected;
        }

        async Task PageAsync(string table, Reach within, Func<(string, Guid)?, NpgsqlBatchCommand> page)
        {
            (string, Guid)? after = null;
            for (var read = (long)Page; read == Page; )
            {
                await using var transaction = await db.BeginAsync(within, ct);
                await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), page(after)))
                    if (await rows.ReadAsync(ct))
                    {
                        Count(table, (int)rows.GetInt64(0));
                        (read, after) = (rows.GetInt64(1), (rows.GetString(2), rows.GetGuid(3)));
                    }
                    else
                        read = 0;
                await transaction.CommitAsync(ct);
            }
        }

        void Count(string table, int rows)
        {
            if (rows > 0)
                counts[table] = counts.GetValueOrDefault(table) + rows;
        }
    }

    /// <summary>
    /// Comes last: erases the answers, to webhooks and of the admin API, that were stored while the people were erased. Of a delivery that
    /// is under way still, the answer is not stored, because its event tells of nobody any more.
    /// </summary>
    /// <param name="begun">Before the logs were gone through.</param>
    public async Task FinishAsync(Guid connection, IEnumerable<ErasedObject> objects, DateTimeOffset begun, CancellationToken ct)
    {
        Guid[] people = [.. objects.Select(one => one.Person).OfType<Guid>()];
        if (people.Length == 0)
            return;
        // Whoever stores an answer at this moment may see the events as they were.
        await Task.Delay(UntilLogged, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        await db.RunAsync(
            ct,
            RawStatements.Confine(connection),
            LogRows.OfLateAttempts(connection, people, begun - Slack),
            ErasedRows.AnswersOf(connection)
        );
        await transaction.CommitAsync(ct);
    }

    static async Task<Guid[]> EventsAsync(ScimDbContext db, ErasedIds ids, CancellationToken ct)
    {
        var events = new List<Guid>();
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(ids.Connection), LogRows.EventsOf(ids));
        while (await rows.ReadAsync(ct))
            events.Add(rows.GetGuid(0));
        return [.. events];
    }
}

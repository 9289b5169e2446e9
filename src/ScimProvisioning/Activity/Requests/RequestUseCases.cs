using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Activity.Requests;

/// <summary>Lists the SCIM requests of a connection.</summary>
sealed class RequestUseCases(ScimDbContext db, AdminTransaction transaction, Retention retention)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<RequestResponse>> ListAsync(Guid connection, RequestQuery query, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        return await ListAsync(connection, query.Filter(transaction.Now), page, ct);
    }

    /// <summary>The requests of one run.</summary>
    /// <param name="outcomes">Any of these; none: all.</param>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<RequestResponse>> ListOfRunAsync(
        Guid connection,
        Guid id,
        IReadOnlyList<RequestOutcome> outcomes,
        PageRequest page,
        CancellationToken ct
    )
    {
        var run = await db.ReadRunAsync(connection, id, ct);
        var filter = new RequestFilter(run.StartedAt, run.LastAt.AddMilliseconds(1), outcomes, OnlyLoggedIn: true);
        return await ListAsync(connection, filter, page, ct);
    }

    async Task<Page<RequestResponse>> ListAsync(Guid connection, RequestFilter filter, PageRequest page, CancellationToken ct)
    {
        // Months that were dropped are not looked for.
        if (Retention.Before(transaction.Now, retention.RequestDays)?.AddMonths(-1) is { } kept && filter.Since < kept)
            filter = filter with { Since = kept };
        List<LoggedRequest> requests;
        await using (
            var rows = await db.ReadAsync(
                ct,
                RawStatements.Confine(connection),
                LoggedRequest.Page(connection, filter, page.After is { } after ? RequestPlace.Of(after) : null, page.Take)
            )
        )
            requests = await LoggedRequest.ReadAsync(rows, ct);
        var runs = requests.Count == 0 ? [] : await RunsAsync(connection, requests[^1].OccurredAt, requests[0].OccurredAt, ct);
        return page.Of(requests, row => RequestResponse.Of(row, RunOf(row, runs)), row => row.Id);
    }

    async Task<List<RunRow>> RunsAsync(Guid connection, DateTimeOffset first, DateTimeOffset last, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, RunRow.Within(connection, first, last));
        return await RunRow.ReadAsync(rows, ct);
    }

    static Guid? RunOf(LoggedRequest request, List<RunRow> runs) =>
        request.Actor is null || request.IsSelfTest
            ? null
            : runs.Find(run => run.StartedAt <= request.OccurredAt && request.OccurredAt <= run.LastAt)?.Id;
}

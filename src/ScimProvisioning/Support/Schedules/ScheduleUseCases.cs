using Cronos;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Support.Schedules;

/// <summary>Shows and sets when the server itself does something for a connection.</summary>
sealed class ScheduleUseCases(ScimDbContext db, AdminTransaction transaction)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<SchedulesResponse> GetAsync(Guid connection, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        return SchedulesResponse.Of(await ReadAsync(connection, ct));
    }

    /// <exception cref="ProblemException">404.</exception>
    public async Task<SchedulesResponse> ReplaceAsync(Guid connection, SchedulesRequest request, CancellationToken ct)
    {
        var organization = (await db.LockConnectionAsync(connection, ct)).OrganizationId;
        var before = await ReadAsync(connection, ct);
        List<ScheduleRow> rows =
        [
            .. request.Schedules!.Select(schedule => new ScheduleRow(
                connection,
                schedule.Job!,
                organization,
                schedule.Cron!,
                Next(schedule.Cron!, transaction.Now),
                null,
                null
            )),
        ];
        await db.RunAsync(ct, ScheduleRow.Replace(connection, rows));
        var after = await ReadAsync(connection, ct);
        transaction.Record(
            AuditAction.SchedulesUpdated,
            nameof(Connection),
            connection,
            organization,
            Audited(before),
            Audited(after),
            connection
        );
        return SchedulesResponse.Of(after);
    }

    /// <summary>When a job is due after a time.</summary>
    public static DateTimeOffset Next(string cron, DateTimeOffset after) =>
        CronExpression.Parse(cron).GetNextOccurrence(after, TimeZoneInfo.Utc)
        // A day that never comes, such as February 30, was refused.
        ?? after.AddYears(1);

    static object Audited(List<ScheduleRow> rows) => new { Schedules = rows.Select(row => new { row.Job, row.Cron }) };

    async Task<List<ScheduleRow>> ReadAsync(Guid connection, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), ScheduleRow.Of(connection));
        return await ScheduleRow.ReadAsync(rows, ct);
    }
}

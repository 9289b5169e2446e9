using Cronos;
using FluentValidation;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Support.Schedules;

/// <summary>When the server itself does something for a connection.</summary>
/// <param name="Job">reconciliation (finds who is stale) or snapshot (tells everything again).</param>
/// <param name="Cron">Minute, hour, day of the month, month, day of the week; in UTC. At most once an hour.</param>
sealed record ScheduleRequest(string? Job, string? Cron);

/// <summary>All schedules of a connection.</summary>
/// <param name="Schedules">One for each job; none: nothing is done by itself.</param>
sealed record SchedulesRequest(IReadOnlyList<ScheduleRequest>? Schedules);

/// <inheritdoc/>
sealed class SchedulesRequestValidator : AbstractValidator<SchedulesRequest>
{
    /// <summary>So many times are looked at: who names several minutes of an hour is found by the first two.</summary>
    const int Looked = 50;

    static readonly TimeSpan Least = TimeSpan.FromHours(1);

    public SchedulesRequestValidator(IEnumerable<ScheduledJob> jobs)
    {
        string[] known = [.. jobs.Select(job => job.Name)];
        RuleFor(request => request.Schedules)
            .Cascade(CascadeMode.Stop)
            .NotNull()
            .WithMessage("Must be there; an empty list ends all schedules.")
            .Must(all => all!.All(schedule => schedule is not null))
            .WithMessage("May have no null.")
            .Must(all => all!.Select(schedule => schedule.Job).Distinct().Count() == all!.Count)
            .WithMessage("Each job may have one schedule.");
        RuleForEach(request => request.Schedules)
            .ChildRules(schedule =>
            {
                schedule.RuleFor(one => one.Job).Must(known.Contains).WithMessage($"Must be one of these: {string.Join(", ", known)}.");
                schedule
                    .RuleFor(one => one.Cron)
                    .Cascade(CascadeMode.Stop)
                    .Must(ComesEver)
                    .WithMessage("Must be a cron expression of five fields, such as '0 3 * * 0': Sundays at 3:00 UTC.")
                    .Must(LeavesTime)
                    .WithMessage("Must leave at least an hour between two times: name one minute, such as '0 * * * *', for every hour.");
            });
    }

    static bool ComesEver(string? text) =>
        CronExpression.TryParse(text ?? "", out var cron) && cron.GetNextOccurrence(DateTime.UnixEpoch) is not null;

    static bool LeavesTime(string? text)
    {
        var cron = CronExpression.Parse(text!);
        var last = cron.GetNextOccurrence(DateTime.UnixEpoch);
        for (var i = 0; i < Looked && last is { } at; i++)
        {
            last = cron.GetNextOccurrence(at);
            if (last - at < Least)
                return false;
        }
        return true;
    }
}

/// <summary>When the server itself does something for a connection, and what came of it.</summary>
/// <param name="Job">What it does.</param>
/// <param name="Cron">Minute, hour, day of the month, month, day of the week; in UTC.</param>
/// <param name="NextAt">When it is due next.</param>
/// <param name="LastRunAt">When it was done last; null: never.</param>
/// <param name="LastResult">What came of it, in words.</param>
sealed record ScheduleResponse(string Job, string Cron, DateTime NextAt, DateTime? LastRunAt, string? LastResult)
{
    public static ScheduleResponse Of(ScheduleRow row) =>
        new(row.Job, row.Cron, row.NextAt.UtcDateTime, row.LastRunAt?.UtcDateTime, row.LastResult);
}

/// <summary>All schedules of a connection.</summary>
/// <param name="Schedules">One for each job that has one.</param>
sealed record SchedulesResponse(IReadOnlyList<ScheduleResponse> Schedules)
{
    public static SchedulesResponse Of(IEnumerable<ScheduleRow> rows) => new([.. rows.Select(ScheduleResponse.Of)]);
}

using Spectre.Console;
using Progress = ScimCompliance.Simulate.Progress;

namespace ScimCompliance.Reports;

/// <summary>A progress bar for the current phase; nothing without a terminal.</summary>
static class ConsoleProgress
{
    public static Task<T> ShowAsync<T>(Func<Progress, Task<T>> steps) =>
        !AnsiConsole.Profile.Capabilities.Ansi
            ? steps(Progress.Silent)
            : AnsiConsole
                .Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .StartAsync(console =>
                {
                    var task = console.AddTask("Connecting");
                    return steps(
                        new(
                            (phase, total) =>
                                (task.Description, task.MaxValue, task.Value) = (
                                    Markup.Escape($"{phase} ({total})"),
                                    Math.Max(1, total),
                                    0
                                ),
                            () => task.Increment(1)
                        )
                    );
                });
}

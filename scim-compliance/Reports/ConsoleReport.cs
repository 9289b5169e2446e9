using ScimCompliance.Checks;
using ScimCompliance.Verify;
using Spectre.Console;

namespace ScimCompliance.Reports;

/// <summary>Progress while checks run, and the results, on the terminal.</summary>
static class ConsoleReport
{
    /// <summary>Runs with a progress bar; prints nothing before the end without a terminal.</summary>
    public static Task<VerificationResult> ShowAsync(
        int checks,
        Func<Action<Check>, Action<CheckResult>, Task<VerificationResult>> steps
    ) =>
        !AnsiConsole.Profile.Capabilities.Interactive
            ? steps(_ => { }, _ => { })
            : AnsiConsole
                .Progress()
                .AutoClear(true)
                .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
                .StartAsync(progress =>
                {
                    var task = progress.AddTask("Connecting", maxValue: checks);
                    return steps(check => task.Description = Markup.Escape(check.Id), _ => task.Increment(1));
                });

    /// <param name="files">The report files that were written.</param>
    public static void Write(VerificationResult verified, IReadOnlyList<string> files)
    {
        foreach (var advice in Advice.Of(verified))
            Write(advice);
        foreach (var result in verified.Results.Where(result => result.Outcome is Outcome.Blocked))
            AnsiConsole.Write(Lines(("[grey]not tried[/]", $"[bold]{result.Check.Id}[/] {Markup.Escape(result.Reason ?? "")}")));
        AnsiConsole.WriteLine();
        AnsiConsole.MarkupLineInterpolated($"[bold]{verified.Url}[/], profile {verified.Profiles.ToString().ToLowerInvariant()}");
        AnsiConsole.Write(Summary(verified));
        foreach (var left in verified.Left)
            AnsiConsole.MarkupLineInterpolated($"[yellow]left on the server:[/] {left}");
        if (verified.Kept is { } mark)
            AnsiConsole.MarkupLineInterpolated($"Left on the server, as asked for: everything whose name begins with {mark}-");
        if (verified is { Kept: null, Created: > 0 })
            AnsiConsole.MarkupLineInterpolated(
                $"{verified.Created} resources were created and deleted again. A server that keeps tombstones or a log has them all."
            );
        foreach (var file in files)
            AnsiConsole.MarkupLineInterpolated($"Report: {Path.GetFullPath(file)}");
        AnsiConsole.MarkupLine(
            $"{verified.Results.Count} checks in {verified.Elapsed.TotalSeconds:0.0} s: {verified.Count(Outcome.Passed)} passed, "
                + $"{verified.Count(Outcome.Failed)} failed, {verified.Count(Outcome.Blocked)} could not be tried, "
                + $"{verified.Count(Outcome.NotApplicable)} not applicable."
        );
        if (!verified.Interrupted)
            AnsiConsole.MarkupLine(verified.AllMustsHold ? "[green]Every must holds.[/]" : "[red]Some musts do not hold.[/]");
    }

    static void Write(Advice advice)
    {
        AnsiConsole.Write(
            Lines([
                (
                    $"[{Colour(advice.Severity)}]{advice.Severity.ToString().ToLowerInvariant()}[/]",
                    $"[bold]{Markup.Escape(advice.Change)}[/]"
                ),
                ("", $"[grey]{Markup.Escape(advice.Failed[0].Check.Why)}[/]"),
                .. advice.Failed.SelectMany(result =>
                    new (string, string)[]
                    {
                        (
                            "[red]✗[/]",
                            $"{result.Check.Id}: {Markup.Escape(result.Check.Title)} [grey]({Markup.Escape(result.Check.Rule)})[/]"
                        ),
                        ("[grey]expected[/]", Markup.Escape(result.Expected ?? "")),
                        ("[grey]came[/]", Markup.Escape(result.Came ?? "")),
                    }
                ),
                ("", ""),
            ])
        );
    }

    // Two columns, so that the lines of a long text are aligned.
    static Grid Lines(params (string Label, string Text)[] lines)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().RightAligned().Width(12)).AddColumn();
        foreach (var (label, text) in lines)
            grid.AddRow(label, text);
        return grid;
    }

    static Table Summary(VerificationResult verified)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "passed", "failed", "could not be tried", "not applicable");
        foreach (var severity in Enum.GetValues<Severity>())
            table.AddRow([
                $"[{Colour(severity)}]{severity.ToString().ToLowerInvariant()}[/]",
                .. Enum.GetValues<Outcome>().Select(outcome => $"{verified.Count(severity, outcome)}"),
            ]);
        return table;
    }

    static string Colour(Severity severity) =>
        severity switch
        {
            Severity.Must => "red",
            Severity.Should => "yellow",
            _ => "blue",
        };
}

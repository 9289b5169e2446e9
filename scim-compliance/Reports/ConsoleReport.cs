using ScimCompliance.Checks;
using ScimCompliance.Verify;
using Spectre.Console;

namespace ScimCompliance.Reports;

/// <summary>Progress while checks run, and what was found, on the terminal.</summary>
static class ConsoleReport
{
    /// <summary>Runs with a progress bar; without a terminal it stays silent until the end.</summary>
    public static Task<Verified> ShowAsync(int checks, Func<Action<Check>, Action<CheckResult>, Task<Verified>> run) => !AnsiConsole.Profile.Capabilities.Interactive ? run(_ => { }, _ => { }) : AnsiConsole.Progress().AutoClear(true)
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .StartAsync(progress =>
        {
            var task = progress.AddTask("Connecting", maxValue: checks);
            return run(check => task.Description = Markup.Escape(check.Id), _ => task.Increment(1));
        });

    public static void Write(Verified verified)
    {
        foreach (var result in verified.Results.Where(result => !result.Holds))
        {
            var (mark, colour) = result.Outcome is Outcome.Blocked ? ("could not be tried", "grey") : (result.Check.Severity.ToString().ToLowerInvariant(), Colour(result.Check.Severity));
            AnsiConsole.MarkupLineInterpolated($"[{colour}]✗ {mark}[/] [bold]{result.Check.Id}[/] {result.Check.Title}");
            if (result.Outcome is Outcome.Blocked)
            {
                AnsiConsole.MarkupLineInterpolated($"    {result.Reason}");
                continue;
            }
            AnsiConsole.MarkupLineInterpolated($"    [grey]rule[/]      {result.Check.Rule}");
            AnsiConsole.MarkupLineInterpolated($"    [grey]expected[/]  {result.Expected}");
            AnsiConsole.MarkupLineInterpolated($"    [grey]came[/]      {result.Came}");
            AnsiConsole.MarkupLineInterpolated($"    [grey]why[/]       {result.Check.Why}");
            AnsiConsole.MarkupLineInterpolated($"    [grey]change[/]    {result.Check.Change}");
        }
        AnsiConsole.Write(Summary(verified));
        foreach (var left in verified.Left) AnsiConsole.MarkupLineInterpolated($"[yellow]left on the server:[/] {left}");
        AnsiConsole.MarkupLineInterpolated($"{verified.Results.Count} checks in {verified.Elapsed.TotalSeconds:0.0} s: {verified.Count(Outcome.Passed)} passed, {verified.Count(Outcome.Failed)} failed, {verified.Count(Outcome.Blocked)} could not be tried, {verified.Count(Outcome.NotApplicable)} not applicable.");
        AnsiConsole.MarkupLine(verified.Interrupted ? "[red]Interrupted before the end.[/]" : verified.AllMustsHold ? "[green]Every must holds.[/]" : "[red]Not every must holds.[/]");
    }

    static Table Summary(Verified verified)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "passed", "failed", "could not be tried", "not applicable");
        foreach (var severity in Enum.GetValues<Severity>())
        {
            var results = verified.Results.Where(result => result.Check.Severity == severity).ToLookup(result => result.Outcome);
            table.AddRow($"[{Colour(severity)}]{severity.ToString().ToLowerInvariant()}[/]", $"{results[Outcome.Passed].Count()}", $"{results[Outcome.Failed].Count()}", $"{results[Outcome.Blocked].Count()}", $"{results[Outcome.NotApplicable].Count()}");
        }
        return table;
    }

    static string Colour(Severity severity) => severity switch { Severity.Must => "red", Severity.Should => "yellow", _ => "blue" };
}

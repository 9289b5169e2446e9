using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Http;
using Spectre.Console;

namespace ScimCompliance.Simulate;

/// <summary>The result of a simulation, on the terminal and as JSON.</summary>
static class SimulationReport
{
    /// <summary>The highest number of lines of one kind that are printed; a report file has all.</summary>
    const int MostShown = 20;

    public static void Write(SimulationResult simulated, string? file, IAnsiConsole console)
    {
        CycleTable.Write(simulated.Cycles, console);
        console.MarkupLineInterpolated($"{Told(simulated.Scope)}");
        foreach (var cycle in simulated.Cycles.Where(cycle => cycle.Quarantine is not null))
            console.MarkupLineInterpolated($"[red]quarantine[/] in cycle '{cycle.Name}': {cycle.Quarantine}");
        Write("[yellow]still failing:[/]", SummaryLines.Failures(simulated.Escrow), file, console);
        Write("[red]✗[/]", SummaryLines.Differences(simulated.Differences), file, console);
        foreach (var note in simulated.Notes)
            console.MarkupLineInterpolated($"[grey]{note}[/]");
        Write("[yellow]could not be deleted:[/]", [.. simulated.Left.Select(left => (left, 1))], file, console);
        console.MarkupLineInterpolated($"{(simulated.Kept ? "Left" : "Deleted")} {simulated.Marked} with the mark {simulated.Mark}.");
        console.MarkupLineInterpolated($"Mark {simulated.Mark}, {Words(simulated.Dialect)}, {simulated.Elapsed.TotalSeconds:0.0} s.");
        if (!simulated.Kept && simulated.KeptMatches != default)
            console.MarkupLineInterpolated($"{simulated.KeptMatches} were there before and stay.");
        // After an interruption nothing was compared. The verb says that the run was interrupted.
        if (!simulated.Interrupted)
            console.MarkupLine(Verdict(simulated));
    }

    static string Words(Dialect dialect) => dialect is Dialect.Flag ? "with aadOptscim062020" : "default dialect";

    public static string Json(SimulationResult simulated) =>
        new JsonObject
        {
            ["url"] = simulated.Url,
            ["mark"] = simulated.Mark,
            ["dialect"] = JsonNamingPolicy.CamelCase.ConvertName(simulated.Dialect.ToString()),
            ["startedAt"] = simulated.Started.ToString("O"),
            ["milliseconds"] = simulated.Elapsed.TotalMilliseconds,
            ["interrupted"] = simulated.Interrupted,
            ["cycles"] = new JsonArray([.. simulated.Cycles.Select(Cycle)]),
            ["differences"] = new JsonArray([
                .. simulated.Differences.Select(d => new JsonObject
                {
                    ["kind"] = d.Kind,
                    ["name"] = d.Name,
                    ["what"] = d.What,
                    ["expected"] = d.Expected,
                    ["came"] = d.Came,
                }),
            ]),
            ["escrow"] = new JsonArray([
                .. simulated.Escrow.Select(entry => new JsonObject
                {
                    ["name"] = entry.Name,
                    ["reason"] = entry.Reason,
                    ["failures"] = entry.Failures,
                }),
            ]),
            ["notes"] = new JsonArray([.. simulated.Notes.Select(note => JsonValue.Create(note))]),
            ["stayed"] = new JsonObject { ["users"] = simulated.KeptMatches.Users, ["groups"] = simulated.KeptMatches.Groups },
            ["left"] = new JsonArray([.. simulated.Left.Select(left => JsonValue.Create(left))]),
        }.ToJsonString(JsonPaths.Indented);

    static string Verdict(SimulationResult simulated) =>
        simulated.Differences is not [] and var differences
            ? $"[red]{differences.Count} {(differences.Count is 1 ? "difference" : "differences")}.[/]"
        : simulated.Cycles is [.., { Quarantine: not null }] ? "[red]No differences, but the job ended in quarantine.[/]"
        : simulated.Escrow is not [] ? "[red]No differences, but something is still failing.[/]"
        : simulated.Left is not [] ? "[red]No differences, but not everything could be deleted again.[/]"
        : simulated.Notes is not [] ? "[green]No differences in what could be looked at.[/]"
        : "[green]No differences: the server holds exactly what the tenant says.[/]";

    static JsonObject Cycle(CycleFigures cycle)
    {
        var json = new JsonObject
        {
            ["name"] = cycle.Name,
            ["milliseconds"] = cycle.Elapsed.TotalMilliseconds,
            ["requestsPerSecond"] = Math.Round(cycle.RequestsPerSecond, 1),
            ["quarantine"] = cycle.Quarantine,
        };
        foreach (var count in Enum.GetValues<Count>())
            json[JsonNamingPolicy.CamelCase.ConvertName(count.ToString())] = cycle[count];
        return json;
    }

    static void Write(string markup, IReadOnlyList<(string Line, int Count)> lines, string? file, IAnsiConsole console)
    {
        foreach (var (line, _) in lines.Take(MostShown))
            console.MarkupLine($"{markup} {Markup.Escape(line)}");
        if (lines.Skip(MostShown).Sum(line => line.Count) is > 0 and var more)
            console.MarkupLineInterpolated($"… and {more} more; {file ?? "--report json FILE"} lists all.");
    }

    static string Told(ScopeFigures scope) =>
        scope.Disabled is 0
            ? $"Initial cycle: all {scope.Users} users are in scope, so all {scope.Memberships} memberships could be sent."
            : $"Initial cycle: {scope.Disabled} of {scope.Users} users not in scope (disabled ones are never created), "
                + $"so {scope.Sendable} of {scope.Memberships} memberships could be sent.";
}

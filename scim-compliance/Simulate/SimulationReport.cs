using System.Text.Json;
using System.Text.Json.Nodes;
using ScimCompliance.Wire;
using Spectre.Console;

namespace ScimCompliance.Simulate;

/// <summary>What a simulation did and found, on the terminal and as JSON.</summary>
static class SimulationReport
{
    /// <summary>So many differences are printed; a report file has all of them.</summary>
    const int MostShown = 50;

    static readonly JsonSerializerOptions Indented = new(JsonAt.Relaxed) { WriteIndented = true };

    public static void Write(Simulated simulated, string? file)
    {
        AnsiConsole.Write(Cycles(simulated));
        foreach (var cycle in simulated.Cycles.Where(cycle => cycle.Quarantine is not null)) AnsiConsole.MarkupLineInterpolated($"[red]quarantine[/] in cycle '{cycle.Name}': {cycle.Quarantine}");
        foreach (var entry in simulated.Escrow.Take(MostShown)) AnsiConsole.MarkupLineInterpolated($"[yellow]still failing:[/] {entry.Name}: {entry.Reason} ({entry.Failures} times)");
        foreach (var difference in simulated.Differences.Take(MostShown)) AnsiConsole.MarkupLineInterpolated($"[red]✗[/] {difference.ToString()}");
        if (simulated.Differences.Count > MostShown) AnsiConsole.MarkupLineInterpolated($"… and {simulated.Differences.Count - MostShown} more; {(file is null ? "--report json FILE lists all of them" : $"{file} lists all of them")}.");
        foreach (var note in simulated.Notes) AnsiConsole.MarkupLineInterpolated($"[grey]{note}[/]");
        foreach (var left in simulated.Left.Take(MostShown)) AnsiConsole.MarkupLineInterpolated($"[yellow]left on the server:[/] {left}");
        AnsiConsole.MarkupLineInterpolated($"Mark {simulated.Mark}, {(simulated.Dialect is Dialect.Flag ? "with aadOptscim062020" : "default dialect")}, {simulated.Elapsed.TotalSeconds:0.0} s.");
        if (simulated.Stayed != default) AnsiConsole.MarkupLineInterpolated($"{simulated.Stayed} were there before and stay.");
        AnsiConsole.MarkupLine(simulated.Interrupted ? "[red]Interrupted before the end.[/]" : Verdict(simulated));
    }

    public static string Json(Simulated simulated) => new JsonObject
    {
        ["url"] = simulated.Url,
        ["mark"] = simulated.Mark,
        ["dialect"] = JsonNamingPolicy.CamelCase.ConvertName(simulated.Dialect.ToString()),
        ["startedAt"] = simulated.Started.ToString("O"),
        ["milliseconds"] = simulated.Elapsed.TotalMilliseconds,
        ["interrupted"] = simulated.Interrupted,
        ["cycles"] = new JsonArray([.. simulated.Cycles.Select(Cycle)]),
        ["differences"] = new JsonArray([.. simulated.Differences.Select(d => new JsonObject { ["kind"] = d.Kind, ["name"] = d.Name, ["what"] = d.What, ["expected"] = d.Expected, ["came"] = d.Came })]),
        ["escrow"] = new JsonArray([.. simulated.Escrow.Select(entry => new JsonObject { ["name"] = entry.Name, ["reason"] = entry.Reason, ["failures"] = entry.Failures })]),
        ["notes"] = new JsonArray([.. simulated.Notes.Select(note => JsonValue.Create(note))]),
        ["stayed"] = new JsonObject { ["users"] = simulated.Stayed.Users, ["groups"] = simulated.Stayed.Groups },
        ["left"] = new JsonArray([.. simulated.Left.Select(left => JsonValue.Create(left))]),
    }.ToJsonString(Indented);

    static string Verdict(Simulated simulated) => simulated.Differences is not [] and var differences ? $"[red]{differences.Count} {(differences.Count is 1 ? "difference" : "differences")}.[/]"
        : simulated.Cycles is [.., { Quarantine: not null }] ? "[red]No differences, but the job ended in quarantine.[/]"
        : simulated.Escrow is not [] ? "[red]No differences, but something is still failing.[/]"
        : simulated.Left is not [] ? "[red]No differences, but not everything could be deleted again.[/]"
        : simulated.Notes is not [] ? "[green]No differences in what could be looked at.[/]"
        : "[green]No differences: the server holds exactly what the tenant says.[/]";

    static JsonObject Cycle(CycleFigures cycle)
    {
        var json = new JsonObject { ["name"] = cycle.Name, ["milliseconds"] = cycle.Elapsed.TotalMilliseconds, ["requestsPerSecond"] = Math.Round(cycle.RequestsPerSecond, 1), ["quarantine"] = cycle.Quarantine };
        foreach (var count in Enum.GetValues<Count>()) json[JsonNamingPolicy.CamelCase.ConvertName(count.ToString())] = cycle[count];
        return json;
    }

    static Table Cycles(Simulated simulated)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("cycle", "users +", "changed", "disabled", "restored", "deleted", "managers", "groups +", "changed", "deleted", "members +", "−", "requests", "failures", "seconds", "requests/s");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        foreach (var cycle in simulated.Cycles)
        {
            Count[] counts = [Count.UsersCreated, Count.UsersUpdated, Count.UsersDisabled, Count.UsersRestored, Count.UsersDeleted, Count.Managers, Count.GroupsCreated, Count.GroupsUpdated, Count.GroupsDeleted, Count.MembersAdded, Count.MembersRemoved, Count.Requests, Count.Failures];
            table.AddRow([cycle.Name, .. counts.Select(count => $"{cycle[count]}"), $"{cycle.Elapsed.TotalSeconds:0.0}", $"{cycle.RequestsPerSecond:0}"]);
        }
        return table;
    }
}

using System.CommandLine;
using ScimCompliance.Http;
using ScimCompliance.Simulate;
using ScimCompliance.Verify;
using Spectre.Console;

namespace ScimCompliance.Commands;

/// <summary><c>provision-on-demand</c>: one user or one group, every request and answer shown.</summary>
static class ProvisionOnDemandCommand
{
    /// <summary>How many lines of a body are shown without <c>--verbose</c>.</summary>
    const int MostLines = 15;

    const int LongestLine = 200;

    public static Command Create()
    {
        var command = new Command(
            "provision-on-demand",
            "Provisions one user or one group of a tenant as the portal does on demand, and shows every request and answer."
        );
        var (server, tenants) = (new ServerOptions(command), new TenantOptions(command));
        var user = new Option<string?>("--user") { Description = "userPrincipalName" };
        var group = new Option<string?>("--group") { Description = "displayName of a group with at most five members" };
        var keep = new Option<bool>("--keep") { Description = "Leave what was created; what was there before always stays" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Print requests and answers to their last line" };
        foreach (var option in (Option[])[user, group, keep, verbose])
            command.Add(option);

        command.SetAction(
            (parsed, ct) =>
                ExitCode.Of(async () =>
                {
                    var (name, team) = (parsed.GetValue(user), parsed.GetValue(group));
                    if (name is null == team is null)
                        throw new CannotRun("Give either --user or --group.");
                    var (tenant, _, random) = await tenants.ReadAsync(parsed, ct);
                    using var client = await server.ClientAsync(parsed, ct);
                    var onDemand = new ProvisionOnDemand(
                        client,
                        tenant,
                        random,
                        reply => Show(reply, parsed.GetValue(verbose)),
                        parsed.GetValue(keep)
                    );
                    var outcome = await (name is not null ? onDemand.UserAsync(name, ct) : onDemand.GroupAsync(team!, ct));
                    Show(outcome, tenant.Mark);
                    return outcome.IsGood;
                })
        );
        return command;
    }

    static void Show(Reply reply, bool verbose)
    {
        var exchange = reply.Exchange;
        AnsiConsole.MarkupLineInterpolated($"[bold]→ {exchange.Method} {exchange.Url}[/]");
        Show(exchange.RequestBody, verbose);
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]← {(reply.Status is 0 ? reply.Summary : reply.Status)}[/] [grey]{exchange.Elapsed.TotalMilliseconds:0} ms[/]"
        );
        Show(exchange.ResponseBody, verbose);
    }

    // JSON is indented; other bodies are shown as they came. Lines are not wrapped at the width of the terminal.
    static void Show(string? body, bool verbose)
    {
        if (string.IsNullOrWhiteSpace(body))
            return;
        var lines = JsonPaths.Pretty(body).Split('\n');
        var shown = verbose || lines.Length <= MostLines + 1 ? lines.Length : MostLines;
        foreach (var line in lines.Take(shown))
            AnsiConsole.Profile.Out.Writer.WriteLine($"  {(verbose || line.Length <= LongestLine ? line : line[..LongestLine] + "…")}");
        if (shown < lines.Length)
            AnsiConsole.MarkupLineInterpolated($"  [grey]… and {lines.Length - shown} more lines; --verbose prints all[/]");
    }

    static void Show(OnDemandResult outcome, string mark)
    {
        AnsiConsole.WriteLine();
        foreach (var (step, text) in outcome.Steps)
            AnsiConsole.MarkupLineInterpolated($"[grey]{step}:[/] {text}");
        foreach (var difference in outcome.Differences)
            AnsiConsole.MarkupLineInterpolated($"[red]✗[/] {difference.ToString()}");
        foreach (var left in outcome.Left)
            AnsiConsole.MarkupLineInterpolated($"[yellow]could not be deleted:[/] {left}");
        if (outcome.Deleted is { } deleted && deleted != default)
            AnsiConsole.MarkupLineInterpolated($"Deleted {deleted} with the mark {mark} again; --keep leaves them.");
        AnsiConsole.MarkupLine(Verdict(outcome));
    }

    static string Verdict(OnDemandResult outcome) =>
        outcome switch
        {
            { Success: false } => "[red]Not provisioned.[/]",
            { Differences: [_, ..] } =>
                $"[red]{outcome.Differences.Count} {(outcome.Differences.Count is 1 ? "difference" : "differences")}.[/]",
            { Missing: 0 } => "[green]The server holds what the tenant says.[/]",
            { Missing: 1, Members: 1 } => "[red]The group is there without its member: provision this user first.[/]",
            _ => $"[red]The group is there without {(outcome.Missing == outcome.Members ? "" : $"{outcome.Missing} of ")}"
                + $"its {outcome.Members} members: provision these users first.[/]",
        };
}

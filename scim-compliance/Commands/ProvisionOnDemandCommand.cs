using System.CommandLine;
using ScimCompliance.Simulate;
using ScimCompliance.Verify;
using ScimCompliance.Wire;
using Spectre.Console;

namespace ScimCompliance.Commands;

/// <summary><c>provision-on-demand</c>: one user or one group, every request and answer shown.</summary>
static class ProvisionOnDemandCommand
{
    public static Command Create()
    {
        var command = new Command("provision-on-demand", "Provisions one user or one group of a tenant as the portal does on demand, and shows every request and answer.");
        var (server, tenants) = (new ServerOptions(command), new TenantOptions(command));
        var user = new Option<string?>("--user") { Description = "userPrincipalName" };
        var group = new Option<string?>("--group") { Description = "displayName of a group with at most five members" };
        var keep = new Option<bool>("--keep") { Description = "Leave what was created; what was there before always stays" };
        foreach (var option in (Option[])[user, group, keep]) command.Add(option);

        command.SetAction((parsed, ct) => ExitCode.Of(async () =>
        {
            var (name, team) = (parsed.GetValue(user), parsed.GetValue(group));
            if (name is null == team is null) throw new CannotRun("Give either --user or --group.");
            var (tenant, _, random) = await tenants.ReadAsync(parsed, ct);
            using var client = server.Client(parsed);
            var onDemand = new ProvisionOnDemand(client, tenant, random, Show, parsed.GetValue(keep));
            var outcome = await (name is not null ? onDemand.UserAsync(name, ct) : onDemand.GroupAsync(team!, ct));
            Show(outcome);
            return outcome is { Success: true, Differences: [] };
        }));
        return command;
    }

    static void Show(Reply reply)
    {
        var exchange = reply.Exchange;
        AnsiConsole.MarkupLineInterpolated($"[bold]→ {exchange.Method} {exchange.Url}[/]");
        if (exchange.RequestBody is { } body) AnsiConsole.Profile.Out.Writer.WriteLine("  " + body);   // as it is: not broken into lines
        AnsiConsole.MarkupLineInterpolated($"[bold]← {(reply.Status is 0 ? reply.Summary : reply.Status)}[/] [grey]{exchange.Elapsed.TotalMilliseconds:0} ms[/]");
        if (exchange.ResponseBody is { Length: > 0 } answer) AnsiConsole.Profile.Out.Writer.WriteLine("  " + answer);
    }

    static void Show(OnDemand outcome)
    {
        AnsiConsole.WriteLine();
        foreach (var (step, text) in outcome.Steps) AnsiConsole.MarkupLineInterpolated($"[grey]{step}:[/] {text}");
        foreach (var difference in outcome.Differences) AnsiConsole.MarkupLineInterpolated($"[red]✗[/] {difference.ToString()}");
        foreach (var left in outcome.Left) AnsiConsole.MarkupLineInterpolated($"[yellow]left on the server:[/] {left}");
        AnsiConsole.MarkupLine(!outcome.Success ? "[red]Not provisioned.[/]" : outcome.Differences is [] ? "[green]The server holds what the tenant says.[/]" : $"[red]{outcome.Differences.Count} differences.[/]");
    }
}

using System.CommandLine;
using ScimProvisioning.Activity.Health;
using ScimProvisioning.Activity.Requests;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Activity.Why;

namespace ScimProvisioning.CommandLine;

/// <summary><c>runs</c>, <c>requests</c>, <c>why</c>, <c>health</c>.</summary>
static class ActivityCommands
{
    const string Failed = "refused,failed";

    public static Command BuildRuns(CommandRun run)
    {
        var command = new Command("runs", "Lists what the identity provider has done, run by run, newest first.");
        var connection = ConnectionCommands.IdArgument();
        command.Add(connection);
        var page = new PageOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var (id, request) = (parsed.GetRequiredValue(connection), page.Of(parsed));
                return run.ReadAsync(request, (RunUseCases runs) => runs.ListAsync(id, request, ct), ct);
            }
        );
        return command;
    }

    public static Command BuildRequests(CommandRun run)
    {
        var command = new Command("requests", "Lists the SCIM requests of a connection, newest first.");
        var connection = ConnectionCommands.IdArgument();
        var failed = new Option<bool>("--failed") { Description = "Only those that were refused or failed" };
        var outcome = new Option<string?>("--outcome") { Description = "Only those with these outcomes, such as created,updated" };
        var status = new Option<int?>("--status") { Description = "Only those with this HTTP status" };
        var subject = new Option<string?>("--subject") { Description = "Only those about this userName or displayName" };
        var resource = new Option<Guid?>("--resource-id") { Description = "Only those about this SCIM resource" };
        var since = new Option<string?>("--since") { Description = "From this time on, such as 2026-11-21T00:00:00Z" };
        var until = new Option<string?>("--until") { Description = "Before this time" };
        command.Add(connection);
        foreach (var option in (Option[])[failed, outcome, status, subject, resource, since, until])
            command.Add(option);
        var page = new PageOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var (id, request) = (parsed.GetRequiredValue(connection), page.Of(parsed));
                var query = new RequestQuery
                {
                    Outcome = parsed.GetValue(failed) ? Failed : parsed.GetValue(outcome),
                    Status = parsed.GetValue(status),
                    Subject = parsed.GetValue(subject),
                    ResourceId = parsed.GetValue(resource),
                    Since = parsed.GetValue(since),
                    Until = parsed.GetValue(until),
                };
                return run.ReadAsync(query, (RequestUseCases requests) => requests.ListAsync(id, query, request, ct), ct, request);
            }
        );
        return command;
    }

    public static Command BuildWhy(CommandRun run)
    {
        var command = new Command("why", "Says why somebody is, or is not, there for the application.");
        var connection = ConnectionCommands.IdArgument();
        var name = new Argument<string>("name") { Description = "A name, a mail address or an id" };
        command.Add(connection);
        command.Add(name);
        command.SetAction(
            (parsed, ct) =>
            {
                var (id, query) = (parsed.GetRequiredValue(connection), new WhyQuery { Q = parsed.GetRequiredValue(name) });
                return run.ReadAsync(query, (WhyUseCases why) => why.AskAsync(id, query, ct), ct);
            }
        );
        return command;
    }

    public static Command BuildHealth(CommandRun run)
    {
        var command = new Command("health", "Tells how a connection is, or all of them, and why.");
        var connection = new Argument<Guid?>("connection-id")
        {
            Description = "The id of the connection; without it all of them",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Add(connection);
        var page = new PageOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var (request, all) = (page.Of(parsed), new HealthQuery());
                return parsed.GetValue(connection) is { } id
                    ? run.ReadAsync(request, (HealthUseCases health) => health.GetAsync(id, ct), ct)
                    : run.ReadAsync(request, (HealthUseCases health) => health.ListAsync(all, request, ct), ct);
            }
        );
        return command;
    }
}

using System.CommandLine;
using ScimProvisioning.Activity.Requests;
using ScimProvisioning.Activity.Runs;

namespace ScimProvisioning.CommandLine;

/// <summary><c>runs</c> and <c>requests</c>.</summary>
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
}

using System.CommandLine;
using ScimProvisioning.Events.Webhooks;

namespace ScimProvisioning.CommandLine;

/// <summary><c>webhook create|list|replay|test</c>.</summary>
static class WebhookCommands
{
    public static Command Build(CommandRun run) =>
        new("webhook", "The endpoints that events are sent to.") { BuildCreate(run), BuildList(run), BuildReplay(run), BuildTest(run) };

    static Argument<Guid> Endpoint => new("endpoint-id") { Description = "The id of the endpoint, as 'webhook list' shows it" };

    static Option<string[]> Types(string description) =>
        new("--types") { Description = description, AllowMultipleArgumentsPerToken = true };

    static Command BuildCreate(CommandRun run)
    {
        var command = new Command("create", "Makes an endpoint, which gets events from now on; its secret is shown this once.");
        var url = new Option<string>("--url") { Description = "Where events are sent to", Required = true };
        var description = new Option<string?>("--description") { Description = "What it is for" };
        var types = Types("The types that it gets, such as directory.user.* [default: all]");
        var organization = new Option<Guid?>("--organization") { Description = "Only events of this organization, by its id" };
        var connection = new Option<Guid?>("--connection") { Description = "Only events of this connection, by its id" };
        var payload = new Option<string?>("--payload") { Description = "full or thin [default: full]" };
        var order = new Option<string?>("--order") { Description = "What stays in order: object or connection" };
        foreach (var option in (Option[])[url, description, types, organization, connection, payload, order])
            command.Add(option);
        command.SetAction(
            (parsed, ct) =>
            {
                var request = new CreateWebhookEndpointRequest
                {
                    Url = parsed.GetRequiredValue(url),
                    Description = parsed.GetValue(description),
                    Types = parsed.GetValue(types),
                    OrganizationId = parsed.GetValue(organization),
                    ConnectionId = parsed.GetValue(connection),
                    Payload = parsed.GetValue(payload),
                    Order = parsed.GetValue(order),
                };
                return run.ChangeAsync(request, (WebhookUseCases webhooks) => webhooks.CreateAsync(request, ct), ct);
            }
        );
        return command;
    }

    static Command BuildList(CommandRun run)
    {
        var command = new Command("list", "Lists the endpoints, oldest first, without their secrets.");
        var page = new PageOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var request = page.Of(parsed);
                return run.ReadAsync(request, (WebhookUseCases webhooks) => webhooks.ListAsync(request, ct), ct);
            }
        );
        return command;
    }

    static Command BuildReplay(CommandRun run)
    {
        var command = new Command("replay", "Sends events again that the endpoint has got, before new ones; says how many.");
        var id = Endpoint;
        var since = new Option<DateTimeOffset>("--since") { Description = "Events from this time on", Required = true };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Events before this time [default: all]" };
        var types = Types("Only these types [default: all that the endpoint gets]");
        var dry = new Option<bool>("--dry") { Description = "Only say how many there are" };
        command.Add(id);
        foreach (var option in (Option[])[since, until, types, dry])
            command.Add(option);
        command.SetAction(
            (parsed, ct) =>
            {
                var request = new ReplayWebhookRequest
                {
                    Since = parsed.GetRequiredValue(since),
                    Until = parsed.GetValue(until),
                    Types = parsed.GetValue(types),
                };
                return run.ChangeAsync(
                    request,
                    (DeliveryUseCases deliveries) => deliveries.ReplayAsync(parsed.GetRequiredValue(id), request, parsed.GetValue(dry), ct),
                    ct
                );
            }
        );
        return command;
    }

    static Command BuildTest(CommandRun run)
    {
        var command = new Command("test", "Sends an event of the type webhook.test, and shows how it was answered.");
        var id = Endpoint;
        command.Add(id);
        command.SetAction(
            (parsed, ct) =>
                run.WorkAsync<WebhookTest, WebhookAttemptResponse>(
                    (test, caller) => test.RunAsync(parsed.GetRequiredValue(id), caller, ct),
                    ct
                )
        );
        return command;
    }
}

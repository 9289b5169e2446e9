using System.CommandLine;
using ScimProvisioning.Admin.Connections;

namespace ScimProvisioning.CommandLine;

/// <summary><c>connection create|list|plan|apply|enable|pause|resume|disable|disconnect|reconnect</c>.</summary>
static class ConnectionCommands
{
    public static Command Build(CommandRun run)
    {
        var command = new Command("connection", "Connections: each is one identity provider pushing one directory.")
        {
            BuildCreate(run),
            BuildList(run),
            PlanCommands.BuildPlan(run),
            PlanCommands.BuildApply(run),
        };
        foreach (var action in Enum.GetValues<ConnectionAction>())
            command.Add(BuildAction(run, action));
        return command;
    }

    static Command BuildCreate(CommandRun run)
    {
        var command = new Command("create", "Creates a connection.");
        var name = new Option<string>("--name") { Description = "What people call it", Required = true };
        var organization = new Option<Guid?>("--organization", "--organization-id")
        {
            Description = "The organization it belongs to [default: the default organization]",
        };
        var provider = new Option<string?>("--provider")
        {
            Description = $"{string.Join(", ", ConnectionRules.Providers)} [default: {ConnectionRules.DefaultProvider}]",
        };
        var entraTenant = new Option<Guid?>("--entra-tenant-id")
        {
            Description = "The Entra tenant that pushes; tokens that Entra issues for it open the connection",
        };
        var shared = new Option<bool>("--allow-shared-tenant")
        {
            Description = "Take the Entra tenant although another organization has it",
        };
        foreach (var option in (Option[])[name, organization, provider, entraTenant, shared])
            command.Add(option);

        command.SetAction(
            (parsed, ct) =>
            {
                var request = new CreateConnectionRequest(
                    parsed.GetRequiredValue(name),
                    parsed.GetValue(organization),
                    parsed.GetValue(provider),
                    parsed.GetValue(entraTenant),
                    AllowSharedTenant: parsed.GetValue(shared)
                );
                return run.ChangeAsync(request, (ConnectionUseCases connections) => connections.CreateAsync(request, ct), ct);
            }
        );
        return command;
    }

    static Command BuildList(CommandRun run)
    {
        var command = new Command("list", "Lists connections, oldest first.");
        var page = new PageOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var (request, all) = (page.Of(parsed), new ConnectionQuery());
                return run.ReadAsync(request, (ConnectionUseCases connections) => connections.ListAsync(null, all, request, ct), ct);
            }
        );
        return command;
    }

    /// <summary>The connection that a command is about.</summary>
    public static Argument<Guid> IdArgument() =>
        new("connection-id") { Description = "The id of the connection, as 'connection list' shows it" };

    static Command BuildAction(CommandRun run, ConnectionAction action)
    {
        var command = new Command(action.Verb(), action.Summary() + ".");
        var id = IdArgument();
        var reason = new Option<string?>("--reason") { Description = "Why; the connection shows it until its state changes again" };
        command.Add(id);
        command.Add(reason);
        var wait = new Option<bool>("--wait") { Description = "Wait until everybody is released, with the progress on standard error" };
        if (action is ConnectionAction.Enable)
            command.Add(wait);
        command.SetAction(
            async (parsed, ct) =>
            {
                var request = new ChangeStateRequest(parsed.GetValue(reason));
                var code = await run.ChangeAsync(
                    request,
                    (ConnectionStateUseCases connections) => connections.ChangeAsync(parsed.GetRequiredValue(id), action, request, ct),
                    ct
                );
                return code == CommandRun.Good && action is ConnectionAction.Enable && parsed.GetValue(wait)
                    ? await PlanCommands.WaitAsync(run, parsed.GetRequiredValue(id), ct)
                    : code;
            }
        );
        return command;
    }
}

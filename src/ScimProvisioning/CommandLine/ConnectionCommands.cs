using System.CommandLine;
using ScimProvisioning.Admin.Connections;

namespace ScimProvisioning.CommandLine;

/// <summary><c>connection create|list</c>.</summary>
static class ConnectionCommands
{
    public static Command Build(CommandRun run) =>
        new("connection", "Connections: each is one identity provider pushing one directory.") { BuildCreate(run), BuildList(run) };

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
        foreach (var option in (Option[])[name, organization, provider, entraTenant])
            command.Add(option);

        command.SetAction(
            (parsed, ct) =>
            {
                var request = new CreateConnectionRequest(
                    parsed.GetRequiredValue(name),
                    parsed.GetValue(organization),
                    parsed.GetValue(provider),
                    parsed.GetValue(entraTenant)
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
}

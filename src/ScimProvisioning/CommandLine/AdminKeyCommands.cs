using System.CommandLine;
using ScimProvisioning.Admin.Keys;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.CommandLine;

/// <summary><c>admin-key create|list|revoke</c>. It needs no key, so it also helps when every key is lost.</summary>
static class AdminKeyCommands
{
    public static Command Build(CommandRun run) =>
        new("admin-key", "The keys to the admin API.") { BuildCreate(run), BuildList(run), BuildRevoke(run) };

    static Command BuildCreate(CommandRun run)
    {
        var command = new Command("create", "Makes an admin key; it is shown this once.");
        var label = new Option<string>("--label") { Description = "What people call it", Required = true };
        var scope = new Option<string?>("--scope")
        {
            Description =
                $"{AdminKey.Full}; {AdminKey.Read} for a key that changes nothing; {AdminKey.App} for an application, which reads "
                + $"users and groups and writes its own data of them [default: {AdminKey.Full}]",
        };
        var organization = new Option<Guid?>("--organization", "--organization-id")
        {
            Description = "The only organization whose connections it sees and changes [default: all]",
        };
        foreach (var option in (Option[])[label, scope, organization])
            command.Add(option);

        command.SetAction(
            (parsed, ct) =>
            {
                var request = new CreateAdminKeyRequest(
                    parsed.GetRequiredValue(label),
                    parsed.GetValue(scope),
                    parsed.GetValue(organization)
                );
                return run.ChangeAsync(request, (AdminKeyUseCases keys) => keys.CreateAsync(request, ct), ct);
            }
        );
        return command;
    }

    static Command BuildList(CommandRun run)
    {
        var command = new Command("list", "Lists the admin keys without their secrets.");
        var page = new PageOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var request = page.Of(parsed);
                return run.ReadAsync(request, (AdminKeyUseCases keys) => keys.ListAsync(request, ct), ct);
            }
        );
        return command;
    }

    static Command BuildRevoke(CommandRun run)
    {
        var command = new Command("revoke", "Revokes an admin key, from the next request on.");
        var id = new Argument<Guid>("key-id") { Description = "The id of the key, as 'admin-key list' shows it" };
        command.Add(id);
        command.SetAction(
            (parsed, ct) => run.ChangeAsync((AdminKeyUseCases keys) => keys.RevokeAsync(parsed.GetRequiredValue(id), ct), ct)
        );
        return command;
    }
}

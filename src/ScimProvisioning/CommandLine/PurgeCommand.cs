using System.CommandLine;
using ScimProvisioning.Admin.Purge;

namespace ScimProvisioning.CommandLine;

/// <summary><c>purge</c>: erases a deleted user, group or other resource for good.</summary>
static class PurgeCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command("purge", "Erases a deleted user, group or other resource for good, and its values from the change log.");
        var id = new Argument<Guid>("resource-id") { Description = "The id of the resource, which SCIM has deleted" };
        var connection = new Option<Guid>("--connection") { Description = "The id of the connection", Required = true };
        command.Add(id);
        command.Add(connection);
        command.SetAction(
            (parsed, ct) =>
                run.ChangeAsync(
                    (PurgeUseCases purge) => purge.PurgeAsync(parsed.GetRequiredValue(connection), parsed.GetRequiredValue(id), ct),
                    ct
                )
        );
        return command;
    }
}

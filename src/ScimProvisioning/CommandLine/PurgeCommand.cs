using System.CommandLine;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Purge;

namespace ScimProvisioning.CommandLine;

/// <summary><c>purge</c>: erases a person, or a deleted user, group or other resource, for good.</summary>
static class PurgeCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command("purge", "Erases a person, or a deleted user, group or other resource, for good and everywhere.");
        var id = new Argument<Guid>("id") { Description = "The id of the person, or that of the resource, which SCIM has deleted" };
        var connection = new Option<Guid?>("--connection") { Description = "The id of the connection; not needed for a person" };
        command.Add(id);
        command.Add(connection);
        command.SetAction(
            (parsed, ct) =>
                run.WorkAsync(
                    (PurgeUseCases purge, AdminCaller caller) =>
                        purge.PurgeAsync(parsed.GetRequiredValue(id), parsed.GetValue(connection), caller, ct),
                    ct
                )
        );
        return command;
    }
}

using System.CommandLine;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Standing;

namespace ScimProvisioning.CommandLine;

/// <summary><c>guard</c>: whom the guard of a connection holds, and to let them go.</summary>
static class GuardCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command("guard", "Shows how many people of a connection may leave at once and who is held, or lets them go.");
        var connection = ConnectionCommands.IdArgument();
        var approve = new Option<bool>("--approve") { Description = "Let those go whom the guard holds" };
        command.Add(connection);
        command.Add(approve);
        command.SetAction(
            (parsed, ct) =>
            {
                var id = parsed.GetRequiredValue(connection);
                return parsed.GetValue(approve)
                    ? run.WorkAsync((GuardUseCases guard, AdminCaller caller) => guard.ApproveAsync(id, caller, ct), ct)
                    : run.ReadAsync(new GuardRequest(null, null, null, null), (GuardUseCases guard) => guard.GetAsync(id, ct), ct);
            }
        );
        return command;
    }
}

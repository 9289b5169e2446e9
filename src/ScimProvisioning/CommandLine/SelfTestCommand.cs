using System.CommandLine;
using ScimProvisioning.Api;
using ScimProvisioning.Support.SelfTests;

namespace ScimProvisioning.CommandLine;

/// <summary><c>self-test</c>: whether an identity provider could use a connection.</summary>
static class SelfTestCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command("self-test", "Calls the public address of a connection as an identity provider would.");
        var id = ConnectionCommands.IdArgument();
        command.Add(id);
        command.SetAction(
            async (parsed, ct) =>
            {
                var hasFailed = false;
                var code = await run.WorkAsync(
                    async (SelfTestUseCases tests, AdminCaller caller) =>
                    {
                        var found = await tests.RunAsync(parsed.GetRequiredValue(id), caller, ct);
                        hasFailed = !found.Passed;
                        return found;
                    },
                    ct
                );
                if (hasFailed)
                    await Console.Error.WriteLineAsync("The test has failed: 'advice' says what to change.");
                return hasFailed ? CommandRun.Refused : code;
            }
        );
        return command;
    }
}

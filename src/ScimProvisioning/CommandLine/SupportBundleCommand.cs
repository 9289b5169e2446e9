using System.CommandLine;
using ScimProvisioning.Api;
using ScimProvisioning.Support.Bundles;

namespace ScimProvisioning.CommandLine;

/// <summary><c>support-bundle</c>: what a support person needs of a connection, as a ZIP on standard output.</summary>
static class SupportBundleCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command(
            "support-bundle",
            "Writes a ZIP of what a support person needs of a connection to standard output, without secrets."
        );
        var id = ConnectionCommands.IdArgument();
        var redact = new Option<bool>("--redact") { Description = "Put pseudonyms in the place of names, addresses and ids of others" };
        command.Add(id);
        command.Add(redact);
        command.SetAction(
            async (parsed, ct) =>
            {
                if (!Console.IsOutputRedirected)
                {
                    await Console.Error.WriteLineAsync("Send the ZIP into a file: support-bundle <connection> > support.zip");
                    return CommandRun.WrongUse;
                }
                return await run.ShowAsync(
                    async (services, admin) =>
                    {
                        var bundle = services.GetRequiredService<SupportBundle>();
                        var zip = await services
                            .GetRequiredService<AdminTransaction>()
                            .ReadAsync(
                                admin,
                                () => bundle.MakeAsync(parsed.GetRequiredValue(id), parsed.GetValue(redact), withServer: true, ct),
                                ct
                            );
                        await using var output = Console.OpenStandardOutput();
                        await output.WriteAsync(zip, ct);
                    },
                    ct
                );
            }
        );
        return command;
    }
}

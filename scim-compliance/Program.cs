using System.CommandLine;
using ScimCompliance.Commands;
using Spectre.Console;

var root = new RootCommand("Shows whether a SCIM 2.0 server is ready for Microsoft Entra ID, says what to change, and plays Entra against it.")
{
    VerifyCommand.Create(),
    CatalogueCommand.Create(),
    SimulateCommand.Create(),
    ProvisionOnDemandCommand.Create(),
    LoadCommand.Create(),
};
if (Console.IsOutputRedirected)
{
    var terminal = AnsiConsole.Profile;
    (terminal.Capabilities.Ansi, terminal.Capabilities.Interactive, terminal.Width) = (false, false, 200);
}
var parsed = root.Parse(args);
// Interrupted, it still takes away what it made, which may be thousands of resources: no hurry.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
return parsed.Errors.Count > 0 ? ExitCode.CouldNotRun : code;

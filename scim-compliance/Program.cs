using System.CommandLine;
using System.Text.RegularExpressions;
using ScimCompliance.Commands;
using Spectre.Console;

var root = new RootCommand(
    "Shows whether a SCIM 2.0 server is ready for Microsoft Entra ID, says what to change, and plays Entra against it."
)
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
    (terminal.Capabilities.Ansi, terminal.Capabilities.Interactive, terminal.Width) = (false, false, 10_000);
}
var parsed = root.Parse(args);
if (args is not [] && parsed.Errors is not [])
    return ExitCode.Refuse(
        $"{string.Join('\n', parsed.Errors.Select(error => NetType().Replace(error.Message, "")))}\nSee scim-compliance {parsed.CommandResult.Command.Name} --help."
    );

// Interrupted, it still takes away what it made, which may be thousands of resources: no hurry.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
return parsed.Errors is [] ? code : ExitCode.CouldNotRun;

/// <summary>The verbs, and what a word of the command line becomes in messages.</summary>
static partial class Program
{
    // What System.CommandLine says of a word that is no number.
    [GeneratedRegex(@" as expected type '[^']*'")]
    private static partial Regex NetType();
}

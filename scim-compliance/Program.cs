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
    ProvokeCommand.Create(),
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
        string.Join('\n', parsed.Errors.Select(error => NetType().Replace(error.Message, "")))
            + $"\nSee scim-compliance {parsed.CommandResult.Command.Name} --help."
    );

// After an interruption the tool still deletes what it created, which may be thousands of resources.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
return parsed.Errors is [] ? code : ExitCode.CouldNotRun;

/// <summary>The program: its verbs, and how it reports errors of the command line.</summary>
static partial class Program
{
    // The .NET type in System.CommandLine's message about a word that is no number.
    [GeneratedRegex(@" as expected type '[^']*'")]
    private static partial Regex NetType();
}

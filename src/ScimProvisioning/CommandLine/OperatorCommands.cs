using System.CommandLine;
using System.Text.RegularExpressions;

namespace ScimProvisioning.CommandLine;

/// <summary>What operators do at the machine itself, without an admin key: the verbs of the program beside serving.</summary>
static partial class OperatorCommands
{
    static readonly string[] Questions = ["--help", "-h", "/h", "-?", "/?", "--version"];

    /// <summary>Whether the program is to run a command. Settings of the server begin with a dash or a slash, or are <c>Key=Value</c>; a verb is any other word in first place.</summary>
    public static bool AreIn(string[] args) =>
        args is [var first, ..]
        && (
            Questions.Contains(first) || !(first.StartsWith('-') || first.StartsWith('/') || first.Contains('=', StringComparison.Ordinal))
        );

    /// <param name="prepare">Prepares configuration and database, until the answer is disposed of.</param>
    public static async Task<int> RunAsync(string[] args, Func<WebApplicationBuilder, CancellationToken, Task<IAsyncDisposable?>> prepare)
    {
        var run = new CommandRun(prepare);
        var root = new RootCommand(
            "SCIM provisioning server. Without a command it serves; settings come from environment variables (docs/configuration.md)."
        )
        {
            ConnectionCommands.Create(run),
            TokenCommands.Create(run),
            AdminKeyCommands.Create(run),
            MigrateCommand.Create(run),
        };
        // A label may begin with @: no response files.
        var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors is [])
            // Interrupted, a command still stops the database that it has started.
            return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(NetType().Replace(error.Message, ""));
        await Console.Error.WriteLineAsync("Add --help to see what is possible.");
        return CommandRun.WrongUse;
    }

    // What System.CommandLine says of a word that is no number or no id.
    [GeneratedRegex(" as expected type '[^']*'")]
    private static partial Regex NetType();
}

using System.CommandLine;
using System.Text.RegularExpressions;
using ScimProvisioning.Api;
using ScimProvisioning.Auth.Connections;

namespace ScimProvisioning.CommandLine;

/// <summary>The commands of the program. Operators run them on the machine itself, so they need no admin key.</summary>
static partial class OperatorCommands
{
    static readonly string[] Questions = ["--help", "-h", "/h", "-?", "/?", "--version"];

    /// <summary>
    /// Whether the program is to run a command instead of the server. Settings of the server begin with a dash or a slash, or are
    /// <c>Key=Value</c>; any other first word is a command.
    /// </summary>
    public static bool AreIn(string[] args) =>
        args is [var first, ..]
        && (
            Questions.Contains(first) || !(first.StartsWith('-') || first.StartsWith('/') || first.Contains('=', StringComparison.Ordinal))
        );

    /// <param name="prepare">Prepares configuration and database. What it returns is disposed of when the command is done.</param>
    /// <param name="program">Runs pg_dump and pg_restore.</param>
    public static async Task<int> RunAsync(
        string[] args,
        Func<WebApplicationBuilder, CancellationToken, Task<IAsyncDisposable?>> prepare,
        RunClientProgram program
    )
    {
        var run = new CommandRun(prepare);
        var backup = new BackupCommands(run, program);
        var root = new RootCommand(
            "SCIM provisioning server. Without a command it serves; settings come from environment variables (docs/configuration.md)."
        )
        {
            ConnectionCommands.Build(run),
            TokenCommands.Build(run),
            AdminKeyCommands.Build(run),
            ImportCommand.Build(run),
            ReconcileCommand.Build(run),
            SelfTestCommand.Build(run),
            SupportBundleCommand.Build(run),
            PortalLinkCommand.Build(run),
            EventCommands.Build(run),
            ActivityCommands.BuildRuns(run),
            ActivityCommands.BuildRequests(run),
            ActivityCommands.BuildWhy(run),
            ActivityCommands.BuildHealth(run),
            WebhookCommands.Build(run),
            ListenCommand.Build(run),
            GuardCommand.Build(run),
            PurgeCommand.Build(run),
            MigrateCommand.Build(run),
            backup.BuildBackup(),
            backup.BuildRestore(),
        };
        // Without response files, because a label may begin with @.
        var parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors is [])
            // An interrupted command needs time to stop the database that it has started.
            return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });

        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(NetType().Replace(error.Message, ""));
        if (parsed.Errors.Any(error => error.Message.Contains($"'{ConnectionKey.Prefix}", StringComparison.OrdinalIgnoreCase)))
            await Console.Error.WriteLineAsync("That is the key of a connection. Here belongs its id: 'connection list' shows both.");
        else if (parsed.Errors.Any(error => error.Message.Contains(nameof(System.Guid), StringComparison.Ordinal)))
            await Console.Error.WriteLineAsync(UnreadableRequest.Id);
        await Console.Error.WriteLineAsync("Add --help to see what is possible.");
        return CommandRun.WrongUse;
    }

    // The end of a text of System.CommandLine that names a type of .NET.
    [GeneratedRegex(" as expected type '[^']*'")]
    private static partial Regex NetType();
}

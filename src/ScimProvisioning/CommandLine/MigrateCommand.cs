using System.CommandLine;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.CommandLine;

/// <summary><c>migrate</c>: brings the database up to date, as a server does when it starts.</summary>
static class MigrateCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command(
            "migrate",
            "Brings the database up to date, and creates it if it is not there. Servers do so when they start, too."
        );
        command.SetAction((_, ct) => run.RunAsync(async services => new Migrated(await DatabaseMigrator.MigrateAsync(services, ct)), ct));
        return command;
    }

    /// <param name="Applied">The migrations that were missing and are applied now.</param>
    sealed record Migrated(IReadOnlyList<string> Applied);
}

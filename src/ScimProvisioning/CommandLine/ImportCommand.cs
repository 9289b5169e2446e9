using System.CommandLine;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Imports;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.CommandLine;

/// <summary><c>import</c>: the application's own users, from a file.</summary>
static class ImportCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command(
            "import",
            "Makes the users of a file people of a connection, so that the identity provider's users find them; NDJSON, or CSV (*.csv)."
        );
        var id = ConnectionCommands.IdArgument();
        var file = new Argument<FileInfo>("file") { Description = "One row for each user: uid, appUserId, userName, email, …" };
        var all = new Option<bool>("--all-or-nothing") { Description = "Import nothing unless every row can be read" };
        command.Add(id);
        command.Add(file);
        command.Add(all);
        command.SetAction(
            async (parsed, ct) =>
            {
                var from = parsed.GetRequiredValue(file);
                if (!from.Exists)
                {
                    await Console.Error.WriteLineAsync($"There is no file {from.FullName}.");
                    return CommandRun.WrongUse;
                }
                string? refusal = null;
                var format = from.Extension.Equals(".csv", StringComparison.OrdinalIgnoreCase) ? ImportFormat.Csv : ImportFormat.Ndjson;
                var code = await run.WorkAsync(
                    async (ImportUseCases imports, AdminCaller caller) =>
                    {
                        await using var rows = new ProgressStream(from.OpenRead());
                        var import = await imports.RunAsync(parsed.GetRequiredValue(id), format, rows, parsed.GetValue(all), caller, ct);
                        refusal = Refusal(import, format, from);
                        return import;
                    },
                    ct
                );
                if (refusal is null || code != CommandRun.Good)
                    return code;
                await Console.Error.WriteLineAsync(refusal);
                return CommandRun.Refused;
            }
        );
        return command;
    }

    /// <summary>Why the import is not what was wanted; <c>null</c> when at least some rows are imported.</summary>
    static string? Refusal(ImportResponse import, ImportFormat format, FileInfo file)
    {
        var allFailed = import.Failed > 0 && import.Failed >= import.RowsRead;
        if (import.State != ImportRow.Broken && !allFailed)
            return null;
        var hint =
            allFailed && format is ImportFormat.Ndjson
                ? $" {file.Name} was read as NDJSON: only a file whose name ends with .csv is read as CSV."
                : "";
        var outcome = allFailed ? "No row was imported" : "The import has failed";
        return $"{outcome}: correct what 'errors' says, and import the file again.{hint}";
    }
}

using System.CommandLine;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Imports;
using ScimProvisioning.Directory.Reconciliations;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.CommandLine;

/// <summary><c>reconcile</c>: whether the application has the users that it should have.</summary>
static class ReconcileCommand
{
    /// <summary>Differences that are shown; the API has the rest.</summary>
    const int Shown = 50;

    /// <summary>Not the stale ones: of them the application is told nothing new.</summary>
    static readonly string[] Applied = ["unassigned", "missing", "differing"];

    public static Command Build(CommandRun run)
    {
        var command = new Command(
            "reconcile",
            "Compares the users of a file (NDJSON, or CSV: *.csv) with what the app was told; without a file, finds who is stale."
        );
        var id = ConnectionCommands.IdArgument();
        var file = new Argument<FileInfo?>("file")
        {
            Description = "One row for each user of the app: uid or appUserId, status, userName, …",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var apply = new Option<bool>("--apply")
        {
            Description = $"Tell the app again of those that are {string.Join(", ", Applied)} [default: only say what differs]",
        };
        command.Add(id);
        command.Add(file);
        var anyway = new Option<bool>("--anyway")
        {
            Description = "Apply although the list is empty, or rows of it cannot be read: their people count as missing",
        };
        command.Add(apply);
        command.Add(anyway);
        command.SetAction(
            async (parsed, ct) =>
            {
                var from = parsed.GetValue(file);
                if (from is { Exists: false })
                {
                    await Console.Error.WriteLineAsync($"There is no file {from.FullName}.");
                    return CommandRun.WrongUse;
                }
                var (isBroken, doubt) = (false, (string?)null);
                var code = await run.WorkAsync(
                    async (IServiceProvider services, AdminCaller caller) =>
                    {
                        bool Applies(ReconciliationResponse found)
                        {
                            doubt = parsed.GetValue(apply) && !parsed.GetValue(anyway) ? DoubtOf(found) : null;
                            return parsed.GetValue(apply) && doubt is null;
                        }
                        var done = await ReconcileAsync(services, parsed.GetRequiredValue(id), from, Applies, caller, ct);
                        isBroken = done.Reconciliation.State == ReconciliationRow.Broken;
                        return done;
                    },
                    ct
                );
                if (code == CommandRun.Good && isBroken)
                    await Console.Error.WriteLineAsync("Nothing was compared: correct what 'errors' says, and send the file again.");
                if (code == CommandRun.Good && doubt is not null)
                    await Console.Error.WriteLineAsync(doubt);
                return isBroken || doubt is not null ? CommandRun.Refused : code;
            }
        );
        return command;
    }

    /// <summary>Why the application should not be told of what was found; <c>null</c>: nothing speaks against it.</summary>
    static string? DoubtOf(ReconciliationResponse found) =>
        found is { HasList: true, RowsRead: 0, Counts: { } counts }
            ? $"Nothing was applied: the list is empty, so all {counts.Missing} people are missing. If your app has nobody, add --anyway."
        : found.Failed > 0
            ? $"Nothing was applied: {found.Failed} rows are wrong, so their people may count as missing. Correct what 'errors' says, or "
                + "add --anyway."
        : null;

    static async Task<Outcome> ReconcileAsync(
        IServiceProvider services,
        Guid connection,
        FileInfo? file,
        Func<ReconciliationResponse, bool> applies,
        AdminCaller caller,
        CancellationToken ct
    )
    {
        var useCases = services.GetRequiredService<ReconciliationUseCases>();
        await using Stream rows = file is null ? Stream.Null : new ProgressStream(file.OpenRead());
        ImportFormat? format =
            file is null ? null
            : file.Extension.Equals(".csv", StringComparison.OrdinalIgnoreCase) ? ImportFormat.Csv
            : ImportFormat.Ndjson;
        var found = await useCases.RunAsync(connection, format, rows, caller, ct);
        if (found.State == ReconciliationRow.Broken)
            return new(found, [], null);
        var applied = applies(found)
            ? await services.GetRequiredService<ReconciliationApply>().RunAsync(connection, found.Id, new(Applied, null), caller, ct)
            : null;
        var query = new DifferenceQuery { Limit = Shown };
        var first = await services
            .GetRequiredService<AdminTransaction>()
            .ReadAsync(caller.Admin, () => useCases.ListDifferencesAsync(connection, found.Id, query, ct), ct);
        return new(found, first.Data, applied);
    }

    /// <summary>What the command prints.</summary>
    sealed record Outcome(
        ReconciliationResponse Reconciliation,
        IReadOnlyList<DifferenceResponse> Differences,
        ApplyReconciliationResponse? Applied
    );
}

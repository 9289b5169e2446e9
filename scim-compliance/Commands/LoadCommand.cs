using System.CommandLine;
using System.Globalization;
using ScimCompliance.Load;
using ScimCompliance.Reports;
using ScimCompliance.Verify;

namespace ScimCompliance.Commands;

/// <summary><c>load</c>: sends Entra's mix of requests at a given rate.</summary>
static class LoadCommand
{
    public static Command Create()
    {
        var command = new Command("load", "Sends Entra's mix of requests at a given rate or flat out, and measures.");
        var server = new ServerOptions(command);
        var rate = new Option<double>("--rate", "-r")
        {
            Description = "Requests per second; 25 is what Microsoft asks for, 0 as fast as the connections go",
            DefaultValueFactory = _ => 25,
        };
        var duration = new Option<double>("--duration", "-d") { Description = "Seconds", DefaultValueFactory = _ => 30 };
        var requests = new Option<int?>("--requests", "-n") { Description = "At most so many requests" };
        var connections = new Option<int>("--connections", "-c")
        {
            Description = "Requests at once, 1 to 64",
            DefaultValueFactory = _ => 16,
        };
        var users = new Option<int>("--users") { Description = "Users to make before the time runs", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "Equal seeds make equal people", DefaultValueFactory = _ => 1 };
        var report = new Option<string[]>("--report")
        {
            Description = "Format and file: --report json load.json",
            DefaultValueFactory = _ => [],
            Arity = new(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        foreach (var option in (Option[])[rate, duration, requests, connections, users, seed, report])
            command.Add(option);

        command.SetAction(
            (parsed, ct) =>
                ExitCode.Of(async () =>
                {
                    var file = Report.JsonFile(parsed.GetRequiredValue(report));
                    var options = new LoadOptions(
                        parsed.GetValue(rate) is 0 ? null : parsed.GetValue(rate),
                        TimeSpan.FromSeconds(parsed.GetValue(duration)),
                        parsed.GetValue(requests),
                        parsed.GetValue(connections),
                        parsed.GetValue(users)
                    );
                    if (
                        options is { Rate: < 0 or double.NaN } or { Requests: < 1 } or { Users: < 1 } or { Connections: < 1 or > 64 }
                        || options.Duration <= TimeSpan.Zero
                    )
                        throw new CannotRun(
                            "--duration, --requests and --users must be above zero, --rate not below, and --connections from 1 to 64."
                        );
                    using var client = await server.ClientAsync(parsed, ct);
                    var mark = new Random().Next(0x1000000).ToString("x6", CultureInfo.InvariantCulture);
                    var loaded = await LoadReport.ShowAsync(tell =>
                        new LoadRun(client, mark, parsed.GetValue(seed), options, TimeProvider.System).RunAsync(tell, ct)
                    );
                    LoadReport.Write(loaded);
                    if (file is not null)
                        await File.WriteAllTextAsync(file, LoadReport.Json(loaded), CancellationToken.None);
                    if (loaded.Interrupted)
                        ct.ThrowIfCancellationRequested();
                    return loaded.IsGood;
                })
        );
        return command;
    }
}

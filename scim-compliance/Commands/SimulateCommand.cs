using System.CommandLine;
using ScimCompliance.Reports;
using ScimCompliance.Simulate;
using ScimCompliance.Verify;
using Spectre.Console;

namespace ScimCompliance.Commands;

/// <summary><c>simulate</c>: provisions a whole tenant as Entra's agent does, then compares the server with the tenant.</summary>
static class SimulateCommand
{
    const string AdminKeyVariable = "SCIM_ADMIN_KEY";

    public static Command Create()
    {
        var command = new Command(
            "simulate",
            "Plays Entra's provisioning agent with a made-up tenant, then proves that the server holds exactly what the tenant says."
        );
        var (server, tenants) = (new ServerOptions(command), new TenantOptions(command));
        var save = new Option<FileInfo?>("--save-tenant")
        {
            Description = "Write the tenant to this file: as it is before the first cycle or, with --keep, after the last",
        };
        var cycles = new Option<int>("--cycles") { Description = "Incremental cycles after the initial one", DefaultValueFactory = _ => 5 };
        var flag = new Option<bool>("--flag") { Description = "Speak as Entra does with aadOptscim062020 at the end of the Tenant URL" };
        var parallel = new Option<int>("--parallel") { Description = "Requests at once", DefaultValueFactory = _ => 8 };
        var patience = new Option<int>("--patience")
        {
            Description = "Seconds to wait for a server that is away",
            DefaultValueFactory = _ => 60,
        };
        var pause = new Option<int>("--pause") { Description = "Seconds between cycles", DefaultValueFactory = _ => 0 };
        var runs = new Option<Uri?>("--expect-runs")
        {
            Description =
                "Compare each cycle with the run that the server has counted. Give the address of the connection's runs, such as "
                + $"https://host/api/v1/connections/<id>/runs, the admin key in the environment variable {AdminKeyVariable}, and --pause",
            CustomParser = argument => ServerOptions.ReadUrl(argument, "https://host/api/v1/connections/<id>/runs"),
        };
        var leavers = new Option<int>("--leavers")
        {
            Description = "After the other cycles, disable so many of a hundred users at once, and bring them back in the next cycle",
        };
        ServerOptions.Bound(leavers, 0, 100);
        var guard = new Option<Uri?>("--expect-guard")
        {
            Description =
                "With --leavers: compare what the guard of the connection does with those who leave at once. Give its address, such as "
                + $"https://host/api/v1/connections/<id>/guard, and the admin key in the environment variable {AdminKeyVariable}",
            CustomParser = argument => ServerOptions.ReadUrl(argument, "https://host/api/v1/connections/<id>/guard"),
        };
        var keep = new Option<bool>("--keep") { Description = "Leave what was made on the server" };
        var report = new Option<string[]>("--report")
        {
            Description = "Format and file: --report json simulation.json",
            DefaultValueFactory = _ => [],
            Arity = new(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        foreach (var option in (Option[])[save, cycles, flag, parallel, patience, pause, runs, leavers, guard, keep, report])
            command.Add(option);

        command.SetAction(
            (parsed, ct) =>
                ExitCode.Of(async () =>
                {
                    var file = Report.JsonFile(parsed.GetRequiredValue(report));
                    if (parsed.GetValue(parallel) is < 1 or > 64)
                        throw new CannotRun("--parallel takes 1 to 64.");
                    if (parsed.GetValue(cycles) < 0)
                        throw new CannotRun("--cycles takes no negative number.");
                    var (tenant, people, random) = await tenants.ReadAsync(parsed, ct);
                    if (parsed.GetValue(save) is { } saved)
                        await File.WriteAllTextAsync(saved.FullName, TenantFile.Write(tenant), ct);
                    using var client = await server.ClientAsync(parsed, ct);
                    using var expected = parsed.GetValue(runs) is { } address ? new ExpectedRuns(address, AdminKey()) : null;
                    using var guarded = parsed.GetValue(guard) is { } place ? new ExpectedGuard(place, AdminKey()) : null;
                    var options = new SimulationOptions(
                        parsed.GetValue(cycles),
                        parsed.GetValue(flag) ? Dialect.Flag : Dialect.Default,
                        parsed.GetValue(parallel),
                        TimeSpan.FromSeconds(parsed.GetValue(patience)),
                        TimeSpan.FromSeconds(parsed.GetValue(pause)),
                        parsed.GetValue(keep),
                        expected,
                        parsed.GetValue(leavers),
                        guarded
                    );
                    var simulated = await ConsoleProgress.ShowAsync(progress =>
                        new Simulation(
                            client,
                            tenant,
                            new TenantChanges(tenant, people, random),
                            new(random.Next()),
                            options,
                            TimeProvider.System,
                            progress
                        ).RunAsync(ct)
                    );
                    SimulationReport.Write(simulated, file, AnsiConsole.Console);
                    if (options.Keep && parsed.GetValue(save) is { } after)
                        await File.WriteAllTextAsync(after.FullName, TenantFile.Write(tenant), CancellationToken.None);
                    if (file is not null)
                        await File.WriteAllTextAsync(file, SimulationReport.Json(simulated), CancellationToken.None);
                    if (simulated.Interrupted)
                        ct.ThrowIfCancellationRequested();
                    return simulated.IsClean;
                })
        );
        return command;
    }

    static string AdminKey() =>
        Environment.GetEnvironmentVariable(AdminKeyVariable) is { Length: > 0 } key
            ? key
            : throw new CannotRun(
                $"--expect-runs and --expect-guard read the admin API: give an admin key in the environment variable {AdminKeyVariable}."
            );
}

using System.CommandLine;
using System.CommandLine.Parsing;
using ScimCompliance.Checks;
using ScimCompliance.Reports;
using ScimCompliance.Verify;

namespace ScimCompliance.Commands;

/// <summary><c>verify</c>: runs the checks of a profile.</summary>
static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Checks a server rule by rule, with its own marked resources, and says what to change.");
        var server = new ServerOptions(command);
        var profile = new Option<Profiles>("--profile", "-p")
        {
            Description = "Whose rules: rfc, entra, okta or all",
            HelpName = "profile",
            DefaultValueFactory = _ => Profiles.All,
            CustomParser = ReadProfile,
        };
        var only = new Option<string[]>("--only")
        {
            Description = "Only these checks: ids, or families such as groups.filter; several with spaces or commas",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        var except = new Option<string[]>("--except")
        {
            Description = "All but these",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        var report = new Option<string[]>("--report")
        {
            Description = "Format (html, junit, json or md) and file: --report html report.html; may be given again",
            DefaultValueFactory = _ => [],
            Arity = new(2, 8),
            AllowMultipleArgumentsPerToken = true,
        };
        var keep = new Option<bool>("--keep") { Description = "Leave what was made on the server" };
        var strict = new Option<bool>("--strict") { Description = "Let a should that does not hold decide the exit code too" };
        var limit = new Option<int>("--limit") { Description = "Seconds that one check may take", DefaultValueFactory = _ => 60 };
        ServerOptions.Bound(limit, 1, 3600);
        foreach (var option in (Option[])[profile, only, except, report, strict, keep, limit])
            command.Add(option);

        command.SetAction(
            (parsed, ct) =>
                ExitCode.Of(async () =>
                {
                    var reports = Report.Parse(parsed.GetRequiredValue(report));
                    var profiles = parsed.GetValue(profile);
                    var checks = Catalogue.Choose(profiles, Names(parsed.GetRequiredValue(only)), Names(parsed.GetRequiredValue(except)));
                    foreach (var (_, file) in reports)
                        Report.Writable(file);
                    using var client = await server.ClientAsync(parsed, ct);
                    var random = new Random();
                    var target = new Target(client, token => server.Client(parsed, token), random.Next(0x10000).ToString("x4"), random)
                    {
                        OAuthClient = server.OAuthClient(parsed),
                    };
                    var verification = new Verification(
                        target,
                        TimeProvider.System,
                        TimeSpan.FromSeconds(parsed.GetValue(limit)),
                        parsed.GetValue(keep)
                    );
                    var verified = await ConsoleReport.ShowAsync(
                        checks.Count,
                        (started, finished) => verification.RunAsync(checks, profiles, started, finished, ct)
                    );
                    foreach (var (format, file) in reports)
                        await File.WriteAllTextAsync(file, Report.Write(format, verified), CancellationToken.None);
                    ConsoleReport.Write(verified, [.. reports.Select(one => one.File)]);
                    return verified.Interrupted
                        ? throw new CannotRun("Interrupted before the end.")
                        : verified.AllHold(parsed.GetValue(strict) ? Severity.Should : Severity.Must);
                })
        );
        return command;
    }

    static string[] Names(string[] words) =>
        [.. words.SelectMany(word => word.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    static Profiles ReadProfile(ArgumentResult argument)
    {
        var text = argument.Tokens is [var token] ? token.Value : "";
        if (Enum.GetNames<Profiles>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
            return Enum.Parse<Profiles>(known);
        argument.AddError($"'{text}' is no profile; there are rfc, entra, okta and all.");
        return Profiles.All;
    }
}

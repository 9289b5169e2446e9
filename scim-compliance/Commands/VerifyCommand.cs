using System.CommandLine;
using ScimCompliance.Checks;
using ScimCompliance.Reports;
using ScimCompliance.Verify;

namespace ScimCompliance.Commands;

/// <summary><c>verify</c>: every check of a profile, once.</summary>
static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Checks a server rule by rule, with its own marked resources, and says what to change.");
        var (server, oauth) = (new ServerOptions(command), new OAuthOptions(command));
        var profile = new Option<Profiles>("--profile", "-p") { Description = "Whose rules", DefaultValueFactory = _ => Profiles.All };
        var only = new Option<string[]>("--only") { Description = "Ids of checks, or beginnings of ids such as groups.members; several with commas", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        var report = new Option<string[]>("--report") { Description = "Format (html, junit, json or md) and file: --report html report.html; may be given again", DefaultValueFactory = _ => [], Arity = new(2, 8), AllowMultipleArgumentsPerToken = true };
        var keep = new Option<bool>("--keep") { Description = "Leave what was made on the server" };
        var limit = new Option<int>("--limit") { Description = "Seconds that one check may take", DefaultValueFactory = _ => 60 };
        foreach (var option in (Option[])[profile, only, report, keep, limit]) command.Add(option);

        command.SetAction((parsed, ct) => ExitCode.Of(async () =>
        {
            var reports = Report.Parse(parsed.GetRequiredValue(report));
            var profiles = parsed.GetValue(profile);
            var checks = Catalogue.Choose(profiles, [.. parsed.GetRequiredValue(only).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))]).ToList();
            if (checks is []) throw new CannotRun("No check has such an id. 'scim-compliance catalogue' lists them.");
            using var client = server.Client(parsed);
            var random = new Random();
            var target = new Target(client, token => server.Client(parsed, token), random.Next(0x10000).ToString("x4"), random) { OAuthClient = oauth.Client(parsed) };
            var verification = new Verification(target, TimeProvider.System, TimeSpan.FromSeconds(parsed.GetValue(limit)), parsed.GetValue(keep));
            var verified = await ConsoleReport.ShowAsync(checks.Count, (started, finished) => verification.RunAsync(checks, profiles, started, finished, ct));
            ConsoleReport.Write(verified);
            foreach (var (format, file) in reports) await File.WriteAllTextAsync(file, Report.Write(format, verified), CancellationToken.None);
            return verified.AllMustsHold;
        }));
        return command;
    }
}

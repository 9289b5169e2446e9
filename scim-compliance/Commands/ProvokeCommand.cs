using System.CommandLine;
using System.Text.Json;
using ScimCompliance.Simulate;
using Spectre.Console;

namespace ScimCompliance.Commands;

/// <summary><c>provoke</c>: sends what an operator wants to see in the server's own records.</summary>
static class ProvokeCommand
{
    /// <summary>Looks like a token, and is none.</summary>
    const string WrongToken = "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJub2JvZHkifQ.c2lnbmF0dXJl";

    static readonly Dictionary<string, Provocation> Named = Enum.GetValues<Provocation>()
        .ToDictionary(what => JsonNamingPolicy.KebabCaseLower.ConvertName(what.ToString()));

    public static Command Create()
    {
        var command = new Command(
            "provoke",
            "Sends wrong tokens, users that must be refused, or a walk through everything, as Entra's Account Discovery does."
        );
        var server = new ServerOptions(command);
        var what = new Argument<string>("what") { Description = string.Join(", ", Named.Keys) };
        what.AcceptOnlyFromAmong([.. Named.Keys]);
        var times = new Option<int>("--times") { Description = "How often", DefaultValueFactory = _ => 3 };
        ServerOptions.Bound(times, 1, 10_000);
        command.Add(what);
        command.Add(times);
        command.SetAction(
            (parsed, ct) =>
                ExitCode.Of(async () =>
                {
                    using var client = await server.ClientAsync(parsed, ct);
                    using var stranger = server.Client(parsed, WrongToken);
                    var provoked = new Provoked(client, stranger, new Random(1));
                    var (said, isGood) = await provoked.RunAsync(Named[parsed.GetRequiredValue(what)], parsed.GetValue(times), ct);
                    AnsiConsole.MarkupLineInterpolated($"[{(isGood ? "green" : "red")}]{said}[/]");
                    return isGood;
                })
        );
        return command;
    }
}

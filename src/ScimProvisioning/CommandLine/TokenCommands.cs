using System.CommandLine;
using ScimProvisioning.Admin.Credentials;

namespace ScimProvisioning.CommandLine;

/// <summary><c>token create|list|rotate|revoke</c>.</summary>
static class TokenCommands
{
    public static Command Build(CommandRun run) =>
        new("token", "The secret tokens of a connection.") { BuildCreate(run), BuildList(run), BuildRotate(run), BuildRevoke(run) };

    static Option<Guid> Connection => new("--connection") { Description = "The id of the connection", Required = true };

    static Argument<Guid> Token => new("token-id") { Description = "The id of the token, as 'token list' shows it" };

    static Command BuildCreate(CommandRun run)
    {
        var (command, connection) = (new Command("create", "Makes a secret token; it is shown this once."), Connection);
        command.Add(connection);
        var token = new TokenOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var request = new CreateTokenRequest
                {
                    Label = token.Label(parsed),
                    ExpiresInDays = token.Days(parsed),
                    Scopes = token.Scopes(parsed),
                };
                return run.ChangeAsync(
                    request,
                    (TokenUseCases tokens) => tokens.CreateAsync(parsed.GetRequiredValue(connection), request, ct),
                    ct
                );
            }
        );
        return command;
    }

    static Command BuildList(CommandRun run)
    {
        var (command, connection) = (
            new Command("list", "Lists the tokens of a connection, oldest first, without their secrets."),
            Connection
        );
        command.Add(connection);
        var page = new PageOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var request = page.Of(parsed);
                return run.ReadAsync(
                    request,
                    (TokenUseCases tokens) => tokens.ListAsync(parsed.GetRequiredValue(connection), request, ct),
                    ct
                );
            }
        );
        return command;
    }

    static Command BuildRotate(CommandRun run)
    {
        var (command, id, connection) = (
            new Command("rotate", "Makes a token in place of another, which stays good for a while; the new one is shown this once."),
            Token,
            Connection
        );
        var overlap = new Option<int>("--overlap-hours")
        {
            Description = $"For how long the old token stays good, 0 to {RotateTokenRequest.MaximumOverlap}; 0 revokes it at once",
            DefaultValueFactory = _ => new RotateTokenRequest().OverlapHours,
        };
        command.Add(id);
        command.Add(connection);
        command.Add(overlap);
        var token = new TokenOptions(command);
        command.SetAction(
            (parsed, ct) =>
            {
                var request = new RotateTokenRequest
                {
                    Label = token.Label(parsed),
                    ExpiresInDays = token.Days(parsed),
                    Scopes = token.Scopes(parsed),
                    OverlapHours = parsed.GetValue(overlap),
                };
                return run.ChangeAsync(
                    request,
                    (TokenUseCases tokens) =>
                        tokens.RotateAsync(parsed.GetRequiredValue(connection), parsed.GetRequiredValue(id), request, ct),
                    ct
                );
            }
        );
        return command;
    }

    static Command BuildRevoke(CommandRun run)
    {
        var (command, id, connection) = (new Command("revoke", "Revokes a token, from the next request on."), Token, Connection);
        command.Add(id);
        command.Add(connection);
        command.SetAction(
            (parsed, ct) =>
                run.ChangeAsync(
                    (TokenUseCases tokens) => tokens.RevokeAsync(parsed.GetRequiredValue(connection), parsed.GetRequiredValue(id), ct),
                    ct
                )
        );
        return command;
    }
}

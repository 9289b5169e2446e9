using System.CommandLine;
using ScimCompliance.Verify;
using ScimCompliance.Wire;

namespace ScimCompliance.Commands;

/// <summary>The options of every verb that talks to a server.</summary>
sealed class ServerOptions
{
    public const string TokenVariable = "SCIM_TOKEN";

    readonly Option<Uri> _url = new("--url", "-u") { Description = "Tenant URL: the address before /Users, for example https://host/scim/v2", Required = true, CustomParser = ReadUrl };
    readonly Option<string?> _token = new("--token", "-t") { Description = $"Secret Token. Better in the environment variable {TokenVariable}, where no process list shows it" };
    readonly Option<int> _timeout = new("--timeout") { Description = "Seconds to wait for an answer; Entra waits 60", DefaultValueFactory = _ => 30 };
    readonly Option<bool> _insecure = new("--insecure") { Description = "Accept any certificate (to try a server on your own machine)" };

    public ServerOptions(Command command)
    {
        command.Add(_url);
        command.Add(_token);
        command.Add(_timeout);
        command.Add(_insecure);
    }

    public Uri Url(ParseResult parsed) => parsed.GetRequiredValue(_url);

    /// <exception cref="CannotRun">No token was given.</exception>
    public string Token(ParseResult parsed) => (parsed.GetValue(_token) ?? Environment.GetEnvironmentVariable(TokenVariable))?.Trim() is { Length: > 0 } token
        ? token
        : throw new CannotRun($"Give the Secret Token with --token or in the environment variable {TokenVariable}.");

    /// <summary>A client with this token, or with the one given on the command line.</summary>
    public ScimClient Client(ParseResult parsed) => Client(parsed, Token(parsed));

    /// <inheritdoc cref="Client(ParseResult)"/>
    public ScimClient Client(ParseResult parsed, string? token) =>
        new(Url(parsed), token, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), parsed.GetValue(_insecure));

    /// <summary>An http or https address, or an error that shows one.</summary>
    public static Uri? ReadUrl(System.CommandLine.Parsing.ArgumentResult argument)
    {
        var text = argument.Tokens is [var token] ? token.Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        argument.AddError($"'{text}' is no http or https address, such as https://host/scim/v2 or https://host/oauth2/token.");
        return null;
    }
}

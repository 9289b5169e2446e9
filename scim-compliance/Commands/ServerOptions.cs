using System.CommandLine;
using System.CommandLine.Parsing;
using ScimCompliance.Verify;
using ScimCompliance.Wire;

namespace ScimCompliance.Commands;

/// <summary>The options of every verb that talks to a server.</summary>
sealed class ServerOptions
{
    public const string TokenVariable = "SCIM_TOKEN";

    readonly Option<Uri> _url = new("--url", "-u") { Description = "Tenant URL: the address before /Users, for example https://host/scim/v2", Required = true, CustomParser = ReadTenantUrl };
    readonly Option<string?> _token = new("--token", "-t") { Description = $"Secret Token. Better in the environment variable {TokenVariable}, where no process list shows it" };
    readonly Option<int> _timeout = new("--timeout") { Description = "Seconds to wait for an answer; Entra waits 60", DefaultValueFactory = _ => 30 };
    readonly Option<bool> _insecure = new("--insecure") { Description = "Accept any certificate (to try a server on your own machine)" };

    public ServerOptions(Command command)
    {
        command.Add(_url);
        command.Add(_token);
        command.Add(_timeout);
        command.Add(_insecure);
        Bound(_timeout, 1, 3600);
    }

    /// <summary>Refuses a number out of these bounds.</summary>
    public static void Bound(Option<int> option, int least, int most) => option.Validators.Add(given =>
    {
        if (given.Tokens is [var token] && int.TryParse(token.Value, out var number) && (number < least || number > most)) given.AddError($"{option.Name} takes {least} to {most}.");
    });

    public Uri Url(ParseResult parsed) => parsed.GetRequiredValue(_url);

    /// <exception cref="CannotRun">No token was given.</exception>
    public string Token(ParseResult parsed)
    {
        if ((parsed.GetValue(_token) ?? Environment.GetEnvironmentVariable(TokenVariable))?.Trim() is not { Length: > 0 } token)
            throw new CannotRun($"Give the Secret Token with --token or in the environment variable {TokenVariable}.");
        return token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? throw new CannotRun("Leave out 'Bearer ' before the Secret Token; Entra adds it too.") : token;
    }

    /// <summary>A client with this token, or with the one given on the command line.</summary>
    public ScimClient Client(ParseResult parsed) => Client(parsed, Token(parsed));

    /// <inheritdoc cref="Client(ParseResult)"/>
    public ScimClient Client(ParseResult parsed, string? token) =>
        new(Url(parsed), token, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), parsed.GetValue(_insecure));

    /// <summary>An http or https address, or an error that shows one like <paramref name="example"/>.</summary>
    public static Uri? ReadUrl(ArgumentResult argument, string example)
    {
        var text = argument.Tokens is [var token] ? token.Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        argument.AddError($"'{text}' is no http or https address, such as {example}.");
        return null;
    }

    static Uri? ReadTenantUrl(ArgumentResult argument)
    {
        var url = ReadUrl(argument, "https://host/scim/v2");
        if (url is not null && url.Segments[^1].TrimEnd('/').ToUpperInvariant() is "USERS" or "GROUPS" or "SERVICEPROVIDERCONFIG")
            argument.AddError($"Leave out '{url.Segments[^1]}': the Tenant URL is what stands before it.");
        return url;
    }
}

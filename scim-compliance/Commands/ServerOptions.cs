using System.CommandLine;
using System.CommandLine.Parsing;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Commands;

/// <summary>The options of every verb that talks to a server.</summary>
sealed class ServerOptions
{
    public const string TokenVariable = "SCIM_TOKEN";

    readonly Option<Uri> _url = new("--url", "-u")
    {
        Description = "Tenant URL: the address before /Users, for example https://host/scim/v2",
        Required = true,
        CustomParser = ReadTenantUrl,
    };
    readonly Option<string?> _token = new("--token", "-t")
    {
        Description = $"Secret Token. Better in the environment variable {TokenVariable}, where no process list shows it",
    };
    readonly Option<int> _timeout = new("--timeout")
    {
        Description = "Seconds to wait for an answer; Entra waits 60",
        DefaultValueFactory = _ => 30,
    };
    readonly Option<bool> _insecure = new("--insecure") { Description = "Accept any certificate (to try a server on your own machine)" };

    readonly OAuthOptions _oauth;

    public ServerOptions(Command command)
    {
        command.Add(_url);
        command.Add(_token);
        _oauth = new OAuthOptions(command);
        command.Add(_timeout);
        command.Add(_insecure);
        Bound(_timeout, 1, 3600);
    }

    /// <summary>Makes the option refuse numbers outside of these bounds.</summary>
    public static void Bound(Option<int> option, int least, int most) =>
        option.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && int.TryParse(token.Value, out var number) && (number < least || number > most))
                given.AddError($"{option.Name} takes {least} to {most}.");
        });

    public Uri Url(ParseResult parsed) => parsed.GetRequiredValue(_url);

    /// <summary>The OAuth client of the command line; null when a Secret Token is used.</summary>
    /// <exception cref="CannotRun">Only a part of it is given, or a Secret Token too.</exception>
    public OAuthClient? OAuthClient(ParseResult parsed)
    {
        var client = _oauth.Client(parsed);
        // Only a token on the command line is a contradiction: the environment variable may be set for other runs.
        return client is not null && parsed.GetValue(_token) is not null
            ? throw new CannotRun(
                "Give either --token or an OAuth client (--client-id, --token-url), not both: a server is opened with one of them."
            )
            : client;
    }

    /// <summary>
    /// A client with the credentials of the command line: a Secret Token, or access tokens, of which it has the first already.
    /// </summary>
    /// <exception cref="CannotRun">No credentials are given, or no access token can be got.</exception>
    public async Task<ScimClient> ClientAsync(ParseResult parsed, CancellationToken ct)
    {
        if (OAuthClient(parsed) is not { } oauth)
            return Client(parsed, Token(parsed));
        var client = new ScimClient(Url(parsed), null, Timeout(parsed), parsed.GetValue(_insecure))
        {
            AccessTokens = new(oauth, () => Client(parsed, null), TimeProvider.System),
        };
        await Connection.LogInAsync(oauth, client.AccessTokens, ct);
        return client;
    }

    /// <summary>A client with this token, or none.</summary>
    public ScimClient Client(ParseResult parsed, string? token) => new(Url(parsed), token, Timeout(parsed), parsed.GetValue(_insecure));

    TimeSpan Timeout(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_timeout));

    string Token(ParseResult parsed)
    {
        if ((parsed.GetValue(_token) ?? Environment.GetEnvironmentVariable(TokenVariable))?.Trim() is not { Length: > 0 } token)
            throw new CannotRun(
                $"Give the Secret Token with --token or in the environment variable {TokenVariable}, "
                    + "or an OAuth client with --client-id, --client-secret and --token-url."
            );
        return token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? throw new CannotRun("Leave out 'Bearer ' before the Secret Token; Entra adds it too.")
            : token;
    }

    /// <summary>Reads an http or https URL; adds an error that shows <paramref name="example"/> otherwise.</summary>
    public static Uri? ReadUrl(ArgumentResult argument, string example)
    {
        var text = argument.Tokens is [var token] ? token.Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
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

using System.CommandLine;
using ScimCompliance.Verify;

namespace ScimCompliance.Commands;

/// <summary>The OAuth client of the server, for the checks of how Entra gets access tokens.</summary>
sealed class OAuthOptions
{
    public const string SecretVariable = "SCIM_CLIENT_SECRET";

    readonly Option<string?> _id = new("--client-id") { Description = "OAuth client of the server, to check client credentials" };
    readonly Option<string?> _secret = new("--client-secret") { Description = $"Secret of that client. Better in the environment variable {SecretVariable}" };
    readonly Option<Uri?> _tokenUrl = new("--token-url") { Description = "Where that client gets access tokens: https://host/oauth2/token", CustomParser = argument => ServerOptions.ReadUrl(argument, "https://host/oauth2/token") };
    readonly Option<string?> _assertion = new("--client-assertion") { Description = "A token issued by Entra for that client, to check workload identity federation" };

    public OAuthOptions(Command command)
    {
        foreach (var option in (Option[])[_id, _secret, _tokenUrl, _assertion]) command.Add(option);
    }

    /// <summary>Null when none is given.</summary>
    /// <exception cref="CannotRun">Only a part of it is given.</exception>
    public OAuthClient? Client(ParseResult parsed)
    {
        var (id, url) = (parsed.GetValue(_id), parsed.GetValue(_tokenUrl));
        if (id is null != url is null) throw new CannotRun("--client-id and --token-url belong together: give both, or neither.");
        return id is null || url is null ? null : new(id, parsed.GetValue(_secret) ?? Environment.GetEnvironmentVariable(SecretVariable), url, parsed.GetValue(_assertion));
    }
}

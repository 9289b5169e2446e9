using System.CommandLine;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Commands;

/// <summary>The options of an OAuth client, which gets access tokens instead of using a Secret Token.</summary>
sealed class OAuthOptions
{
    public const string SecretVariable = "SCIM_CLIENT_SECRET";

    readonly Option<string?> _id = new("--client-id") { Description = "OAuth client of the server, in the place of a Secret Token" };
    readonly Option<string?> _secret = new("--client-secret")
    {
        Description = $"Secret of that client. Better in the environment variable {SecretVariable}",
    };
    readonly Option<Uri?> _tokenUrl = new("--token-url")
    {
        Description = "Where that client gets access tokens: https://host/oauth2/token",
        CustomParser = argument => ServerOptions.ReadUrl(argument, "https://host/oauth2/token"),
    };
    readonly Option<string?> _assertion = new("--client-assertion")
    {
        Description = "A token issued by Entra for that client, in the place of its secret (workload identity federation)",
    };

    public OAuthOptions(Command command)
    {
        foreach (var option in (Option[])[_id, _secret, _tokenUrl, _assertion])
            command.Add(option);
    }

    /// <summary>Null when none is given.</summary>
    /// <exception cref="CannotRun">Only a part of it is given.</exception>
    public OAuthClient? Client(ParseResult parsed)
    {
        var (id, secret, url, assertion) = (
            parsed.GetValue(_id),
            parsed.GetValue(_secret),
            parsed.GetValue(_tokenUrl),
            parsed.GetValue(_assertion)
        );
        if (id is null && secret is null && url is null && assertion is null)
            return null;
        if (id is null || url is null)
            throw new CannotRun("An OAuth client needs --client-id and --token-url: give both, or neither.");
        secret = (secret ?? Environment.GetEnvironmentVariable(SecretVariable))?.Trim() is { Length: > 0 } given ? given : null;
        if (secret is null && assertion is null)
            throw new CannotRun(
                $"Give the secret of the OAuth client with --client-secret or in the environment variable {SecretVariable}, "
                    + "or an assertion with --client-assertion."
            );
        return new(id, secret, url, assertion);
    }
}

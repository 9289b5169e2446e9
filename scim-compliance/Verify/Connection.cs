using ScimCompliance.Http;

namespace ScimCompliance.Verify;

/// <summary>Finds out whether there is a SCIM server that accepts the token, and what it announces.</summary>
static class Connection
{
    /// <exception cref="CannotRun">
    /// There is no answer, it is no SCIM server, or the token is refused; the message says what to check.
    /// </exception>
    public static async Task<Capabilities> ConnectAsync(ScimClient client, CancellationToken ct)
    {
        await FindExtraHeadersAsync(client, ct);
        var config = await Get("/ServiceProviderConfig");
        if (config.Status is 0)
            throw new CannotRun(Unreachable(client.BaseUrl, config));
        var users = await Get("/Users?startIndex=1&count=1");
        if (users.Status is 0)
            throw new CannotRun(Unreachable(client.BaseUrl, users));
        if (users.Status is 401 or 403)
            throw new CannotRun(
                $"{client.BaseUrl}/Users answers {users.Status}: the token is not accepted. Check that it is complete, not expired or "
                    + "revoked, and belongs to this Tenant URL."
                    + (users["detail"].Text() is { Length: > 0 } detail ? $" The server says: '{detail}'" : "")
            );
        // At a mistyped address a SCIM server may answer with a SCIM error 404.
        if (!LooksLikeScim(config) && !LooksLikeScim(users) || config.Status is 404 && users.Status is 404)
            throw new CannotRun(
                $"There is no SCIM server at {client.BaseUrl}: /ServiceProviderConfig answers {config.Status} and /Users answers "
                    + $"{users.Status}. "
                    + $"The URL must be the one before /Users, usually ending in /scim or /scim/v2.{Moved(users)}"
            );

        await RequireWriteAsync(client, ct);
        return new(Body(config), Body(await Get("/ResourceTypes")), Body(await Get("/Schemas")));

        Task<Reply> Get(string path) => client.SendAsync("GET", path, null, [], ct);
    }

    /// <summary>
    /// Said once here, and not by each check that writes. The requests are for a user that does not exist, so they change nothing.
    /// </summary>
    /// <exception cref="CannotRun">The token may only read.</exception>
    static async Task RequireWriteAsync(ScimClient client, CancellationToken ct)
    {
        const string nobody = "/Users/00000000-0000-4000-8000-000000000000";
        const string nothing = """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[]}""";
        var patched = await client.SendAsync("PATCH", nobody, nothing, [], ct);
        if (patched.Status is not 403 || (await client.SendAsync("DELETE", nobody, null, [], ct)).Status is not 403)
            return;
        throw new CannotRun(
            $"The token may read and not write: {client.BaseUrl}{nobody} answers 403 to PATCH and DELETE. The checks create users and "
                + "groups and delete them again: give them a token that may do both, as Entra needs it."
                + (patched["detail"].Text() is { Length: > 0 } detail ? $" The server says: '{detail}'" : "")
        );
    }

    /// <summary>Gets the first access token.</summary>
    /// <exception cref="CannotRun">None is issued; the message says what to check.</exception>
    public static async Task LogInAsync(OAuthClient client, AccessTokens tokens, CancellationToken ct)
    {
        if (await tokens.FetchAsync(ct) is not { } reply)
            return;
        var (url, said) = (
            client.TokenUrl,
            string.Join(": ", ((string[])["error", "error_description"]).Select(name => reply[name].Text()).Where(text => text is not ""))
        );
        var answers = $"{url} answers {reply.Status}{(said is "" ? "" : $" ({said})")}";
        throw new CannotRun(
            reply switch
            {
                { Status: 0 } => Unreachable(url.OriginalString, reply),
                { IsSuccess: true } =>
                    $"{answers} without an access_token that could be sent. Check that --token-url is the address of a token "
                        + "endpoint, usually ending in /oauth2/token.",
                { Status: 400 or 401 or 403 } =>
                    $"{answers}: it gives no access token to this OAuth client. Check that --client-id and the "
                        + $"{(client.Assertion is null ? "secret" : "assertion")} are complete, not expired or revoked, and belong to this "
                        + "server.",
                _ => $"{answers}: no access token can be got there. Check that --token-url is the address of a token endpoint, "
                    + $"usually ending in /oauth2/token.{Moved(reply)}",
            }
        );
    }

    // A firewall may require a User-Agent, a framework may require Accept: then one check fails, and not all of them.
    static async Task FindExtraHeadersAsync(ScimClient client, CancellationToken ct)
    {
        if ((await Refused()) is not true)
            return;
        foreach (
            var headers in (List<(string, string)>[])
                [
                    [("User-Agent", "scim-compliance")],
                    [("Accept", "application/scim+json")],
                    [("User-Agent", "scim-compliance"), ("Accept", "application/scim+json")],
                ]
        )
        {
            client.ExtraHeaders.AddRange(headers);
            if (await Refused() is false)
                return;
            client.ExtraHeaders.Clear();
        }

        async Task<bool?> Refused() =>
            await client.SendAsync("GET", "/Users?startIndex=1&count=1", null, [], ct) switch
            {
                { IsSuccess: true } => false,
                { Status: 400 or 403 or 406 } => true,
                _ => null,
            };
    }

    static System.Text.Json.Nodes.JsonNode? Body(Reply reply) => reply.IsSuccess ? reply.Json : null;

    static bool LooksLikeScim(Reply reply) =>
        reply.Json is System.Text.Json.Nodes.JsonObject body && (body["schemas"] is not null || body["Resources"] is not null);

    static string Moved(Reply reply) =>
        reply.Status is >= 300 and < 400 && reply.Header("Location") is { } location
            ? $" It redirects to {location}: use that address, since Entra does not follow."
            : "";

    static string Unreachable(string url, Reply reply) =>
        reply.Exchange.Failure is var why && why!.Contains("SSL", StringComparison.OrdinalIgnoreCase)
        || why.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? $"No secure connection to {url}: {why} Entra needs a certificate of a public authority that names this host; "
                + "to try a server of your own anyway, add --insecure."
            : $"Nothing answers at {url}: {why}. Check the host name, the port and http or https, and that the server is running.";
}

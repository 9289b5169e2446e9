using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Support.SelfTests;

/// <summary>The checks of SCIM itself at the Tenant URL, as Entra would do it first.</summary>
/// <param name="allowsAll">Whether the connection accepts logins from all addresses.</param>
/// <param name="userName">The name of the user that is made and deleted again.</param>
sealed class ScimChecks(SelfTestClient client, string tenantUrl, bool allowsAll, string userName, TimeProvider clock)
{
    const string Scim = "application/scim+json";
    const string List = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    const string Patch = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    const string Config = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";

    /// <summary>How long a revoked token may still be good: the servers tell each other.</summary>
    static readonly TimeSpan RevocationTakes = TimeSpan.FromSeconds(8);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    SelfTestAnswer _config = null!;

    /// <summary>The user that was made; <c>null</c>: none was.</summary>
    public Guid? User { get; private set; }

    /// <summary>Whether the URL leads to a SCIM server, whatever it says.</summary>
    public async Task<string> PathAsync(CancellationToken ct)
    {
        _config = await client.SendAsync(HttpMethod.Get, $"{tenantUrl}/ServiceProviderConfig", null, ct);
        if (_config.Status is >= 300 and < 400)
            throw new CheckFailedException(
                $"The answer is {_config.Status}, a redirect to {_config.Location}.",
                "Identity providers follow no redirects: set PublicUrl to the address where it leads, without /scim and what follows."
            );
        // Behind the path, this server answers every request in JSON, refused ones too.
        if (_config.Body is null && _config.Status != 401)
            throw new CheckFailedException(
                $"The answer is {_config.Status} with '{_config.MediaType ?? "no content type"}', and not one of this server.",
                "Something else answers at this address, or the path is wrong: the proxy must hand on /scim/v2/… unchanged, and PublicUrl "
                    + "must end before /scim."
            );
        if (_config.Status == 404)
            throw new CheckFailedException(
                $"{tenantUrl} is answered 404: {_config.Detail}",
                "The path is wrong, or it is another server: the proxy must hand on /scim/v2/… unchanged, and PublicUrl must end before "
                    + "/scim."
            );
        return $"{tenantUrl} is answered in JSON.";
    }

    /// <summary>Whether the token is accepted, which only a server of this database can know.</summary>
    public Task<string> LoginAsync()
    {
        var (detail, advice) = _config.Status switch
        {
            401 => (
                "A token that was made just now is refused.",
                (
                    allowsAll
                        ? ""
                        : "If this server's own address is not among the connection's allowedAddresses, that is the reason, and no "
                            + "fault. Else: "
                )
                    + "another server with another database answers at this address, or the proxy takes the Authorization header away, or "
                    + "the servers have different values of Tokens__SigningKey."
            ),
            503 => (_config.Detail, "Resume the connection if it is paused, and test again."),
            429 => (_config.Detail, "The connection is very busy: test again when the identity provider has finished."),
            200 => ("", ""),
            var other => ($"The answer is {other}: {_config.Detail}", "Look into the log of the server for this time."),
        };
        return detail.Length > 0 && _config.Status != 200
            ? throw new CheckFailedException(detail, advice)
            : Task.FromResult("A token that was made for this test is accepted.");
    }

    public Task<string> ContentTypeAsync() =>
        _config.MediaType == Scim
            ? Task.FromResult($"Answers are {Scim}.")
            : throw new CheckFailedException(
                $"The answer is '{_config.MediaType}' instead of {Scim}.",
                "Something between changes the answers of this server: look for a rule of the proxy that sets Content-Type."
            );

    public Task<string> ConfigAsync() =>
        _config.IsOf(Config) && (_config.Body?["patch"] as JsonObject)?["supported"]?.GetValueKind() is JsonValueKind.True
            ? Task.FromResult("The server says what it can do, PATCH and filters among it.")
            : throw new CheckFailedException(
                "The answer is no ServiceProviderConfig with PATCH.",
                "Something between changes the answers of this server: look for rules of the proxy that rewrite bodies."
            );

    /// <summary>What Entra's Test Connection asks for: somebody who cannot exist.</summary>
    public async Task<string> FilterAsync(CancellationToken ct)
    {
        var filter = Uri.EscapeDataString($"userName eq \"{Guid.CreateVersion7(clock.GetUtcNow())}\"");
        var answer = await client.SendAsync(HttpMethod.Get, $"{tenantUrl}/Users?filter={filter}", null, ct);
        Require(answer, 200, "the search for a user who is not there");
        if (!answer.IsOf(List) || answer.Body?["totalResults"]?.ToJsonString() != "0")
            throw new CheckFailedException(
                "The answer is no empty list: the filter did not arrive.",
                "The proxy must hand on the query of the URL unchanged, with quotation marks as %22 and blanks as %20 or +."
            );
        return "A search for somebody who is not there finds nobody.";
    }

    /// <summary>Creates an inactive user, changes and deletes him. What is left is erased afterwards.</summary>
    public async Task<string> WriteAsync(CancellationToken ct)
    {
        var created = await client.SendAsync(
            HttpMethod.Post,
            $"{tenantUrl}/Users",
            $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{userName}}","active":false}""",
            ct
        );
        Require(created, 201, "creating a user");
        User = Guid.TryParse(created.Text("id"), out var id)
            ? id
            : throw new CheckFailedException(
                "The answer to creating a user has no id of this server.",
                "Something between changes the answers of this server: look for rules of the proxy that rewrite bodies."
            );
        var user = $"{tenantUrl}/Users/{User}";
        var operation = """{"op":"Replace","path":"displayName","value":"Self-test"}""";
        var patched = await client.SendAsync(HttpMethod.Patch, user, $$"""{"schemas":["{{Patch}}"],"Operations":[{{operation}}]}""", ct);
        Require(patched, 200, "changing a user");
        var read = await client.SendAsync(HttpMethod.Get, user, null, ct);
        Require(read, 200, "reading a user");
        if (read.Text("displayName") != "Self-test")
            throw new CheckFailedException(
                "A change of a user is not there when the user is read again.",
                "A proxy or cache in between answers by itself: switch caching off for /scim."
            );
        Require(await client.SendAsync(HttpMethod.Delete, user, null, ct), 204, "deleting a user");
        Require(await client.SendAsync(HttpMethod.Get, user, null, ct), 404, "reading a deleted user");
        return "A user was created, changed, read and deleted. The app is told nothing of it.";
    }

    /// <summary>Whether a token is refused once it is revoked.</summary>
    public async Task<string> RefusalAsync(CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        SelfTestAnswer answer;
        do
        {
            answer = await client.SendAsync(HttpMethod.Get, $"{tenantUrl}/ServiceProviderConfig", null, ct);
            if (answer.Status == 401)
                return "The token was revoked, and is refused with 401.";
            await Task.Delay(Pause, ct);
        } while (Stopwatch.GetElapsedTime(began) < RevocationTakes);
        throw new CheckFailedException(
            $"A revoked token is answered {answer.Status}.",
            "A proxy or cache in between answers by itself: switch caching off for /scim. Or the servers do not hear of each other's "
                + "changes, which their log says."
        );
    }

    static void Require(SelfTestAnswer answer, int status, string what)
    {
        if (answer.Status != status)
            throw new CheckFailedException(
                $"The answer to {what} is {answer.Status} instead of {status}: {answer.Detail}",
                answer.Status switch
                {
                    400 => "The connection asks for more than a userName: look at its registered schemas. The identity provider must send "
                        + "what they require.",
                    403 or 405 => "A rule of the proxy refuses the method: it must let GET, POST, PUT, PATCH and DELETE through.",
                    429 or 503 => "The connection is very busy: test again when the identity provider has finished.",
                    >= 500 => "Look into the log of the server for this time.",
                    _ => "Something between this address and the server changes requests: look at the rules of the proxy.",
                }
            );
    }
}

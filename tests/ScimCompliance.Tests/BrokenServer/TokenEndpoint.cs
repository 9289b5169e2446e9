using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ScimCompliance.Tests.Defects;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>
/// Issues access tokens to one OAuth client (RFC 6749 §4.4, RFC 7523 §2.2). Its tokens open a server with the defect <see cref="Guard"/>
/// until they are revoked.
/// </summary>
sealed class TokenEndpoint : IAsyncDisposable
{
    public const string Secret = "secret-of-the-test-client";
    public const string Assertion = "assertion-of-the-test-client";

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, bool> _valid = [];
    int _issued;
    int _refused;

    TokenEndpoint(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/oauth2/token";

    public string Options => $"--client-id entra --token-url {Url}";

    /// <summary>Only announced to the client: a token is valid until it is revoked.</summary>
    public int ExpiresIn { get; init; } = 3600;

    /// <summary>Its tokens are not valid.</summary>
    public bool IsUseless { get; init; }

    public int Issued => _issued;

    /// <summary>The number of requests without a valid token.</summary>
    public int Refused => _refused;

    /// <summary>Accepts only valid tokens. A refusal repeats the Authorization header, as some servers do.</summary>
    public Defect Guard =>
        new("Opened by access tokens only")
        {
            Behaviour = new() { IsOpen = true },
            Around = (message, _, server) =>
            {
                var authorization = message.Headers.Authorization.ToString();
                if (authorization.StartsWith("Bearer ", StringComparison.Ordinal) && _valid.ContainsKey(authorization[7..]))
                    return Task.FromResult(server(message));
                Interlocked.Increment(ref _refused);
                return Task.FromResult(Answer.Error(401, null, $"'{authorization}' is not valid.").With("WWW-Authenticate", "Bearer"));
            },
        };

    public static async Task<TokenEndpoint> StartAsync(int expiresIn = 3600, bool useless = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var endpoint = new TokenEndpoint(builder.Build()) { ExpiresIn = expiresIn, IsUseless = useless };
        endpoint._app.Run(endpoint.IssueAsync);
        await endpoint._app.StartAsync();
        return endpoint;
    }

    public void Revoke() => _valid.Clear();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task IssueAsync(HttpContext http)
    {
        if (http.Request.Path != "/oauth2/token")
        {
            http.Response.StatusCode = 404;
            return;
        }
        var form = await http.Request.ReadFormAsync();
        var known =
            http.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"entra:{Secret}"))
            || form["client_id"] == "entra" && (form["client_assertion"] == Assertion || form["client_secret"] == Secret);
        if (!known || form["grant_type"] != "client_credentials")
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsJsonAsync(
                new
                {
                    error = "invalid_client",
                    error_description = $"Unknown client '{http.Request.Headers.Authorization}' or '{form["client_assertion"]}'.",
                }
            );
            return;
        }
        var token = $"access-token-{Interlocked.Increment(ref _issued)}";
        if (!IsUseless)
            _valid[token] = true;
        await http.Response.WriteAsJsonAsync(
            new
            {
                access_token = token,
                token_type = "Bearer",
                expires_in = ExpiresIn,
            }
        );
    }
}

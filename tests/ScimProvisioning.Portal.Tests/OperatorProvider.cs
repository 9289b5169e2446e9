using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using ScimProvisioning.Tests.Auth;

namespace ScimProvisioning.Tests.Portal;

/// <summary>
/// An OpenID provider on this machine, which signs everybody in without asking: metadata, keys, and code flow, in which it insists on PKCE
/// and on the secret of the client.
/// </summary>
sealed class OperatorProvider : IAsyncDisposable
{
    public const string ClientId = "portal";
    public const string ClientSecret = "the secret of the portal";

    readonly IssuerKey _key = new();
    readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = [];
    readonly WebApplication _app;

    OperatorProvider(WebApplication app) => _app = app;

    public string Authority => _app.Urls.Single();

    /// <summary>The roles of whoever signs in next.</summary>
    public string[] Roles { get; set; } = [];

    /// <summary>In place of the nonce that was asked for.</summary>
    public string? Nonce { get; set; }

    public static async Task<OperatorProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var provider = new OperatorProvider(builder.Build());
        provider._app.MapGet("/.well-known/openid-configuration", () => Json(provider.Metadata()));
        provider._app.MapGet("/keys", () => Json(new() { ["keys"] = new JsonArray(provider._key.Jwk()) }));
        provider._app.MapGet("/authorize", (HttpContext http) => provider.Authorize(http.Request.Query));
        provider._app.MapPost("/token", async (HttpRequest request) => provider.Token(await request.ReadFormAsync()));
        await provider._app.StartAsync();
        return provider;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    JsonObject Metadata() =>
        new()
        {
            ["issuer"] = Authority,
            ["authorization_endpoint"] = Authority + "/authorize",
            ["token_endpoint"] = Authority + "/token",
            ["jwks_uri"] = Authority + "/keys",
        };

    RedirectHttpResult Authorize(IQueryCollection asked)
    {
        Assert.That(((string?)asked["code_challenge_method"], (string?)asked["response_type"]), Is.EqualTo(("S256", "code")));
        var code = IssuerKey.NewName();
        _codes[code] = (asked["nonce"]!, asked["code_challenge"]!);
        return TypedResults.Redirect($"{asked["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(asked["state"]!)}");
    }

    IResult Token(IFormCollection form)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes((string?)form["code_verifier"] ?? "")));
        if (
            form["client_secret"] != ClientSecret
            || !_codes.TryRemove((string?)form["code"] ?? "", out var code)
            || code.Challenge != challenge
        )
            return TypedResults.BadRequest();
        var now = TimeProvider.System.GetUtcNow();
        var token = new JsonObject
        {
            ["iss"] = Authority,
            ["aud"] = ClientId,
            ["sub"] = "ella",
            ["nonce"] = Nonce ?? code.Nonce,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
            ["roles"] = new JsonArray([.. Roles.Select(role => JsonValue.Create(role))]),
        };
        return Json(
            new()
            {
                ["access_token"] = IssuerKey.NewName(),
                ["token_type"] = "Bearer",
                ["id_token"] = _key.Sign(token),
            }
        );
    }

    static ContentHttpResult Json(JsonObject body) => TypedResults.Text(body.ToJsonString(), "application/json");
}

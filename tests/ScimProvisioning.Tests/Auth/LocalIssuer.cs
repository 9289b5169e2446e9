using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace ScimProvisioning.Tests.Auth;

/// <summary>How a token is signed, well or badly.</summary>
enum Signature
{
    CurrentKey,

    /// <summary>The one before the last rotation.</summary>
    PreviousKey,

    /// <summary>A key that was never served.</summary>
    UnknownKey,

    /// <summary>The same, under the kid of the current key.</summary>
    UnknownKeyOfKnownName,

    /// <summary>HS256 with the public key as the secret: whoever lets the token choose the algorithm takes it (RFC 8725 §2.1).</summary>
    PublicKeyAsSecret,

    /// <summary>alg none.</summary>
    None,
}

/// <summary>
/// Microsoft's token service on this machine: OpenID metadata and keys over HTTP, and tokens with the claims that Entra puts into them.
/// </summary>
sealed class LocalIssuer : IAsyncDisposable
{
    /// <summary>
    /// Of every token that Entra sends when the Secret Token is left blank (entra-docs, use-scim-to-provision-users-and-groups.md).
    /// </summary>
    public const string EntraAudience = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";

    static readonly TimeSpan Life = TimeSpan.FromHours(1);

    readonly Lock _lock = new();
    readonly IssuerKey _unknown = new();
    readonly WebApplication _app;
    readonly List<IssuerKey> _served = [new()];
    IssuerKey _previous;
    int _keyFetches;
    int _metadataFetches;

    LocalIssuer(WebApplication app) => (_app, _previous) = (app, _served[0]);

    /// <summary>For the times of tokens: a test with a server gives it the server's clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Without a slash at the end: what stands before the tenant, as <c>https://login.microsoftonline.com</c> does.</summary>
    public string Authority => _app.Urls.Single();

    /// <summary>How often keys were asked for, at any address.</summary>
    public int KeyFetches => Volatile.Read(ref _keyFetches);

    /// <summary>How often metadata was asked for, at any address.</summary>
    public int MetadataFetches => Volatile.Read(ref _metadataFetches);

    IssuerKey Current => _served[^1];

    public static async Task<LocalIssuer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var issuer = new LocalIssuer(builder.Build());
        issuer._app.MapGet("/{tenant}/.well-known/openid-configuration", (string tenant) => Json(issuer.Metadata(tenant)));
        issuer._app.MapGet("/{tenant}/discovery/keys", (string tenant) => Json(issuer.Keys()));
        issuer._app.MapGet("/{tenant}/discovery/v2.0/keys", (string tenant) => Json(issuer.Keys()));
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>Where the metadata is, <c>common</c> being that of all tenants.</summary>
    public string MetadataUrl(string tenant = "common") => $"{Authority}/{tenant}/.well-known/openid-configuration";

    /// <summary>Signs with a new key from now on.</summary>
    /// <param name="drop">Serves the old one no longer.</param>
    public void Rotate(bool drop = false)
    {
        lock (_lock)
        {
            _previous = Current;
            if (drop)
                _served.Clear();
            _served.Add(new());
        }
    }

    /// <summary>
    /// What Entra sends when the Secret Token is left blank: a v1 token. Which app it names is documented nowhere; here it is Entra's
    /// synchronization.
    /// </summary>
    /// <param name="but">Claims that differ; null leaves one out.</param>
    public string EntraToken(Guid tenant, Signature signature = Signature.CurrentKey, JsonObject? but = null) =>
        Mint(
            $"https://sts.windows.net/{tenant}/",
            EntraAudience,
            Over(
                new()
                {
                    ["tid"] = $"{tenant}",
                    ["appid"] = "00000014-0000-0000-c000-000000000000",
                    ["ver"] = "1.0",
                },
                but
            ),
            signature: signature
        );

    /// <summary>The assertion of workload identity federation: a v2 token, which has a uti and no jti.</summary>
    /// <inheritdoc cref="EntraToken"/>
    public string FederatedToken(
        Guid tenant,
        string subject,
        string audience,
        Signature signature = Signature.CurrentKey,
        JsonObject? but = null
    ) =>
        Mint(
            $"https://login.microsoftonline.com/{tenant}/v2.0",
            audience,
            Over(
                new()
                {
                    ["sub"] = subject,
                    ["tid"] = $"{tenant}",
                    ["uti"] = IssuerKey.NewName(),
                    ["ver"] = "2.0",
                },
                but
            ),
            signature: signature
        );

    /// <summary>Any token: valid now and for an hour, unless said.</summary>
    /// <param name="claims">Added, or put in the place of those that every token has; null leaves one out.</param>
    public string Mint(
        string issuer,
        string audience,
        JsonObject? claims = null,
        DateTimeOffset? notBefore = null,
        DateTimeOffset? expires = null,
        Signature signature = Signature.CurrentKey
    )
    {
        var now = Clock.GetUtcNow();
        var (from, to) = (notBefore ?? now, expires ?? now + Life);
        var payload = With(
            new()
            {
                ["aud"] = audience,
                ["iss"] = issuer,
                ["iat"] = from.ToUnixTimeSeconds(),
                ["nbf"] = from.ToUnixTimeSeconds(),
                ["exp"] = to.ToUnixTimeSeconds(),
            },
            claims
        );
        lock (_lock)
        {
            return signature switch
            {
                Signature.CurrentKey => Current.Sign(payload),
                Signature.PreviousKey => _previous.Sign(payload),
                Signature.UnknownKey => _unknown.Sign(payload),
                Signature.UnknownKeyOfKnownName => _unknown.Sign(payload, Current.Id),
                Signature.PublicKeyAsSecret => Current.SignWithPublicKey(payload),
                Signature.None => Current.Unsigned(payload),
                _ => throw new ArgumentOutOfRangeException(nameof(signature)),
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        foreach (var key in _served.Append(_previous).Append(_unknown))
            key.Dispose();
    }

    // As the v1 metadata of login.microsoftonline.com: all tenants together have a placeholder for the issuer.
    JsonObject Metadata(string tenant)
    {
        Interlocked.Increment(ref _metadataFetches);
        return new()
        {
            ["issuer"] = $"https://sts.windows.net/{(tenant is "common" ? "{tenantid}" : tenant)}/",
            ["jwks_uri"] = $"{Authority}/{tenant}/discovery/keys",
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
        };
    }

    JsonObject Keys()
    {
        Interlocked.Increment(ref _keyFetches);
        lock (_lock)
            return new() { ["keys"] = new JsonArray([.. _served.Select(key => key.Jwk())]) };
    }

    static ContentHttpResult Json(JsonObject body) => TypedResults.Text(body.ToJsonString(), "application/json");

    // What is to be left out stays, to be left out at last.
    static JsonObject Over(JsonObject claims, JsonObject? others)
    {
        foreach (var (name, value) in others ?? [])
            claims[name] = value?.DeepClone();
        return claims;
    }

    static JsonObject With(JsonObject claims, JsonObject? others)
    {
        foreach (var (name, value) in others ?? [])
            if (value is null)
                claims.Remove(name);
            else
                claims[name] = value.DeepClone();
        return claims;
    }
}

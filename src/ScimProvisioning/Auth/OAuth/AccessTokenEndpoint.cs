using System.Text.Json.Serialization;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>An access token (RFC 6749 §5.1).</summary>
sealed record AccessTokenResponse(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("scope")] string Scope
);

/// <summary>No access token is issued (RFC 6749 §5.2).</summary>
sealed record OAuthErrorResponse(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string Description
);

/// <summary>Where OAuth clients get access tokens (RFC 6749 §3.2): not below the SCIM endpoints, which have other media types.</summary>
static class AccessTokenEndpoint
{
    public const string Path = "/oauth2/token";

    public static void AddOAuth(this IServiceCollection services)
    {
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<AccessTokens>();
    }

    // Every method, so that a request that is not a POST is told so in OAuth's error format.
    public static void MapOAuth(this WebApplication app) => app.Map(Path, Answer).ExcludeFromDescription();

    static async Task<IResult> Answer(HttpContext http, ScimDbContext db, ClientAuthentication clients, AccessTokens tokens)
    {
        // §5.1 asks for both headers.
        (http.Response.Headers.CacheControl, http.Response.Headers.Pragma) = ("no-store", "no-cache");
        try
        {
            return TypedResults.Json(await IssueAsync(http, db, clients, tokens));
        }
        catch (OAuthException e)
        {
            // For the log.
            http.Features.Set(e);
            if (e.Status == StatusCodes.Status401Unauthorized)
                http.Response.Headers.WWWAuthenticate = "Basic realm=\"oauth2\"";
            if (e.Status == StatusCodes.Status405MethodNotAllowed)
                http.Response.Headers.Allow = HttpMethods.Post;
            return TypedResults.Json(new OAuthErrorResponse(e.Error, e.Message), statusCode: e.Status);
        }
    }

    static async Task<AccessTokenResponse> IssueAsync(HttpContext http, ScimDbContext db, ClientAuthentication clients, AccessTokens tokens)
    {
        var ct = http.RequestAborted;
        var request = await TokenRequest.ReadAsync(http.Request, ct);
        var client = await clients.LogInAsync(http, db, request);
        var scopes = Granted(request.Scope, client.Scopes);
        await using var transaction = await db.BeginAsync(Reach.Connection(client.ConnectionId), ct);
        var token = await tokens.IssueAsync(db, client, scopes, ct);
        await db.SaveChangesAsync(ct);
        // No notification: no server can have cached a token that did not exist.
        await transaction.CommitAsync(ct);
        return new(token, BearerToken.Scheme, (int)AccessTokens.Life.TotalSeconds, string.Join(' ', scopes));
    }

    // §3.3: the server may grant fewer scopes than were asked for; the response says which.
    static string[] Granted(string? asked, string[] possible)
    {
        var granted = asked?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } some
            ? [.. possible.Intersect(some)]
            : possible;
        return granted is [] ? throw OAuthException.InvalidScope() : granted;
    }
}

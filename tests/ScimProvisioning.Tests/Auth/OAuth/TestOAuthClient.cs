using System.Net.Http.Headers;
using System.Text;

namespace ScimProvisioning.Tests.Auth.OAuth;

/// <summary>An OAuth client of a connection, and what it says at the token endpoint.</summary>
sealed record TestOAuthClient(ScimServer Server, Guid ConnectionId, Guid Id, string ClientId, string? Secret, Guid? SecretId)
{
    public const string Grant = "grant_type=client_credentials";

    public string Path => $"/connections/{ConnectionId}/oauth-clients/{Id}";

    public static async Task<TestOAuthClient> CreateAsync(ScimServer server, Guid connectionId, string json = "{}")
    {
        var (status, made) = await server.Send(HttpMethod.Post, $"/connections/{connectionId}/oauth-clients", json);
        return status == 201
            ? new(
                server,
                connectionId,
                (Guid)made!["id"]!,
                (string)made["clientId"]!,
                (string?)made["clientSecret"],
                (Guid?)made["secretId"]
            )
            : throw new InvalidOperationException($"{status} {made}");
    }

    /// <summary>With id and secret in the header.</summary>
    public Task<Answer> InHeader(string form = Grant, string? secret = null) => Ask(Server, form, Basic(ClientId, secret ?? Secret!));

    /// <summary>With id and secret in the body.</summary>
    public Task<Answer> InBody(string form = Grant, string? secret = null) =>
        Ask(Server, $"{form}&client_id={ClientId}&client_secret={secret ?? Secret}");

    /// <summary>With the token of another issuer.</summary>
    public Task<Answer> Federated(string assertion) => Ask(Server, $"{Grant}&client_id={ClientId}&{Assertion(assertion)}");

    /// <summary>An access token that it must get.</summary>
    public async Task<string> AccessToken(string form = Grant)
    {
        var answer = await InHeader(form);
        return answer.Status == 200
            ? (string)answer["access_token"]!
            : throw new InvalidOperationException($"{answer.Status} {answer.Body}");
    }

    public static string Assertion(string token) =>
        $"client_assertion_type={Uri.EscapeDataString("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")}&client_assertion={token}";

    public static string Basic(string id, string secret) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}"));

    public static async Task<Answer> Ask(
        ScimServer server,
        string? form,
        string? authorization = null,
        string mediaType = "application/x-www-form-urlencoded",
        string method = "POST"
    )
    {
        using var request = new HttpRequestMessage(new(method), "/oauth2/token");
        if (form is not null)
            request.Content = new StringContent(form, MediaTypeHeaderValue.Parse(mediaType));
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await Answer.ReadAsync(await server.ClientWith(null).SendAsync(request));
    }

    /// <summary>The status of a SCIM request with this token.</summary>
    public static async Task<int> Opens(ScimServer server, string? token, string key = "")
    {
        using var client = server.ClientWith(token);
        using var response = await client.GetAsync(new Uri($"/scim/v2/{(key is "" ? "" : key + "/")}Users?count=0", UriKind.Relative));
        return (int)response.StatusCode;
    }
}

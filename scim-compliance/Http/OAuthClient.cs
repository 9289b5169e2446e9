using System.Text;

namespace ScimCompliance.Http;

/// <summary>An OAuth client of the server (RFC 6749 §4.4), as an admin enters it in Entra instead of a Secret Token.</summary>
/// <param name="Assertion">A token issued by Entra, for workload identity federation (RFC 7523 §2.2).</param>
sealed record OAuthClient(string Id, string? Secret, Uri TokenUrl, string? Assertion)
{
    const string Grant = "grant_type=client_credentials";
    const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Id and secret in the header, which every server has to accept (RFC 6749 §2.3.1).</summary>
    public TokenRequest InHeader =>
        new(
            Grant,
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(Id)}:{Uri.EscapeDataString(Secret!)}"))
        );

    /// <summary>Id and secret in the body.</summary>
    public TokenRequest InBody => new($"{Grant}&client_id={WebUtility.UrlEncode(Id)}&client_secret={WebUtility.UrlEncode(Secret)}", "");

    /// <summary>The assertion instead of a secret.</summary>
    public TokenRequest Federated =>
        new(
            $"{Grant}&client_id={WebUtility.UrlEncode(Id)}&client_assertion_type={WebUtility.UrlEncode(JwtBearer)}"
                + $"&client_assertion={WebUtility.UrlEncode(Assertion)}",
            ""
        );

    /// <summary>Sends this request. Secrets of the request are masked in the answer, since a server may echo them.</summary>
    /// <param name="http">Sends no token of its own.</param>
    public async Task<Reply> AskAsync(ScimClient http, TokenRequest request, CancellationToken ct)
    {
        var reply = await http.SendAsync(
            "POST",
            TokenUrl.AbsoluteUri,
            request.Form,
            [("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", request.Authorization)],
            ct
        );
        return new(
            reply.Exchange.Without(
                Secret,
                WebUtility.UrlEncode(Secret),
                Assertion,
                request.Authorization is "" ? null : request.Authorization.Split(' ')[^1]
            ) with
            {
                RequestBody = request.Shown,
            }
        );
    }
}

/// <param name="Authorization">Empty when there is none.</param>
sealed record TokenRequest(string Form, string Authorization)
{
    /// <summary>The form without the credentials, for reports.</summary>
    public string Shown => Form.Split("&client_", 2) is [var grant, _] ? grant + "&…" : Form;
}

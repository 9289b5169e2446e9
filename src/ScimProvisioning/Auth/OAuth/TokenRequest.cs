using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ScimProvisioning.Auth.OAuth;

/// <summary>A request for an access token (RFC 6749 §4.4.2): the client's credentials and the scopes it asks for.</summary>
/// <param name="ClientId">May be absent with an assertion, which names the client too (RFC 7523 §3).</param>
/// <param name="Secret">Absent with an assertion.</param>
/// <param name="Assertion">Absent with a secret.</param>
/// <param name="Scope">As it was sent.</param>
sealed record TokenRequest(string? ClientId, string? Secret, string? Assertion, string? Scope)
{
    const string FormType = "application/x-www-form-urlencoded";
    const string Basic = "Basic ";
    const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const int LargestBody = 64 * 1024;

    /// <exception cref="OAuthException">The request is malformed.</exception>
    public static async Task<TokenRequest> ReadAsync(HttpRequest http, CancellationToken ct)
    {
        if (!HttpMethods.IsPost(http.Method))
            throw OAuthException.InvalidRequest("Send a POST.", StatusCodes.Status405MethodNotAllowed);
        var form = await ReadFormAsync(http, ct);
        switch (Value(form, "grant_type"))
        {
            case null:
                throw OAuthException.InvalidRequest("grant_type is missing.");
            case not "client_credentials":
                throw OAuthException.UnsupportedGrantType();
        }
        var (id, secret, assertion) = (Value(form, "client_id"), Value(form, "client_secret"), ReadAssertion(form));
        if (InHeader(http) is { } header)
        {
            if (secret is not null || assertion is not null || (id is not null && id != header.Id))
                throw TwoMethods();
            (id, secret) = header;
        }
        if (secret is not null && assertion is not null)
            throw TwoMethods();
        return new(id, secret, assertion, Value(form, "scope"));
    }

    static async Task<IFormCollection> ReadFormAsync(HttpRequest http, CancellationToken ct)
    {
        if (
            !MediaTypeHeaderValue.TryParse(http.ContentType, out var type)
            || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase)
        )
            throw OAuthException.InvalidRequest($"Send a form: Content-Type: {FormType}.");
        if (http.Headers.ContentEncoding.Count > 0)
            throw OAuthException.InvalidRequest(
                "Send the form uncompressed, without Content-Encoding.",
                StatusCodes.Status415UnsupportedMediaType
            );
        if (http.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LargestBody;
        try
        {
            return await http.ReadFormAsync(ct);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            throw OAuthException.InvalidRequest("The form cannot be read.");
        }
    }

    // §3.1: a parameter without a value counts as not sent, and none may be sent twice.
    static string? Value(IFormCollection form, string name) =>
        form[name] switch
        {
            { Count: > 1 } => throw OAuthException.InvalidRequest($"{name} is there more than once."),
            [{ Length: > 0 } value] => value,
            _ => null,
        };

    static string? ReadAssertion(IFormCollection form)
    {
        var (type, assertion) = (Value(form, "client_assertion_type"), Value(form, "client_assertion"));
        if (assertion is null && type is null)
            return null;
        if (assertion is null || type is null)
            throw OAuthException.InvalidRequest("client_assertion and client_assertion_type belong together.");
        return type == JwtBearer ? assertion : throw OAuthException.InvalidRequest($"The only client_assertion_type is {JwtBearer}.");
    }

    // §2.3.1: id and secret are form-encoded before they are joined.
    static (string Id, string Secret)? InHeader(HttpRequest http)
    {
        string? header = http.Headers.Authorization;
        if (string.IsNullOrEmpty(header))
            return null;
        var decoded = new byte[header.Length];
        if (
            !header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64String(header[Basic.Length..].Trim(), decoded, out var length)
            || Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is not [var id, var secret]
        )
            throw OAuthException.InvalidClient();
        return (WebUtility.UrlDecode(id), WebUtility.UrlDecode(secret));
    }

    static OAuthException TwoMethods() =>
        OAuthException.InvalidRequest("Send the client's credentials once: in the header, in the body, or as an assertion.");
}

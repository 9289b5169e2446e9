using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Auth;

/// <summary>
/// A key of <c>LocalIssuer</c>, and the JWTs it signs, well or badly. By hand: a library would not make the bad ones.
/// </summary>
sealed class IssuerKey : IDisposable
{
    readonly RSA _rsa = RSA.Create(2048);

    public string Id { get; } = NewName();

    /// <summary>As Entra makes its names: nobody can guess them.</summary>
    public static string NewName() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(20));

    /// <param name="kid">Told in the header; its own unless another is given.</param>
    public string Sign(JsonObject payload, string? kid = null) =>
        Token("RS256", kid ?? Id, payload, bytes => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public string SignWithPublicKey(JsonObject payload) =>
        Token("HS256", Id, payload, bytes => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), bytes));

    public string Unsigned(JsonObject payload) => Token("none", Id, payload, _ => []);

    /// <summary>The public half (RFC 7517).</summary>
    public JsonObject Jwk()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = Id,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _rsa.Dispose();

    static string Token(string algorithm, string kid, JsonObject payload, Func<byte[], byte[]> sign)
    {
        var header = new JsonObject
        {
            ["typ"] = "JWT",
            ["alg"] = algorithm,
            ["kid"] = kid,
        };
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}

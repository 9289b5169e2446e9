using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>A new secret token: a compact HS256 JWT of 187 characters at most, because Entra's field shares a small store.</summary>
/// <param name="Value">The token: shown once and never stored.</param>
/// <param name="JtiHash">Stored, to find the token by.</param>
sealed record SecretToken(string Value, byte[] JtiHash)
{
    /// <summary>The authentication scheme.</summary>
    public const string Scheme = "SecretToken";

    /// <summary>The <c>aud</c> of every secret token.</summary>
    public const string Audience = "scim";

    /// <summary>The claim whose hash identifies the token.</summary>
    public const string JtiClaim = "jti";

    /// <summary>The first part of every secret token.</summary>
    public static readonly string Header = Encode("""{"alg":"HS256","typ":"JWT"}"""u8);

    /// <summary>The last characters, by which an admin recognises the token: the first ones are the same in every JWT.</summary>
    public string Hint => $"…{Value[^4..]}";

    /// <summary>Signs a token with a random identity.</summary>
    public static SecretToken Create(SigningKeys keys, DateTimeOffset issuedAt, DateTimeOffset? expiresAt)
    {
        var jti = Encode(RandomNumberGenerator.GetBytes(16));
        // Whole seconds, rounded up: the row has the exact time.
        var expires = expiresAt is { } moment ? $",\"exp\":{moment.AddMilliseconds(999).ToUnixTimeSeconds()}" : "";
        // Written by hand, since IdentityModel adds claims that make the token too long.
        var payload = $$"""{"jti":"{{jti}}","aud":"{{Audience}}","iat":{{issuedAt.ToUnixTimeSeconds()}}{{expires}}}""";

        var signed = $"{Header}.{Encode(Encoding.UTF8.GetBytes(payload))}";
        var signature = HMACSHA256.HashData(keys.Current, Encoding.ASCII.GetBytes(signed));
        return new($"{signed}.{Encode(signature)}", HashOf(jti));
    }

    /// <summary>The identity of a token as it is stored.</summary>
    public static byte[] HashOf(string jti) => SHA256.HashData(Encoding.UTF8.GetBytes(jti));

    static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}

using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace ScimProvisioning.Auth.Tokens;

/// <summary>
/// The keys of secret tokens, from <c>Tokens:*</c>. New tokens are signed with the first; tokens signed with any of them are valid, so
/// that a key can be replaced while its tokens are in use.
/// </summary>
sealed class SigningKeys
{
    const int MinimumBytes = 32;

    public string SigningKey { get; set; } = "";
    public IList<string> PreviousSigningKeys { get; set; } = [];

    /// <summary>The key that new tokens are signed with.</summary>
    public byte[] Current => field ??= Bytes(SigningKey, $"Tokens:{nameof(SigningKey)}");

    /// <summary>Every key that a token may be signed with.</summary>
    public IReadOnlyList<SecurityKey> All =>
        field ??= [
            new SymmetricSecurityKey(Current),
            .. PreviousSigningKeys.Select((key, i) => new SymmetricSecurityKey(Bytes(key, $"Tokens:{nameof(PreviousSigningKeys)}:{i}"))),
        ];

    // Base64 is decoded when that gives enough bytes; any other text is used as it is written.
    static byte[] Bytes(string key, string setting)
    {
        if (key.Length == 0)
            throw new StartupException($"{setting} is not set: give the key that the servers of this database have.");
        var decoded = new byte[key.Length];
        if (Convert.TryFromBase64String(key, decoded, out var length) && length >= MinimumBytes)
            return decoded[..length];

        var bytes = Encoding.UTF8.GetBytes(key);
        return bytes.Length >= MinimumBytes
            ? bytes
            : throw new StartupException(
                $"{setting} must be at least {MinimumBytes} bytes, as base64 or as any string; it has {bytes.Length}. "
                    + "Make one with: openssl rand -base64 32"
            );
    }
}

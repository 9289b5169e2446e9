using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Auth;

/// <summary>
/// Encrypts with a check against changes (AES-GCM): for text that clients hold and send back, and for stored text that others may read. The
/// keys are derived from the signing key.
/// </summary>
static class Sealing
{
    const int NonceLength = 12;
    const int TagLength = 16;

    /// <summary>A key for one purpose. With a salt, which may be secret, it is a key of that salt alone.</summary>
    public static byte[] Key(SigningKeys keys, string purpose, byte[]? salt = null) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.Current, 32, salt, Encoding.UTF8.GetBytes(purpose));

    /// <summary>The keys for what is stored for long: the first seals, all of them open, so that the signing key can be replaced.</summary>
    public static IReadOnlyList<byte[]> Keys(SigningKeys keys, string purpose) =>
        [
            .. keys
                .All.Cast<SymmetricSecurityKey>()
                .Select(key => HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Key, 32, null, Encoding.UTF8.GetBytes(purpose))),
        ];

    /// <param name="boundTo">Must be given again to open it.</param>
    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> plain, string boundTo)
    {
        var sealedText = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(sealedText.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(
            sealedText.AsSpan(0, NonceLength),
            plain,
            sealedText.AsSpan(NonceLength, plain.Length),
            sealedText.AsSpan(NonceLength + plain.Length),
            Encoding.UTF8.GetBytes(boundTo)
        );
        return sealedText;
    }

    /// <returns><c>null</c> when it was not sealed with this key, or is bound to something else.</returns>
    public static byte[]? Open(byte[] key, ReadOnlySpan<byte> sealedText, string boundTo)
    {
        if (sealedText.Length < NonceLength + TagLength)
            return null;
        var plain = new byte[sealedText.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                sealedText[..NonceLength],
                sealedText.Slice(NonceLength, plain.Length),
                sealedText[^TagLength..],
                plain,
                Encoding.UTF8.GetBytes(boundTo)
            );
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}

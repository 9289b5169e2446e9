using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ScimProvisioning.Auth;

/// <summary>
/// Secrets that are shown once: a prefix that says what they open, if any, then 256 random bits. Only their hashes are stored.
/// </summary>
static class RandomSecret
{
    public static string Create(string prefix = "") => prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>SHA-256. A salt would add nothing to a secret that nobody can guess.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

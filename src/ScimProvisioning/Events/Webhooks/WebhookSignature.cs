using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>
/// The headers of a message, to the letter of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com, "Signature scheme"): the id stays
/// the same whenever the message is sent again, the time is that of the attempt, and there is a signature for each valid secret.
/// </summary>
static class WebhookSignature
{
    const string IdHeader = "webhook-id";
    const string TimeHeader = "webhook-timestamp";
    const string SignatureHeader = "webhook-signature";
    const string Version = "v1,";

    /// <param name="secrets">The bytes of the secrets, without prefix and base64.</param>
    public static void Sign(HttpRequestMessage request, Guid id, byte[] body, IEnumerable<byte[]> secrets, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{id}.{time}."), .. body];
        request.Headers.Add(IdHeader, $"{id}");
        request.Headers.Add(TimeHeader, time);
        request.Headers.Add(
            SignatureHeader,
            string.Join(' ', secrets.Select(secret => Version + Convert.ToBase64String(HMACSHA256.HashData(secret, signed))))
        );
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ScimProvisioning.Client;

/// <summary>What a check of a signature has found.</summary>
public enum WebhookVerdict
{
    /// <summary>The message is from somebody who knows the secret, and is not old.</summary>
    Valid,

    /// <summary>A header is missing, or is not what the standard says.</summary>
    BadHeader,

    /// <summary>It was sent too long ago: perhaps somebody sends again what he has overheard. Or a clock is wrong.</summary>
    TooOld,

    /// <summary>It was sent in the future: a clock is wrong.</summary>
    TooNew,

    /// <summary>No signature is of a known secret: the secret is another one, or the body was changed on its way.</summary>
    BadSignature,
}

/// <summary>The headers of a webhook, as Standard Webhooks 1.0.0 names them.</summary>
/// <param name="Id"><c>webhook-id</c>: stays the same when the message is sent again.</param>
/// <param name="Timestamp"><c>webhook-timestamp</c>: when this try was sent, in seconds since 1970.</param>
/// <param name="Signature"><c>webhook-signature</c>: one signature for each secret, with a space between them.</param>
public sealed record WebhookHeaders(string? Id, string? Timestamp, string? Signature)
{
    /// <summary>The name of the header of <see cref="Id"/>.</summary>
    public const string IdName = "webhook-id";

    /// <summary>The name of the header of <see cref="Timestamp"/>.</summary>
    public const string TimestampName = "webhook-timestamp";

    /// <summary>The name of the header of <see cref="Signature"/>.</summary>
    public const string SignatureName = "webhook-signature";
}

/// <summary>Signs and verifies webhooks by Standard Webhooks 1.0.0, symmetric signatures (<c>v1</c>).</summary>
public static class WebhookSignature
{
    const string SecretPrefix = "whsec_";
    const string Version = "v1,";

    /// <summary>How far the time of a message may be from now.</summary>
    public static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Whether a message may be believed.</summary>
    /// <param name="secrets">All secrets that are in use: two while one takes the other's place. <c>whsec_</c> and base64.</param>
    /// <param name="headers">The headers of the message.</param>
    /// <param name="body">The body, byte for byte as it came.</param>
    /// <param name="tolerance">How far its time may be from now; <see cref="DefaultTolerance"/> when absent.</param>
    /// <param name="clock">The clock; that of the system when absent.</param>
    /// <exception cref="FormatException">A secret is not base64.</exception>
    /// <exception cref="ArgumentException">There is no secret, or an empty one.</exception>
    public static WebhookVerdict Verify(
        IEnumerable<string> secrets,
        WebhookHeaders headers,
        ReadOnlySpan<byte> body,
        TimeSpan? tolerance = null,
        TimeProvider? clock = null
    )
    {
        ArgumentNullException.ThrowIfNull(headers);
        var keys = secrets.Select(Key).ToList();
        if (keys.Count == 0)
            throw new ArgumentException("There is no secret to verify with.", nameof(secrets));
        if (
            string.IsNullOrEmpty(headers.Id)
            || string.IsNullOrEmpty(headers.Signature)
            || !long.TryParse(headers.Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var sent)
        )
            return WebhookVerdict.BadHeader;

        var now = (clock ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds();
        var most = (long)(tolerance ?? DefaultTolerance).TotalSeconds;
        if (sent < now - most)
            return WebhookVerdict.TooOld;
        if (sent > now + most)
            return WebhookVerdict.TooNew;

        var isValid = false;
        foreach (var key in keys)
        {
            var expected = Encoding.ASCII.GetBytes(Sign(key, headers.Id, headers.Timestamp!, body));
            // Each is compared, to the end: the time that it takes tells nothing.
            foreach (var signature in headers.Signature.Split(' '))
                isValid |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature));
        }
        return isValid ? WebhookVerdict.Valid : WebhookVerdict.BadSignature;
    }

    /// <summary>The signature of a message: <c>v1,</c> and base64 of HMAC-SHA256 over <c>{id}.{timestamp}.{body}</c>.</summary>
    /// <exception cref="FormatException">The secret is not base64.</exception>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body) =>
        Sign(Key(secret), id, timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body);

    static string Sign(byte[] key, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hash.AppendData(body);
        return Version + Convert.ToBase64String(hash.GetHashAndReset());
    }

    static byte[] Key(string secret)
    {
        var key = Convert.FromBase64String(
            secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret
        );
        return key.Length > 0 ? key : throw new ArgumentException("A secret is empty.", nameof(secret));
    }
}

using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Npgsql;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>
/// The secrets that sign what is sent. They are stored sealed with a key that is derived from the signing key; while that is replaced, the
/// previous ones open them too, and the first server that starts with the new one seals them anew.
/// </summary>
sealed class WebhookSecrets(NpgsqlDataSource database, IOptions<SigningKeys> keys)
{
    const string Purpose = "webhooks";
    const string Prefix = "whsec_";
    const int Length = 32;

    /// <summary>Read when they are needed: commands that need no secret need no signing key.</summary>
    IReadOnlyList<byte[]> Keys => field ??= Sealing.Keys(keys.Value, Purpose);

    /// <summary>A new secret, as Standard Webhooks writes it: <c>whsec_</c> and base64.</summary>
    public static string Create() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Whether it is written as Standard Webhooks says.</summary>
    public static bool IsSecret(string secret) =>
        secret.StartsWith(Prefix, StringComparison.Ordinal)
        && Convert.TryFromBase64String(secret[Prefix.Length..], new byte[secret.Length], out var length)
        && length is >= 24 and <= 64;

    /// <summary>The bytes that sign.</summary>
    public static byte[] Bytes(string secret) => Convert.FromBase64String(secret[Prefix.Length..]);

    /// <param name="endpoint">The endpoint that it is for: it cannot be opened for another one.</param>
    public byte[] Seal(string secret, Guid endpoint) => Sealing.Seal(Keys[0], Bytes(secret), $"{endpoint}");

    /// <summary>The secrets that are valid now, the newest first; empty when no key that is known opens them.</summary>
    public IReadOnlyList<byte[]> Open(WebhookEndpoint endpoint, DateTimeOffset now)
    {
        var secrets = endpoint.Secrets;
        if (Open(secrets.Current, endpoint.Id) is not { } current)
            return [];
        return secrets.Previous is { } old && secrets.PreviousUntil > now && Open(old, endpoint.Id) is { } previous
            ? [current, previous]
            : [current];
    }

    /// <summary>Seals with the current key what was sealed with a previous one.</summary>
    /// <returns>How many endpoints have secrets that no key opens.</returns>
    public async Task<int> SealAnewAsync(CancellationToken ct)
    {
        List<WebhookEndpoint> endpoints;
        await using (var rows = await AcrossConnections.RunAsync(database, ct, WebhookEndpoint.All()))
        {
            endpoints = await WebhookEndpoint.ReadAllAsync(rows, ct);
            while (await rows.NextResultAsync(ct)) { }
        }
        var old = endpoints.Where(e => Sealing.Open(Keys[0], e.Secrets.Current, $"{e.Id}") is null).ToList();
        foreach (var endpoint in old.Where(e => Open(e.Secrets.Current, e.Id) is not null))
            await AcrossConnections.ExecuteAsync(database, ct, endpoint.Reseal(Anew(endpoint)));
        return old.Count(e => Open(e.Secrets.Current, e.Id) is null);
    }

    SealedSecrets Anew(WebhookEndpoint endpoint)
    {
        var secrets = endpoint.Secrets;
        return secrets with { Current = Again(secrets.Current)!, Previous = secrets.Previous is { } previous ? Again(previous) : null };

        byte[]? Again(byte[] secret) => Open(secret, endpoint.Id) is { } plain ? Sealing.Seal(Keys[0], plain, $"{endpoint.Id}") : null;
    }

    byte[]? Open(byte[] secret, Guid endpoint) =>
        Keys.Select(key => Sealing.Open(key, secret, $"{endpoint}")).FirstOrDefault(o => o is not null);
}

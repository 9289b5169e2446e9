using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Api;

/// <summary>
/// Carries out a POST with an <c>Idempotency-Key</c> only once: the same request sent again within a day (or as
/// <see cref="Retention"/> says) gets the first response again.
/// A response may hold a secret that is shown once, so it is stored encrypted. The encryption key is made of our signing key and the
/// caller's idempotency key, of which only a hash is stored.
/// </summary>
sealed class Idempotency(ScimDbContext db, AdminTransaction transaction, IOptions<SigningKeys> keys, Retention retention)
{
    public const string Header = "Idempotency-Key";

    const int MaximumLength = 255;

    public static bool IsRequested(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Headers.ContainsKey(Header);

    /// <summary>For requests that are no single transaction: whether one was carried out is not known with its answer.</summary>
    /// <exception cref="ProblemException">400 when the request has a key.</exception>
    public static void Refuse(HttpRequest request)
    {
        if (IsRequested(request))
            throw ProblemException.BadRequest(
                "idempotency_key_not_supported",
                $"This request takes no {Header}: leave it out. docs/api.md says what comes of sending the request again."
            );
    }

    /// <summary>Calls <paramref name="handle"/>, or returns the stored response of the same request.</summary>
    /// <exception cref="ProblemException">400 for a malformed key; 422 when the key came with another request before.</exception>
    public async Task<object?> OnceAsync(HttpContext http, Func<Task<object?>> handle)
    {
        var (key, ct) = (http.Request.Headers[Header].ToString(), http.RequestAborted);
        if (key.Length is 0 or > MaximumLength || key.Any(c => c is < '!' or > '~'))
            throw ProblemException.BadRequest(
                "invalid_idempotency_key",
                $"{Header} must have 1 to {MaximumLength} visible ASCII characters."
            );

        var (admin, secret) = (transaction.Admin.KeyId ?? Guid.Empty, Encoding.ASCII.GetBytes(key));
        var keyHash = SHA256.HashData([.. admin.ToByteArray(), .. secret]);
        var requestHash = await HashAsync(http.Request, ct);
        // Of two requests with the same key at the same time, the second waits here for the outcome of the first.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({BitConverter.ToInt64(keyHash)})", ct);
        var stored = db.IdempotencyKeys.Where(k => k.AdminKeyId == admin && k.KeyHash == keyHash);
        var used = await stored.AsNoTracking().FirstOrDefaultAsync(ct);
        var sealingKey = Sealing.Key(keys.Value, "idempotency", secret);
        if (used is not null && transaction.Now - used.CreatedAt < TimeSpan.FromHours(retention.IdempotencyKeyHours))
            return Again(used, requestHash, sealingKey);

        if (used is not null)
            await stored.ExecuteDeleteAsync(ct);
        var response = await StoredResponse.CaptureAsync(http, (IResult)(await handle())!);
        db.IdempotencyKeys.Add(
            new()
            {
                AdminKeyId = admin,
                KeyHash = keyHash,
                OrganizationId = transaction.Admin.OrganizationId,
                ConnectionId = http.GetEndpoint()?.Metadata.GetMetadata<TellsOfPeople>() is null ? null : ConnectionOf(http),
                RequestHash = requestHash,
                Answer = Sealing.Seal(sealingKey, JsonSerializer.SerializeToUtf8Bytes(response), ""),
                CreatedAt = transaction.Now,
            }
        );
        return response;
    }

    /// <summary>
    /// Uses a key up, for a change that is not answered again when its key comes once more. It is a part of the transaction: a change
    /// that is refused leaves the key unused.
    /// </summary>
    /// <returns>false: it was used before.</returns>
    public async Task<bool> TryUseAsync(string key, CancellationToken ct)
    {
        // No header has a key with a space.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"form {key}"));
        var admin = transaction.Admin;
        await using var rows = await db.ReadAsync(ct, UsedKey.Keep(admin.KeyId ?? Guid.Empty, hash, admin.OrganizationId, transaction.Now));
        return await rows.ReadAsync(ct);
    }

    /// <summary>The connection in the path; of a request about a person, the one that the audit log has.</summary>
    Guid? ConnectionOf(HttpContext http) =>
        http.Request.Path.StartsWithSegments(ApiRoutes.Root + ApiRoutes.Connections)
        && Guid.TryParse(http.Request.RouteValues["id"] as string, out var id)
            ? id
            : db.ChangeTracker.Entries<AuditEntry>().Select(entry => entry.Entity.ConnectionId).FirstOrDefault(one => one is not null);

    static StoredResponse Again(IdempotencyKey used, byte[] requestHash, byte[] sealingKey)
    {
        if (!used.RequestHash.AsSpan().SequenceEqual(requestHash))
            throw ProblemException.Unprocessable(
                "idempotency_key_reused",
                $"This {Header} came with another request before. Use a new key for each request."
            );
        var stored =
            Sealing.Open(sealingKey, used.Answer, "")
            ?? throw ProblemException.Unprocessable(
                "idempotency_key_reused",
                $"The answer to this {Header} cannot be read any more, since the signing key was replaced. "
                    + "Look whether the request was carried out."
            );
        return JsonSerializer.Deserialize<StoredResponse>(stored)! with { IsReplayed = true };
    }

    /// <summary>Two requests are the same when their path and their body are the same.</summary>
    static async Task<byte[]> HashAsync(HttpRequest request, CancellationToken ct)
    {
        request.Body.Position = 0;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        return SHA256.HashData([.. Encoding.UTF8.GetBytes($"{request.Path}\n"), .. body.ToArray()]);
    }
}

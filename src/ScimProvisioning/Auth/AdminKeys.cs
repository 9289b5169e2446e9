using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Auth;

/// <summary>The keys to the admin API: the one of <c>Admin:ApiKey</c>, or, when none is configured, those stored as hashes.</summary>
sealed class AdminKeys(IConfiguration configuration, IDbContextFactory<ScimDbContext> contexts, TimeProvider clock)
{
    const int MinimumLength = 16;

    byte[]? Configured => configuration["Admin:ApiKey"] is { Length: > 0 } key ? HashOf(key) : null;

    /// <exception cref="StartupException">The configured key is too short to be a secret.</exception>
    public void RequireStrongKey()
    {
        if (configuration["Admin:ApiKey"] is { Length: > 0 and < MinimumLength })
            throw new StartupException($"Admin__ApiKey must have at least {MinimumLength} characters. Make one with: openssl rand -base64 32");
    }

    /// <summary>Whether this key opens the admin API.</summary>
    public async ValueTask<bool> AcceptsAsync(string key, CancellationToken ct)
    {
        var hash = HashOf(key);
        if (Configured is { } configured)
            return CryptographicOperations.FixedTimeEquals(hash, configured);

        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.AdminKeys.AnyAsync(k => k.Hash == hash, ct);
    }

    /// <summary>Makes and stores the first key when there is none at all. The caller shows it: it exists nowhere else.</summary>
    public async Task<string?> BootstrapAsync(CancellationToken ct)
    {
        if (Configured is not null)
            return null;

        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Of two servers on their first start, one makes the key and the other waits to see it.
        await db.Database.ExecuteSqlAsync($"LOCK TABLE admin_keys IN SHARE ROW EXCLUSIVE MODE", ct);
        if (await db.AdminKeys.AnyAsync(ct))
            return null;

        var key = $"sk_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        var now = clock.GetStoredNow();
        db.AdminKeys.Add(new() { Id = Guid.CreateVersion7(now), Hash = HashOf(key), CreatedAt = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return key;
    }

    static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.AdminKeys;

/// <summary>The keys to the admin API: the full key of <c>Admin:ApiKey</c>, and those stored as hashes.</summary>
sealed class AdminKeyStore(
    IConfiguration configuration,
    IDbContextFactory<ScimDbContext> contexts,
    NpgsqlDataSource database,
    TimeProvider clock
)
{
    /// <summary>The id of the configured key, which has no row.</summary>
    public static readonly Guid ConfiguredId = new("00000000-0000-7000-8000-000000000002");

    /// <summary>What every key begins with that this server has made.</summary>
    public const string Prefix = BearerToken.AdminKeyPrefix;

    const int MinimumLength = 16;
    static readonly TimeSpan Precision = TimeSpan.FromMinutes(1);

    /// <summary>Whether <c>Admin:ApiKey</c> is set: there is then a full key that cannot be revoked.</summary>
    public bool IsConfigured => Configured is not null;

    byte[]? Configured => configuration["Admin:ApiKey"] is { Length: > 0 } key ? RandomSecret.HashOf(key) : null;

    /// <exception cref="StartupException">The configured key is too short to be a secret.</exception>
    public void RequireStrongKey()
    {
        if (configuration["Admin:ApiKey"] is { Length: > 0 and < MinimumLength })
            throw new StartupException(
                $"Admin__ApiKey must have at least {MinimumLength} characters. Make one with: openssl rand -base64 32"
            );
    }

    /// <summary>The admin of <c>Admin:ApiKey</c>, if this is it; else <c>null</c>.</summary>
    public CurrentAdmin? FindConfigured(string key) => FindConfigured(RandomSecret.HashOf(key));

    /// <summary>The admin whose key has this hash: a session knows no more of the key. <c>null</c> when it is not a live key.</summary>
    public async Task<CurrentAdmin?> FindAsync(byte[] hash, CancellationToken ct) =>
        FindConfigured(hash) ?? await FindStoredAsync(hash, ct);

    CurrentAdmin? FindConfigured(byte[] hash) =>
        Configured is { } configured && CryptographicOperations.FixedTimeEquals(hash, configured)
            ? AdminOf(ConfiguredId, canWrite: true, null)
            : null;

    /// <summary>The admin whose stored key this is; <c>null</c> when it is not a live key.</summary>
    public Task<CurrentAdmin?> FindStoredAsync(string key, CancellationToken ct) => FindStoredAsync(RandomSecret.HashOf(key), ct);

    // Without EF: an application sends its key with each request.
    async Task<CurrentAdmin?> FindStoredAsync(byte[] hash, CancellationToken ct)
    {
        (Guid Id, string Scope, Guid? Organization, DateTimeOffset? LastUsed) key;
        var sql = new Sql();
        var find = sql.Statement(
            $"SELECT id, scope, organization_id, last_used_at FROM admin_keys WHERE hash = {sql.Add(hash)} AND revoked_at IS NULL"
        );
        await using (var rows = await AcrossConnections.RunAsync(database, ct, find))
        {
            if (!await rows.ReadAsync(ct))
                return null;
            key = (
                rows.GetGuid(0),
                rows.GetString(1),
                rows.IsDBNull(2) ? null : rows.GetGuid(2),
                rows.IsDBNull(3) ? null : rows.GetFieldValue<DateTimeOffset>(3)
            );
        }
        if (key.LastUsed is not { } last || clock.GetUtcNow() - last >= Precision)
        {
            var used = new Sql();
            var note = used.Statement(
                $"UPDATE admin_keys SET last_used_at = {used.Add(clock.GetStoredNow())} WHERE id = {used.Add(key.Id)}"
            );
            await AcrossConnections.ExecuteAsync(database, ct, note);
        }
        return AdminOf(key.Id, key.Scope is AdminKey.Full or AdminKey.App, key.Organization) with { IsApp = key.Scope == AdminKey.App };
    }

    /// <summary>
    /// Makes a key when there is no full key, as on the first start; else <c>null</c>. The caller shows the key: only its hash is stored.
    /// </summary>
    public async Task<string?> BootstrapAsync(CancellationToken ct)
    {
        if (IsConfigured)
            return null;

        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        // Asked before the lock too, so that a server also starts on a database that can only be read.
        if (await HasFullKeyAsync(db, ct))
            return null;
        // When two servers start for the first time, one makes the key and the other waits here until it sees it.
        await db.Database.ExecuteSqlAsync($"LOCK TABLE admin_keys IN SHARE ROW EXCLUSIVE MODE", ct);
        if (await HasFullKeyAsync(db, ct))
            return null;

        var (row, key) = Create("First key", AdminKey.Full, null, "server", clock.GetStoredNow());
        db.AdminKeys.Add(row);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return key;
    }

    /// <summary>A new key: the row that is stored, and the key that is shown once.</summary>
    public static (AdminKey Row, string Key) Create(string? label, string scope, Guid? organization, string createdBy, DateTimeOffset now)
    {
        var key = RandomSecret.Create(Prefix);
        var row = new AdminKey
        {
            Id = Guid.CreateVersion7(now),
            Hash = RandomSecret.HashOf(key),
            Label = label,
            Hint = $"{key[..5]}…{key[^4..]}",
            Scope = scope,
            OrganizationId = organization,
            CreatedAt = now,
            CreatedBy = createdBy,
        };
        return (row, key);
    }

    static Task<bool> HasFullKeyAsync(ScimDbContext db, CancellationToken ct) =>
        db.AdminKeys.AnyAsync(k => k.Scope == AdminKey.Full && k.OrganizationId == null && k.RevokedAt == null, ct);

    static CurrentAdmin AdminOf(Guid id, bool canWrite, Guid? organization) => new($"admin-key:{id}", id, canWrite, organization);
}

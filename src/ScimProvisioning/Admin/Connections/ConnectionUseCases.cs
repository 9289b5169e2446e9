using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Connections;

/// <summary>Creates, lists, reads and updates connections and their settings.</summary>
sealed class ConnectionUseCases(ScimDbContext db, AdminTransaction transaction, EntraTenantClaim claims, PublicUrl url)
{
    public async Task<ConnectionResponse> CreateAsync(CreateConnectionRequest request, CancellationToken ct)
    {
        var organizationId = request.OrganizationId ?? transaction.Admin.OrganizationId ?? Organization.DefaultId;
        var organization =
            await db.TryLockOrganizationAsync(organizationId, ct)
            ?? throw ProblemException.Invalid("organizationId", "There is no such organization.");
        await RequireRoomAsync(organization, ct);
        await claims.RequireAsync(request.EntraTenantId, organizationId, request.AllowSharedTenant, ct);

        var connection = new Connection
        {
            Id = Guid.CreateVersion7(transaction.Now),
            OrganizationId = organizationId,
            Key = ConnectionKey.Create(),
            Name = request.Name!,
            Provider = ConnectionRules.ProviderOf(request.Provider ?? ConnectionRules.DefaultProvider),
            State = ConnectionState.Pending,
            Version = 0,
            CreatedAt = transaction.Now,
            EntraTenantId = request.EntraTenantId,
            EntraTenantSince = request.EntraTenantId is null ? null : transaction.Now,
            EntraAppObjectId = request.EntraAppObjectId,
            AllowedAddresses = ConnectionRules.BlocksOf(request.AllowedAddresses),
            Settings = request.Settings?.Over(ConnectionSettings.Default) ?? ConnectionSettings.Default,
        };
        db.Connections.Add(connection);
        var created = ConnectionResponse.Of(connection, url);
        await transaction.RecordAsync(ChangeType.ConnectionCreated, connection, nameof(Connection), connection.Id, null, created, ct);
        return created with { Counts = ResourceCounts.None };
    }

    /// <exception cref="ProblemException">404 for an unknown organization; 400 when the message names another one.</exception>
    public async Task<ConnectionResponse> CreateInAsync(Guid organizationId, CreateConnectionRequest request, CancellationToken ct)
    {
        if (request.OrganizationId is { } other && other != organizationId)
            throw ProblemException.Invalid("organizationId", "Must be that of the path, or absent.");
        await db.ReadOrganizationAsync(organizationId, ct);
        return await CreateAsync(request with { OrganizationId = organizationId }, ct);
    }

    /// <param name="organizationId">The only organization whose connections are listed; <c>null</c>: all.</param>
    public async Task<Page<ConnectionResponse>> ListAsync(
        Guid? organizationId,
        ConnectionQuery query,
        PageRequest page,
        CancellationToken ct
    )
    {
        var rows = await query
            .Of(db.Connections.Existing())
            .Where(c => (organizationId == null || c.OrganizationId == organizationId) && c.Id > page.Start)
            .OrderBy(c => c.Id)
            .Take(page.Take)
            .AsNoTracking()
            .ToListAsync(ct);
        return page.Of(rows, row => ConnectionResponse.Of(row, url), row => row.Id);
    }

    /// <exception cref="ProblemException">404 for an unknown organization.</exception>
    public async Task<Page<ConnectionResponse>> ListInAsync(
        Guid organizationId,
        ConnectionQuery query,
        PageRequest page,
        CancellationToken ct
    )
    {
        await db.ReadOrganizationAsync(organizationId, ct);
        return await ListAsync(organizationId, query, page, ct);
    }

    /// <summary>The names of those that are there, by their ids.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyList<Guid> ids, CancellationToken ct) =>
        await db.Connections.AsNoTracking().Existing().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name, ct);

    public async Task<ConnectionResponse> GetAsync(Guid id, CancellationToken ct) =>
        await ConnectionResponse.WithCountsAsync(await db.ReadConnectionAsync(id, ct), url, db, ct);

    /// <exception cref="ProblemException">404; 409 when another organization has the Entra tenant.</exception>
    public async Task<ConnectionResponse> UpdateAsync(Guid id, UpdateConnectionRequest request, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var before = ConnectionResponse.Of(connection, url);
        if (request.EntraTenantId != connection.EntraTenantId)
            await claims.RequireAsync(request.EntraTenantId, connection.OrganizationId, request.AllowSharedTenant, ct);
        request.ApplyTo(connection, transaction.Now);
        if (db.ChangeTracker.HasChanges())
            await transaction.RecordAsync(
                ChangeType.ConnectionUpdated,
                connection,
                nameof(Connection),
                id,
                before,
                ConnectionResponse.Of(connection, url),
                ct
            );
        return await ConnectionResponse.WithCountsAsync(connection, url, db, ct);
    }

    public async Task<ConnectionSettings> GetSettingsAsync(Guid id, CancellationToken ct) =>
        (await db.ReadConnectionAsync(id, ct)).Settings;

    public async Task<ConnectionSettings> UpdateSettingsAsync(Guid id, ConnectionSettingsRequest request, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var before = connection.Settings;
        connection.Settings = request.Over(before);
        if (connection.Settings != before)
            await transaction.RecordAsync(
                ChangeType.ConnectionUpdated,
                connection,
                nameof(Connection),
                id,
                new { settings = before },
                new { settings = connection.Settings },
                ct
            );
        return connection.Settings;
    }

    /// <summary>Must run under the lock of the organization, so that of two creations at once the second counts the first.</summary>
    async Task RequireRoomAsync(Organization organization, CancellationToken ct)
    {
        if (
            organization.MaxConnections is { } limit
            && await db.Connections.Existing().CountAsync(c => c.OrganizationId == organization.Id, ct) >= limit
        )
            throw ProblemException.Conflict(
                "max_connections",
                $"The organization may have {limit} connection(s), and has them: delete one, or have its maxConnections raised "
                    + $"(PATCH {ApiRoutes.Root}{ApiRoutes.Organizations}/{organization.Id})."
            );
    }
}

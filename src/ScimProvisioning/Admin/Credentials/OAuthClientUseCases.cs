using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Entra;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>
/// Creates, lists, reads and revokes the OAuth clients of a connection and their secrets. Two secrets of a client can be active at a time,
/// so that a secret is replaced without a gap: create the next one, enter it at the identity provider, revoke the old one.
/// </summary>
sealed class OAuthClientUseCases(ScimDbContext db, AdminTransaction transaction, EntraOptions entra, PublicUrl url)
{
    public async Task<CreatedOAuthClientResponse> CreateAsync(Guid connectionId, CreateOAuthClientRequest request, CancellationToken ct)
    {
        var connection = await db.LockNotDisconnectedAsync(connectionId, ct);
        var client = new OAuthClient
        {
            Id = Guid.CreateVersion7(transaction.Now),
            ConnectionId = connectionId,
            ClientId = ClientId.Create(),
            Label = request.Label,
            Scopes = ScopeRules.Of(request.Scopes),
            AssertionIssuer = request.Federation is { } federation ? IssuerOf(federation, connection) : null,
            AssertionSubject = request.Federation?.Subject,
            AssertionAudience = request.Federation?.Audience,
            CreatedAt = transaction.Now,
            CreatedBy = transaction.Admin.Actor,
        };
        var secret = request.Federation is null ? NewSecret(client, request.ExpiresInDays) : null;
        if (secret is not null)
            client.Secrets.Add(secret.Row);
        db.OAuthClients.Add(client);
        await RecordAsync(ChangeType.OAuthClientCreated, connection, client, before: null, ct);
        return CreatedOAuthClientResponse.Of(client, secret, connection.Key, url);
    }

    public async Task<Page<OAuthClientResponse>> ListAsync(Guid connectionId, PageRequest page, CancellationToken ct)
    {
        var connection = await db.ReadConnectionAsync(connectionId, ct);
        var rows = await ClientsOf(connectionId)
            .AsNoTracking()
            .Where(c => c.Id > page.Start)
            .OrderBy(c => c.Id)
            .Take(page.Take)
            .ToListAsync(ct);
        return page.Of(rows, row => ToResponse(row, connection), row => row.Id);
    }

    public async Task<OAuthClientResponse> GetAsync(Guid connectionId, Guid clientRowId, CancellationToken ct)
    {
        var connection = await db.ReadConnectionAsync(connectionId, ct);
        return ToResponse(await FindAsync(connectionId, clientRowId, ct), connection);
    }

    /// <summary>Revokes a client with its access tokens. One that is revoked already keeps its first time of revocation.</summary>
    public async Task<OAuthClientResponse> RevokeAsync(Guid connectionId, Guid clientRowId, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(connectionId, ct);
        var client = await FindAsync(connectionId, clientRowId, ct);
        if (client.RevokedAt is null)
        {
            var before = ToResponse(client, connection);
            client.RevokedAt = transaction.Now;
            await db
                .Tokens.Where(t => t.ConnectionId == connectionId && t.OAuthClientId == clientRowId && t.RevokedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, transaction.Now), ct);
            await RecordAsync(ChangeType.OAuthClientRevoked, connection, client, before, ct);
        }
        return ToResponse(client, connection);
    }

    /// <exception cref="ProblemException">404; 409 when the client can have no further secret.</exception>
    public async Task<CreatedClientSecretResponse> CreateSecretAsync(
        Guid connectionId,
        Guid clientRowId,
        CreateClientSecretRequest request,
        CancellationToken ct
    )
    {
        var connection = await db.LockNotDisconnectedAsync(connectionId, ct);
        var client = await FindAsync(connectionId, clientRowId, ct);
        if (client.RevokedAt is not null)
            throw ProblemException.Conflict("client_revoked", $"OAuth client {clientRowId} is revoked: make a new one instead.");
        if (client.AssertionIssuer is not null)
            throw ProblemException.Conflict(
                "client_federated",
                $"OAuth client {clientRowId} authenticates with assertions of {client.AssertionIssuer}, not with secrets."
            );
        if (client.Secrets.Count(secret => ClientSecret.IsActive(secret, transaction.Now)) >= ClientSecret.MaximumActive)
            throw ProblemException.Conflict(
                "two_secrets",
                $"OAuth client {clientRowId} has two secrets already: revoke the one that is not in use."
            );

        var before = ToResponse(client, connection);
        var created = NewSecret(client, request.ExpiresInDays);
        db.OAuthClientSecrets.Add(created.Row);
        await RecordAsync(ChangeType.OAuthSecretCreated, connection, client, before, ct);
        return CreatedClientSecretResponse.Of(client, created);
    }

    /// <summary>Revokes a secret. One that is revoked already, alone or with its client, keeps its first time of revocation.</summary>
    public async Task RevokeSecretAsync(Guid connectionId, Guid clientRowId, Guid secretId, CancellationToken ct)
    {
        var connection = await db.LockConnectionAsync(connectionId, ct);
        var client = await FindAsync(connectionId, clientRowId, ct);
        var secret =
            client.Secrets.FirstOrDefault(secret => secret.Id == secretId)
            ?? throw ProblemException.NotFound($"OAuth client {clientRowId} has no secret {secretId}.");
        if ((secret.RevokedAt ?? client.RevokedAt) is not null)
            return;

        var before = ToResponse(client, connection);
        secret.RevokedAt = transaction.Now;
        await RecordAsync(ChangeType.OAuthSecretRevoked, connection, client, before, ct);
    }

    Task RecordAsync(ChangeType type, Connection connection, OAuthClient client, OAuthClientResponse? before, CancellationToken ct) =>
        transaction.RecordAsync(type, connection, nameof(OAuthClient), client.Id, before, ToResponse(client, connection), ct);

    OAuthClientResponse ToResponse(OAuthClient client, Connection connection) =>
        OAuthClientResponse.Of(client, connection.Key, url, transaction.Now);

    ClientSecret NewSecret(OAuthClient client, int? expiresInDays) =>
        ClientSecret.Create(client, expiresInDays, transaction.Admin.Actor, transaction.Now);

    IQueryable<OAuthClient> ClientsOf(Guid connectionId) =>
        db.OAuthClients.Include(c => c.Secrets).Where(c => c.ConnectionId == connectionId);

    async Task<OAuthClient> FindAsync(Guid connectionId, Guid clientRowId, CancellationToken ct) =>
        await ClientsOf(connectionId).FirstOrDefaultAsync(c => c.Id == clientRowId, ct)
        ?? throw ProblemException.NotFound($"Connection {connectionId} has no OAuth client {clientRowId}.");

    string IssuerOf(FederationRequest federation, Connection connection) =>
        federation.Issuer
        ?? (
            connection.EntraTenantId is { } tenant
                ? entra.FederationIssuerOf(tenant)
                : throw ProblemException.Invalid("federation.issuer", "Must be given, since the connection has no entraTenantId.")
        );
}

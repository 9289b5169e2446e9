using Microsoft.AspNetCore.Http.HttpResults;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>The secrets of an OAuth client, of which two can be good at a time: make the next one, enter it at the identity provider, revoke the old one.</summary>
static class ClientSecretEndpoints
{
    public static void MapClientSecrets(this RouteGroupBuilder clients)
    {
        clients
            .MapPost("{clientRowId:guid}/secrets", Create)
            .WithSummary("Make another secret of an OAuth client; it is shown this once")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status409Conflict);
        clients
            .MapDelete("{clientRowId:guid}/secrets/{secretId:guid}", Revoke)
            .WithSummary("Revoke a secret; access tokens that were fetched with it live on for their hour");
    }

    public static async Task<Created<CreatedClientSecretResponse>> Create(
        Guid id,
        Guid clientRowId,
        CreateClientSecretRequest? request,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectedAsync(id, ct);
        var client = await db.FindOAuthClientAsync(id, clientRowId, ct);
        if (client.RevokedAt is not null)
            throw ProblemException.Conflict("client_revoked", $"OAuth client {clientRowId} is revoked: make a new one instead.");
        if (client.AssertionIssuer is not null)
            throw ProblemException.Conflict(
                "client_federated",
                $"OAuth client {clientRowId} proves itself by tokens of {client.AssertionIssuer}, not by secrets."
            );
        if (client.Secrets.Count(secret => ClientSecret.IsLive(secret, work.Now)) >= ClientSecret.MaximumLive)
            throw ProblemException.Conflict(
                "two_secrets",
                $"OAuth client {clientRowId} has two secrets already: revoke the one that is not in use."
            );

        var before = OAuthClientResponse.Of(client, connection.Key, url, work.Now);
        var (value, row) = ClientSecret.Create(client, (request ?? new()).ExpiresInDays, work.Admin.Actor, work.Now);
        db.OAuthClientSecrets.Add(row);
        await work.RecordAsync(
            "connection.oauth_secret_created",
            connection,
            nameof(OAuthClient),
            clientRowId,
            before,
            OAuthClientResponse.Of(client, connection.Key, url, work.Now),
            ct
        );
        return TypedResults.Created(
            (string?)null,
            new CreatedClientSecretResponse(row.Id, client.ClientId, value, row.Hint, work.Now.UtcDateTime, row.ExpiresAt?.UtcDateTime)
        );
    }

    public static async Task<NoContent> Revoke(
        Guid id,
        Guid clientRowId,
        Guid secretId,
        ScimDbContext db,
        AdminTransaction work,
        PublicUrl url,
        CancellationToken ct
    )
    {
        var connection = await db.LockConnectionAsync(id, ct);
        var client = await db.FindOAuthClientAsync(id, clientRowId, ct);
        var secret =
            client.Secrets.FirstOrDefault(secret => secret.Id == secretId)
            ?? throw ProblemException.NotFound($"OAuth client {clientRowId} has no secret {secretId}.");
        // Revoking twice, by its client or by itself, keeps the first moment.
        if ((secret.RevokedAt ?? client.RevokedAt) is not null)
            return TypedResults.NoContent();

        var before = OAuthClientResponse.Of(client, connection.Key, url, work.Now);
        secret.RevokedAt = work.Now;
        await work.RecordAsync(
            "connection.oauth_secret_revoked",
            connection,
            nameof(OAuthClient),
            clientRowId,
            before,
            OAuthClientResponse.Of(client, connection.Key, url, work.Now),
            ct
        );
        return TypedResults.NoContent();
    }
}

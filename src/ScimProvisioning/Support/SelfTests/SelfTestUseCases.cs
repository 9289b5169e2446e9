using Microsoft.Extensions.Options;
using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Support.SelfTests;

/// <summary>
/// Tests whether an identity provider could use the connection: by calling its Tenant URL from outside, with a token of its own. What the
/// test writes is taken back; it is in no run, and the application is not told of it.
/// </summary>
sealed class SelfTestUseCases(
    ScimDbContext db,
    AdminTransaction transaction,
    NpgsqlDataSource database,
    IOptions<SigningKeys> keys,
    PublicUrl url,
    TimeProvider clock
)
{
    /// <summary>How long the token is good if the server is killed in the middle.</summary>
    static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(5);

    /// <summary>Makes the test. It begins and commits its own transactions, and holds none while it calls.</summary>
    /// <exception cref="ProblemException">404; 403 for a key that may only read; 409 when the connection accepts no logins.</exception>
    public async Task<SelfTestResponse> RunAsync(Guid connectionId, AdminCaller caller, CancellationToken ct)
    {
        await EraseLeftAsync(ct);
        var (connection, token, secret) = await transaction.ChangeAsync(caller, () => BeginAsync(connectionId, ct), ct);
        var tenantUrl = url.Of(connection.Key);
        var run = new SelfTestRun(url.Root);
        using var client = new SelfTestClient(secret);
        var scim = new ScimChecks(client, tenantUrl, connection.AllowedAddresses.Length == 0, SelfTestTraces.UserName(token.Id), clock);
        try
        {
            await CheckAsync(run, client, scim, ct);
            // Also when the caller does not wait any more.
            await RevokeAsync(connection.Id, token.Id, CancellationToken.None);
            await run.CheckAsync("refusal", () => scim.RefusalAsync(ct));
        }
        finally
        {
            await AcrossConnections.ExecuteAsync(database, CancellationToken.None, SelfTestTraces.Erase(connectionId, token.Id, scim.User));
            await RecordAsync(connection, run, CancellationToken.None);
        }
        return new(!run.HasFailed, tenantUrl, run.Checks);
    }

    static async Task CheckAsync(SelfTestRun run, SelfTestClient client, ScimChecks scim, CancellationToken ct)
    {
        await run.CheckAsync("dns", () => run.ResolveAsync(ct));
        await run.CheckAsync("connection", () => run.ConnectAsync(client, ct));
        if (run.IsHttps)
            await run.CheckAsync("tls", () => Task.FromResult("The certificate is trusted."));
        else
            run.Skip(
                "tls",
                "PublicUrl begins with http: nothing is encrypted.",
                "Entra calls https addresses only: put a proxy with TLS before the server, and set PublicUrl to its address."
            );
        await run.CheckAsync("path", () => scim.PathAsync(ct));
        await run.CheckAsync("login", scim.LoginAsync);
        await run.CheckAsync("content_type", scim.ContentTypeAsync);
        await run.CheckAsync("service_provider_config", scim.ConfigAsync);
        await run.CheckAsync("filter", () => scim.FilterAsync(ct));
        await run.CheckAsync("write", () => scim.WriteAsync(ct));
    }

    async Task<(Connection Connection, Token Token, string Secret)> BeginAsync(Guid id, CancellationToken ct)
    {
        var connection = await db.ReadConnectionAsync(id, ct);
        if (!ConnectionState.AcceptsLogins(connection.State))
            throw ProblemException.Conflict(
                "invalid_state",
                $"Connection {id} is {connection.State}, so it refuses every login: enable or reconnect it first."
            );
        var expires = transaction.Now + TokenLife;
        var secret = SecretToken.Create(keys.Value, transaction.Now, expires);
        var token = new Token
        {
            Id = Guid.CreateVersion7(transaction.Now),
            ConnectionId = id,
            JtiHash = secret.JtiHash,
            Hint = secret.Hint,
            CreatedAt = transaction.Now,
            CreatedBy = transaction.Admin.Actor,
            ExpiresAt = expires,
        };
        await db.RunAsync(ct, SelfTestTraces.AddToken(token));
        return (connection, token, secret.Value);
    }

    async Task RevokeAsync(Guid connection, Guid token, CancellationToken ct) =>
        await transaction.ChangeAsync(
            transaction.Caller,
            async () =>
            {
                await db.RunAsync(ct, SelfTestTraces.RevokeToken(token, transaction.Now));
                // So that all servers hear of it.
                transaction.Logged(connection);
                return 0;
            },
            ct
        );

    /// <summary>At the end, when all checks were made.</summary>
    async Task RecordAsync(Connection connection, SelfTestRun run, CancellationToken ct) =>
        await transaction.ChangeAsync(
            transaction.Caller,
            () =>
            {
                transaction.Record(
                    AuditAction.SelfTested,
                    nameof(Connection),
                    connection.Id,
                    connection.OrganizationId,
                    null,
                    new
                    {
                        passed = !run.HasFailed,
                        failed = run.Checks.FirstOrDefault(check => check.Status == SelfTestCheck.Failed)?.Name,
                    },
                    connection.Id
                );
                return Task.FromResult(0);
            },
            ct
        );

    /// <summary>What killed servers have left behind.</summary>
    async Task EraseLeftAsync(CancellationToken ct)
    {
        var left = new List<(Guid Connection, Guid Token)>();
        await using (var rows = await AcrossConnections.RunAsync(database, ct, SelfTestTraces.Left(clock.GetStoredNow())))
            while (await rows.ReadAsync(ct))
                left.Add((rows.GetGuid(0), rows.GetGuid(1)));
        foreach (var (connection, token) in left)
            await AcrossConnections.ExecuteAsync(database, ct, SelfTestTraces.Erase(connection, token, null));
    }
}

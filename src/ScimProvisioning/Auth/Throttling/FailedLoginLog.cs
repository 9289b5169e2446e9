using System.Text.Json;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Notes failed logins for the admins of the connection that was meant, beside the requests and not in them. However many there are, what is
/// written stays little: a few rows twice a second, and no more than <see cref="Kept"/> for each connection.
/// </summary>
sealed partial class FailedLoginLog(
    IDbContextFactory<ScimDbContext> contexts,
    ConnectionCache cache,
    LoginThrottle bad,
    TimeProvider clock,
    ILogger<FailedLoginLog> log
) : BackgroundService
{
    /// <summary>The rows of a connection.</summary>
    public const int Kept = 100;

    const int AtOnce = 10;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    readonly Channel<Attempt> _attempts = Channel.CreateBounded<Attempt>(
        new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest }
    );

    /// <summary>Counts and notes a failed login.</summary>
    /// <returns>Whether there were too many from that address: the answer is then 429, and has its <c>Retry-After</c> already.</returns>
    public bool AreTooMany(HttpContext http, RejectedCredential login)
    {
        // Who sends nothing guesses nothing.
        var areTooMany = login.Reason is not FailedLoginReason.Missing && bad.AreTooMany(http);
        // Of those only what nobody can make up; the rest would drive out what others need to read.
        if (!areTooMany || login.Connection is not null)
        {
            _attempts.Writer.TryWrite(
                new(
                    login,
                    http.GetRouteValue(ConnectionKey.RouteValue) as string,
                    clock.GetStoredNow(),
                    RequestSource.Address(http),
                    RequestSource.Agent(http),
                    http.TraceIdentifier
                )
            );
        }
        return areTooMany;
    }

    /// <summary>A reason as it is stored and shown.</summary>
    public static string Name(FailedLoginReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _attempts.Reader.WaitToReadAsync(stoppingToken))
            {
                await TrySaveAsync(stoppingToken);
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    async Task TrySaveAsync(CancellationToken ct)
    {
        try
        {
            await SaveAsync(await ReadAsync(ct), ct);
        }
        // Whatever it is, a lost note must not stop the server.
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            NotNoted(e.GetBaseException().Message);
        }
    }

    /// <summary>The latest of each kind, and of each connection the latest few.</summary>
    async Task<List<FailedLogin>> ReadAsync(CancellationToken ct)
    {
        var rows = new List<FailedLogin>();
        // Only what there is now: under a flood there would be no end.
        for (var left = _attempts.Reader.Count; left > 0 && _attempts.Reader.TryRead(out var attempt); left--)
        {
            var named = attempt.Key is { } key ? await cache.FindConnectionAsync(key, ct) : null;
            var own = attempt.Login.Connection;
            Refused(Name(attempt.Login.Reason), attempt.RequestId, (named ?? own)?.Id, attempt.Login.TokenId, attempt.Login.OAuthClientId);
            // Whose URL was called learns nothing of a token of somebody else; whose token it is learns of its misuse.
            if (named is not null && named.Id != own?.Id)
                rows.Add(Row(attempt, named.Id));
            if (own is not null)
                rows.Add(Row(attempt, own.Id, attempt.Login));
        }
        return
        [
            .. rows.GroupBy(row => (row.ConnectionId, row.Reason, row.Address, row.TokenId, row.OAuthClientId))
                .Select(repeats => repeats.Last())
                .GroupBy(row => row.ConnectionId)
                .SelectMany(connection => connection.TakeLast(AtOnce)),
        ];
    }

    static FailedLogin Row(Attempt attempt, Guid connection, RejectedCredential? login = null) =>
        new()
        {
            ConnectionId = connection,
            Id = Guid.CreateVersion7(attempt.At),
            OccurredAt = attempt.At,
            Reason = Name(attempt.Login.Reason),
            TokenId = login?.TokenId,
            OAuthClientId = login?.OAuthClientId,
            Address = attempt.Address,
            UserAgent = attempt.Agent,
            RequestId = attempt.RequestId,
        };

    async Task SaveAsync(List<FailedLogin> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
            return;
        var connections = rows.Select(row => row.ConnectionId).Distinct().ToArray();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.BeginAsync(Reach.Everything, ct);
        db.FailedLogins.AddRange(rows);
        await db.SaveChangesAsync(ct);
        // Of what repeats itself the last in each minute stays: a client that never gives up leaves room for others.
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM failed_logins f USING (
                SELECT connection_id, id, repeat, row_number() OVER (PARTITION BY connection_id, repeat = 1 ORDER BY id DESC) AS place
                FROM (
                    SELECT connection_id, id, row_number() OVER (
                        PARTITION BY connection_id, reason, address, token_id, oauth_client_id, date_trunc('minute', occurred_at) ORDER BY id DESC) AS repeat
                    FROM failed_logins WHERE connection_id = ANY ({connections})) repeated) numbered
            WHERE f.connection_id = numbered.connection_id AND f.id = numbered.id AND (repeat > 1 OR place > {Kept})
            """,
            ct
        );
        await transaction.CommitAsync(ct);
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "The login of request {RequestId} was refused: {Reason} (connection {ConnectionId}, token {TokenId}, OAuth client {OAuthClientId})"
    )]
    partial void Refused(string reason, string requestId, Guid? connectionId, Guid? tokenId, Guid? oauthClientId);

    [LoggerMessage(2, LogLevel.Warning, "Failed logins were not noted: {Reason}")]
    partial void NotNoted(string reason);

    sealed record Attempt(RejectedCredential Login, string? Key, DateTimeOffset At, string? Address, string? Agent, string RequestId);
}

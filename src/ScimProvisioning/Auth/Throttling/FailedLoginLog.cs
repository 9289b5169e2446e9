using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Work;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>
/// Notes failed logins for the admins of the connection that was meant. However many there are, little is written: a few rows twice a
/// second, and no more than <see cref="Kept"/> for each connection.
/// </summary>
sealed partial class FailedLoginLog(
    IDbContextFactory<ScimDbContext> contexts,
    ConnectionCache cache,
    LoginThrottle throttle,
    UnknownCallers unknown,
    LoginMetrics metrics,
    TimeProvider clock,
    ILogger<FailedLoginLog> log
) : BatchWriter<FailedLoginLog.FailedAttempt>("failed logins", log)
{
    /// <summary>The rows of a connection.</summary>
    public const int Kept = 100;

    const int LargestSave = 10;

    readonly CountedWarning _throttled = new(clock);

    /// <summary>Notes a failed login and counts it against the client's address.</summary>
    /// <returns>Whether that address has failed too often: the answer is then 429, and has its <c>Retry-After</c> already.</returns>
    public bool Record(HttpContext http, RejectedCredential login)
    {
        metrics.Failed(Name(login.Reason));
        // A client that sends no credential guesses nothing.
        var isThrottled = login.IsNotLookedUp || login.Reason is not FailedLoginReason.Missing && throttle.RecordFailure(http);
        if (isThrottled)
            LoginThrottle.TellToWait(http);
        // A line for each would fill the log.
        if (isThrottled && _throttled.Count() is { } count)
            Throttled(count);
        // Of throttled logins only those of a real credential are noted: made-up ones would push out what admins need to read.
        if (!isThrottled || login.Connection is not null)
        {
            Add(
                new(
                    login,
                    ConnectionKey.Of(http),
                    clock.GetStoredNow(),
                    RequestSource.Address(http),
                    RequestSource.Agent(http),
                    http.TraceIdentifier
                )
            );
        }
        return isThrottled;
    }

    /// <summary>A reason as it is stored and shown.</summary>
    public static string Name(FailedLoginReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    /// <inheritdoc/>
    protected override async Task SaveAsync(IReadOnlyList<FailedAttempt> batch, CancellationToken ct)
    {
        var rows = new List<FailedLogin>();
        foreach (var attempt in batch)
        {
            var named =
                attempt.ConnectionKey is { } key && !unknown.IsMiss<KnownConnection>(key) ? await cache.FindConnectionAsync(key, ct) : null;
            var own = attempt.Login.Connection;
            Refused(Name(attempt.Login.Reason), attempt.RequestId, (named ?? own)?.Id, attempt.Login.TokenId, attempt.Login.OAuthClientId);
            // The connection in the URL learns nothing of another connection's token. The connection of the token learns of its misuse.
            if (named is not null && named.Id != own?.Id)
                rows.Add(Row(attempt, named.Id));
            if (own is not null)
                rows.Add(Row(attempt, own.Id, attempt.Login));
        }
        await SaveAsync(Latest(rows), ct);
    }

    /// <summary>The last of each kind, and of each connection the last few.</summary>
    static List<FailedLogin> Latest(List<FailedLogin> rows) =>
        [
            .. rows.GroupBy(row => (row.ConnectionId, row.Reason, row.Address, row.TokenId, row.OAuthClientId))
                .Select(repeats => repeats.Last())
                .GroupBy(row => row.ConnectionId)
                .SelectMany(connection => connection.TakeLast(LargestSave)),
        ];

    static FailedLogin Row(FailedAttempt attempt, Guid connection, RejectedCredential? login = null) =>
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
        // Of repeated failures the last in each minute stays, so that a client that never gives up leaves room for others.
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM failed_logins f USING (
                SELECT connection_id, id, repeat, row_number() OVER (PARTITION BY connection_id, repeat = 1 ORDER BY id DESC) AS place
                FROM (
                    SELECT connection_id, id, row_number() OVER (
                        PARTITION BY connection_id, reason, address, token_id, oauth_client_id, date_trunc('minute', occurred_at)
                        ORDER BY id DESC) AS repeat
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

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Clients go on failing to log in, or on trying unknown keys; "
            + "logins answered 429 since the last such line, of all addresses: {Count}"
    )]
    partial void Throttled(long count);

    /// <summary>A failed login as the request has left it.</summary>
    internal sealed record FailedAttempt(
        RejectedCredential Login,
        string? ConnectionKey,
        DateTimeOffset At,
        string? Address,
        string? Agent,
        string RequestId
    );
}

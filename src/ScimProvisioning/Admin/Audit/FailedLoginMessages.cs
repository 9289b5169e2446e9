using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Audit;

/// <summary>A login that the connection refused.</summary>
/// <param name="Id">The id. Ids are sorted by time.</param>
/// <param name="At">When it happened. Equal logins within a minute are one entry, with the time of the last one.</param>
/// <param name="Reason">missing, unknown, expired, revoked, wrong_connection, address_not_allowed, disabled, disconnected, …</param>
/// <param name="Message">What the reason means, and what to do.</param>
/// <param name="TokenId">The id of the token, when it is one of this connection.</param>
/// <param name="TokenHint">The last characters of the token.</param>
/// <param name="TokenLabel">The label of the token.</param>
/// <param name="ClientId">The client_id of the OAuth client, when it is one of this connection.</param>
/// <param name="ClientLabel">The label of the OAuth client.</param>
/// <param name="Address">The IP address that the request came from.</param>
/// <param name="UserAgent">The User-Agent header of the request.</param>
/// <param name="RequestId">The X-Request-Id of the response.</param>
sealed record FailedLoginResponse(
    Guid Id,
    DateTime At,
    string Reason,
    string Message,
    Guid? TokenId,
    string? TokenHint,
    string? TokenLabel,
    string? ClientId,
    string? ClientLabel,
    string? Address,
    string? UserAgent,
    string RequestId
)
{
    public static FailedLoginResponse Of(FailedLogin row, Token? token, OAuthClient? client) =>
        new(
            row.Id,
            row.OccurredAt.UtcDateTime,
            row.Reason,
            FailedLoginReasons.Explain(row.Reason),
            row.TokenId,
            token?.Hint,
            token?.Label,
            client?.ClientId,
            client?.Label,
            row.Address,
            row.UserAgent,
            row.RequestId
        );
}

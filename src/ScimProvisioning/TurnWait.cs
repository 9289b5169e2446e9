namespace ScimProvisioning;

/// <summary>
/// How long a request has waited for its turn; a feature of requests that had to. Waiting counts to what a request may take: answered
/// within ten seconds, a client does not take the server for dead.
/// </summary>
sealed record TurnWait(TimeSpan Time)
{
    /// <summary>What a request waits for its turns at most.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(8);

    public static TimeSpan Of(HttpContext http) => http.Features.Get<TurnWait>()?.Time ?? TimeSpan.Zero;
}

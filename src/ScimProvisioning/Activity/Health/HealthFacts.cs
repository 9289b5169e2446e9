using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Activity.Health;

/// <summary>What the health of a connection follows from.</summary>
/// <param name="Now">The time.</param>
/// <param name="QuietDays">Silence for longer is worth a look.</param>
/// <param name="LastContactAt">When the identity provider was here last.</param>
/// <param name="GoodContactAt">The same with a credential that is good now.</param>
/// <param name="CanLogIn">Whether there is such a credential.</param>
/// <param name="TokenExpiresAt">When the credential in use expires.</param>
/// <param name="WaitingSince">When the first change was received that is not released, if the connection releases.</param>
/// <param name="HorizonAge">How long the oldest writing transaction of the database runs.</param>
/// <param name="Held">People held back by problems.</param>
/// <param name="GuardHeld">People whom the guard keeps from leaving.</param>
/// <param name="Users">Users who are stored.</param>
sealed record HealthFacts(
    DateTimeOffset Now,
    int QuietDays,
    string State,
    DateTimeOffset? LastContactAt,
    DateTimeOffset? GoodContactAt,
    bool CanLogIn,
    FailureShare Failures,
    IReadOnlyList<LoginFailure> Logins,
    DateTimeOffset? TokenExpiresAt,
    DateTimeOffset? WaitingSince,
    TimeSpan HorizonAge,
    long Held,
    long GuardHeld,
    long Users
)
{
    /// <summary>Whether another token was made in place of the one in use, and is good.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>Entra comes about every 40 minutes, if there is something to do.</summary>
    static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    /// <summary>So many refused logins since the last good one are no slip any more.</summary>
    const int ManyLogins = 3;

    /// <summary>So many people who are held back are many.</summary>
    const long ManyHeld = 25;

    static readonly TimeSpan SoonExpires = TimeSpan.FromDays(30);

    /// <summary>Older changes should have been released.</summary>
    static readonly TimeSpan LongWait = TimeSpan.FromMinutes(5);

    /// <summary>Status and light, and why, the worst first.</summary>
    public (HealthStatus Status, HealthLight Light, IReadOnlyList<Statement> Reasons) Judge()
    {
        var found = Findings().ToList();
        var worst = found.Count == 0 ? HealthLight.Green : found.Max(finding => finding.Light);
        var status = OwnState() ?? found.Select(finding => finding.Status).FirstOrDefault(known => known is not null) ?? Calm();
        return (
            status,
            OwnState() is null ? worst : HealthLight.Off,
            [.. found.OrderByDescending(finding => finding.Light).Select(finding => finding.Reason), Contact()]
        );
    }

    HealthStatus? OwnState() =>
        State switch
        {
            ConnectionState.Paused => HealthStatus.Paused,
            ConnectionState.Disabled => HealthStatus.Disabled,
            ConnectionState.Disconnected => HealthStatus.Disconnected,
            _ => null,
        };

    HealthStatus Calm() =>
        GoodContactAt is not { } contact ? HealthStatus.New
        : Now - contact <= Recent ? HealthStatus.Working
        : HealthStatus.Quiet;

    /// <summary>What is not as it should be; the first one that is a status gives it its name.</summary>
    IEnumerable<(HealthStatus? Status, HealthLight Light, Statement Reason)> Findings()
    {
        if (GuardHeld > 0)
            yield return (
                HealthStatus.Guard,
                HealthLight.Amber,
                Statement.Of("health.guard", $"{GuardHeld} people would leave your app at once, and are held until you approve it.")
            );
        if (RefusedSinceContact() is { } login)
            yield return (
                HealthStatus.AuthFailing,
                Logins.Sum(refused => refused.SinceContact) >= ManyLogins ? HealthLight.Red : HealthLight.Amber,
                Statement.Of("health.login", $"The identity provider cannot log in. {login.Says}")
            );
        if (Failures is { Share: > FailureShare.EntraShare, Failed: >= FailureShare.Few })
            yield return (HealthStatus.Failing, HealthLight.Red, Failing());
        else if (Failures.Share > FailureShare.EntraShare)
            yield return (
                null,
                HealthLight.Amber,
                Statement.Of("health.failed.look", $"{Failed()} Look at the requests that were refused.")
            );
        if (HasManyHeld)
            yield return (null, HealthLight.Amber, HeldBack());
        if (TokenExpiresAt is { } expiry && expiry - Now <= SoonExpires)
            yield return (HealthStatus.TokenExpiring, expiry <= Now ? HealthLight.Red : HealthLight.Amber, Expiring(expiry));
        else if (LastContactAt is not null && HasNoCredential)
            yield return (
                HealthStatus.AuthFailing,
                HealthLight.Red,
                new("health.no-token", "No token is good any more: the identity provider cannot log in. Make a new one and enter it there.")
            );
        if (WaitingSince is { } since && Now - since > LongWait)
            yield return (
                null,
                HealthLight.Amber,
                HorizonAge > LongWait
                    ? Statement.Of(
                        "health.waits.transaction",
                        $"Your app was not told of changes for {Words(Now - since)}. "
                            + $"A transaction of the database runs for {Words(HorizonAge)} and holds them up."
                    )
                    : Statement.Of("health.waits", $"Your app was not told of changes for {Words(Now - since)}.")
            );
        if (LastContactAt is { } contact && Now - contact > TimeSpan.FromDays(QuietDays))
            yield return (
                null,
                HealthLight.Amber,
                new(
                    "health.silent",
                    "The identity provider was not here for long. It may have nothing to do; look there whether provisioning is on."
                )
            );
        if (Off() is { } off)
            yield return (null, HealthLight.Green, off);
        if (State is ConnectionState.Pending)
            yield return (
                null,
                HealthLight.Green,
                new("health.pending", "The connection is not enabled: nobody who arrives by it is shown to your app yet.")
            );
        if (Failures is { Failed: > 0, Share: <= FailureShare.EntraShare })
            yield return (null, HealthLight.Green, Failed());
        if (Held > 0 && !HasManyHeld)
            yield return (null, HealthLight.Green, HeldBack());
    }

    Statement Expiring(DateTimeOffset expiry)
    {
        if (expiry <= Now)
            return IsReplaced
                ? new(
                    "health.expired.replaced",
                    "The token in use has expired. Enter the one that was made in its place at the identity provider."
                )
                : new("health.expired", "The token in use has expired. Make a new one and enter it at the identity provider.");
        var days = Math.Max(1, (int)Math.Ceiling((expiry - Now).TotalDays));
        return IsReplaced
            ? Statement.Of(
                "health.expires.replaced",
                $"The token in use expires in {days} days. Enter the one that was made in its place at the identity provider."
            )
            : Statement.Of(
                "health.expires",
                $"The token in use expires in {days} days. Make a new one and enter it at the identity provider."
            );
    }

    /// <summary>Or, of a few users, a tenth of them.</summary>
    bool HasManyHeld => Held >= ManyHeld || (Held > 2 && Held * 10 >= Users);

    Statement HeldBack() => Statement.Of("health.held", $"{Held} people are held back: see the problems of the connection.");

    bool HasNoCredential => !CanLogIn && State is not ConnectionState.Disconnected;

    Statement? Off() =>
        State switch
        {
            ConnectionState.Paused => new("health.paused", "The connection is paused: the identity provider is asked to come again later."),
            ConnectionState.Disabled => new(
                "health.disabled",
                "The connection is disabled: the identity provider is refused, and nobody of it can sign in."
            ),
            ConnectionState.Disconnected => new(
                "health.disconnected",
                "The connection is disconnected: nothing arrives any more, and nobody of it can sign in."
            ),
            _ => null,
        };

    /// <summary>The last login that was refused, if none was good since.</summary>
    LoginFailure? RefusedSinceContact() => Logins.Where(login => login.SinceContact > 0).MaxBy(login => login.LastAt);

    Statement Failing() =>
        Statement.Of(
            "health.failing",
            $"{Failed()} Entra puts an application into quarantine when more than 40 % fail, from 5,000 failures on. "
                + $"Look at the requests that were refused."
        );

    Statement Failed() =>
        Statement.Of("health.failed", $"{Failures.Failed} of {Failures.Objects} users and groups failed in the last 24 hours.");

    Statement Contact() =>
        LastContactAt is not { } contact
            ? new(
                "health.never",
                "The identity provider was never here: enter Tenant URL and Secret Token there, and press Test Connection."
            )
        : GoodContactAt is null && CanLogIn
            ? Statement.Of(
                "health.old-contact",
                $"The identity provider was here {Words(Now - contact)} ago, with a token that is not good any more: "
                    + $"enter the new one there, and press Test Connection."
            )
        : Statement.Of("health.contact", $"The identity provider was here {Words(Now - contact)} ago.");

    static Statement Words(TimeSpan time) =>
        time switch
        {
            { TotalDays: >= 2 } => Statement.Of("health.days", $"{(int)time.TotalDays} days"),
            { TotalHours: >= 2 } => Statement.Of("health.hours", $"{(int)time.TotalHours} hours"),
            { TotalMinutes: >= 2 } => Statement.Of("health.minutes", $"{(int)time.TotalMinutes} minutes"),
            _ => new("health.minute", "a minute"),
        };
}

using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Auth.Throttling;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Activity.Health;

/// <summary>Which connections a list of healths has.</summary>
sealed record HealthQuery
{
    /// <summary>Only those of this organization.</summary>
    [FromQuery(Name = "organizationId")]
    public Guid? OrganizationId { get; init; }
}

/// <summary>How a connection is.</summary>
/// <param name="ConnectionId">The id of the connection.</param>
/// <param name="Name">What people call it.</param>
/// <param name="State">pending, active, paused, disabled or disconnected.</param>
/// <param name="Status">
/// new, quiet, working, failing, auth_failing, guard or token_expiring; or paused, disabled or disconnected, as its state.
/// </param>
/// <param name="Light">green, amber, red or off.</param>
/// <param name="Reasons">Why, in plain words, the worst first.</param>
/// <param name="LastContactAt">When the identity provider was here last; null: never.</param>
/// <param name="LastWriteAt">When it changed something last; null: never.</param>
/// <param name="LastRun">What it did last.</param>
/// <param name="LastTest">The last Test Connection that was good.</param>
/// <param name="Failures">How much has failed in the last 24 hours.</param>
/// <param name="Logins">Logins that were refused, by cause; also requests to a wrong path.</param>
/// <param name="TokenExpiresAt">When the credential expires that is in use; null: never, or there is none.</param>
/// <param name="Release">How far the application was told.</param>
/// <param name="Stored">How many users and groups are here.</param>
/// <param name="Found">How many users and groups the last full run has gone through; null: there was none.</param>
sealed record HealthResponse(
    Guid ConnectionId,
    string Name,
    string State,
    string Status,
    string Light,
    IReadOnlyList<string> Reasons,
    DateTime? LastContactAt,
    DateTime? LastWriteAt,
    RunResponse? LastRun,
    HealthTest? LastTest,
    FailureShare Failures,
    IReadOnlyList<LoginFailure> Logins,
    DateTime? TokenExpiresAt,
    ReleaseHealth Release,
    ResourceCounts Stored,
    ResourceCounts? Found
)
{
    /// <summary>The reasons, for whoever reads another language.</summary>
    [JsonIgnore]
    public IReadOnlyList<Statement> Says { get; init; } = [];

    /// <summary>Whether there is anything with which the identity provider may log in now.</summary>
    [JsonIgnore]
    public bool CanLogIn { get; init; }

    /// <summary>When it was here last with a credential that is good now; null: never.</summary>
    [JsonIgnore]
    public DateTime? GoodContactAt { get; init; }

    /// <summary>The last test, if its credential is good now.</summary>
    [JsonIgnore]
    public HealthTest? GoodTest { get; init; }
}

/// <summary>A Test Connection, or the beginning of a Provision on demand.</summary>
/// <param name="At">When it came.</param>
/// <param name="Address">The IP address that it came from.</param>
/// <param name="Actor">The credential, such as token:{id}.</param>
/// <param name="RequestId">The X-Request-Id of the answer.</param>
sealed record HealthTest(DateTime At, string? Address, string? Actor, string RequestId);

/// <summary>Users and groups of which a request was refused or failed, beside all that were dealt with.</summary>
/// <param name="Failed">Of those a request was refused or failed; but nobody who was refused first and created later.</param>
/// <param name="Objects">Users and groups that were dealt with, in each run anew.</param>
/// <param name="Share">The share of the failed ones, from 0 to 1.</param>
/// <param name="QuarantineShare">Entra puts an application into quarantine when more than this share fails, …</param>
/// <param name="QuarantineFailures">… and at least so many have failed.</param>
sealed record FailureShare(long Failed, long Objects, double Share, double QuarantineShare, long QuarantineFailures)
{
    /// <summary>Entra's rule (entra-docs, application-provisioning-quarantine-status.md).</summary>
    public const double EntraShare = 0.4;

    /// <inheritdoc cref="EntraShare"/>
    public const long EntraFailures = 5_000;

    /// <summary>So few may be mistakes of single people, whatever their share.</summary>
    public const long Few = 5;

    /// <param name="looked">Over all these runs; <c>null</c>: too many to look at each, so that they count as the runs say.</param>
    public static FailureShare Of(IReadOnlyCollection<RunResponse> runs, long? looked)
    {
        var counts = runs.SelectMany(run => new[] { run.Users, run.Groups }).ToList();
        var failed = looked ?? counts.Sum(c => c.Failed);
        var objects = failed + counts.Sum(c => c.Created + c.Updated + c.Deactivated + c.Reactivated + c.Unchanged);
        return new(failed, objects, objects == 0 ? 0 : Math.Round((double)failed / objects, 4), EntraShare, EntraFailures);
    }
}

/// <summary>Logins that were refused for one reason.</summary>
/// <param name="Reason">missing, unknown, expired, revoked, wrong_connection, address_not_allowed, wrong_path, …</param>
/// <param name="Message">What the reason means, and what to do.</param>
/// <param name="Count">How many of them are kept; equal ones within a minute are one.</param>
/// <param name="LastAt">When the last one came.</param>
/// <param name="Address">Where the last one came from.</param>
sealed record LoginFailure(string Reason, string Message, int Count, DateTime LastAt, string? Address)
{
    public const string WrongPath = "wrong_path";

    const string WrongPathMessage =
        "The login was good, but the address asked for does not exist. Compare the Tenant URL at the identity provider with that of the "
        + "connection, up to its last character, and leave out what comes after it.";

    /// <summary>How many of them came since the identity provider was here last, for a good request.</summary>
    [JsonIgnore]
    public int SinceContact { get; init; }

    /// <summary>The message, for whoever reads another language.</summary>
    [JsonIgnore]
    public Statement Says => FailedLoginReasons.Said(Reason, Message);

    /// <param name="times">When they came, the newest first.</param>
    /// <param name="contact">When the identity provider was here last; for <see cref="WrongPath"/>, for something that exists.</param>
    public static LoginFailure Of(string reason, IReadOnlyList<DateTimeOffset> times, string? address, DateTimeOffset? contact) =>
        new(reason, reason == WrongPath ? WrongPathMessage : FailedLoginReasons.Explain(reason), times.Count, times[0].UtcDateTime, address)
        {
            SinceContact = times.Count(at => IsSince(reason, at, contact)),
        };

    static bool IsSince(string reason, DateTimeOffset at, DateTimeOffset? contact) =>
        contact is not { } last
        || reason switch
        {
            // Maybe a browser that has opened the Tenant URL.
            "missing" => false,
            _ => at > last,
        };
}

/// <summary>How far what was received is released to the application.</summary>
/// <param name="Releases">Whether the connection releases anything.</param>
/// <param name="WaitingSince">When the first change was received that is not released; null: all is.</param>
/// <param name="Rebuilding">Whether everybody is being looked at again.</param>
/// <param name="Held">People who are held back by problems; 10,000 stands for as many or more.</param>
sealed record ReleaseHealth(bool Releases, DateTime? WaitingSince, bool Rebuilding, long Held);

/// <summary>The status of a connection.</summary>
enum HealthStatus
{
    /// <summary>The identity provider was never here.</summary>
    New,

    /// <summary>It has nothing to do.</summary>
    Quiet,
    Working,
    TokenExpiring,
    Failing,
    AuthFailing,

    /// <summary>Very many people would leave at once: they are held until an admin has approved it.</summary>
    Guard,
    Paused,
    Disabled,
    Disconnected,
}

/// <summary>What a status looks like.</summary>
enum HealthLight
{
    Green,
    Amber,
    Red,

    /// <summary>The connection was switched off.</summary>
    Off,
}

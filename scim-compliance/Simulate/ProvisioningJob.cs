using System.Collections.Concurrent;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>The job went into quarantine: nothing more is sent in this cycle.</summary>
sealed class Quarantined(string reason) : Exception(reason);

/// <summary>
/// What the agent knows about an object on the server. Entra keeps the id for good once it has matched or created the object.
/// </summary>
sealed class Link(string name)
{
    /// <summary>userName or displayName under which it was last sent.</summary>
    public string Name { get; set; } = name;

    /// <summary>The id on the server; null as long as no answer has shown it.</summary>
    public string? Id { get; set; }

    /// <summary>A POST of it was not refused: this job has created it, or may have.</summary>
    public bool IsOurs { get; set; }

    /// <summary>It was there before the job: it is changed, but never deleted.</summary>
    public bool IsMatched { get; set; }

    /// <summary>The id was answered 404 (<c>InvalidAnchor</c>): nothing is sent until the job is restarted.</summary>
    public bool IsInvalid { get; set; }

    /// <summary>Paths and values that the server has confirmed.</summary>
    public Dictionary<string, string> Sent { get; set; } = [];

    /// <summary>Paths and values that were sent and not confirmed. The server may have them or not, so they are sent again.</summary>
    public Dictionary<string, string> Unconfirmed { get; set; } = [];

    /// <summary>SCIM id of the manager that the server has confirmed.</summary>
    public string? Manager { get; set; }

    public bool IsManagerUnconfirmed { get; set; }

    /// <summary>objectIds of members that the server has confirmed.</summary>
    public HashSet<string> Members { get; } = [];

    /// <summary>objectIds of members whose adding or removing was not confirmed.</summary>
    public HashSet<string> UnconfirmedMembers { get; } = [];

    public bool IsLinked => Id is not null && !IsInvalid;

    public bool HasMember(string member)
    {
        lock (Members)
            return Members.Contains(member);
    }

    /// <summary>A deleted member leaves the group without a request.</summary>
    public void RemoveMember(string member)
    {
        lock (Members)
        {
            Members.Remove(member);
            UnconfirmedMembers.Remove(member);
        }
    }
}

/// <summary>
/// The state of a provisioning job: links, escrow and quarantine. A job goes into quarantine (entra-docs,
/// application-provisioning-quarantine-status.md) at once when its credentials are refused or a filter is answered 404; with 5,000 failures
/// or more when more than 40 % of the events fail; with more than 40,000 failures; and with 60,000 failures including references.
/// </summary>
/// <param name="mark">Part of the name of every object of the tenant.</param>
sealed class ProvisioningJob(Dialect dialect, string mark)
{
    const int FewFailures = 5_000;
    const int ManyFailures = 40_000;
    const int ManyFailuresWithReferences = 60_000;
    const double Proportion = 0.4;

    int _events;
    int _failures;
    int _references;

    public string Mark => mark;

    public PatchOperations Operations { get; } = new(dialect);

    public ConcurrentDictionary<string, Link> Users { get; } = [];

    public ConcurrentDictionary<string, Link> Groups { get; } = [];

    public ConcurrentDictionary<string, Link> Links(ResourceKind kind) => kind == ResourceKind.User ? Users : Groups;

    /// <summary>objectIds of users that are disabled in Entra and were not found.</summary>
    public ConcurrentDictionary<string, string> Skipped { get; } = [];

    /// <summary>Paths of deleted resources, with their names.</summary>
    public ConcurrentDictionary<string, string> Deleted { get; } = [];

    /// <summary>Paths of resources that are deleted in Entra but were there before the job, and so are kept, with their names.</summary>
    public ConcurrentDictionary<string, string> Kept { get; } = [];

    public Escrow Escrow { get; } = new();

    public CycleFigures Figures { get; private set; } = new("");

    /// <summary>The SCIM id of a user or group that is linked.</summary>
    public string? IdOf(string? objectId) =>
        objectId is not null && (Users.GetValueOrDefault(objectId) ?? Groups.GetValueOrDefault(objectId)) is { IsLinked: true } link
            ? link.Id
            : null;

    public void BeginCycle(CycleFigures figures)
    {
        Figures = figures;
        (_events, _failures, _references) = (0, 0, 0);
    }

    /// <summary>
    /// Counts the answer. True when the request succeeded; otherwise the object is in escrow, and the failure may lead to quarantine.
    /// </summary>
    /// <exception cref="Quarantined"/>
    public bool Accept(Reply reply, string objectId, string phase, string name)
    {
        Interlocked.Increment(ref _events);
        if (reply.IsSuccess)
            return true;
        // 429 and 503 only put off.
        if (reply.Status is >= 400 and not (429 or 503))
            Figures.HasFailedAt(phase is Phase.Users or Phase.References ? ResourceKind.User : ResourceKind.Group, objectId);
        Fail(objectId, phase, name, $"{reply.Exchange.Method} was answered {reply.Summary}");
        if (reply.Status is 401 or 403)
            throw new Quarantined($"the credentials were refused: {reply.Summary}");
        if (reply.Status is 404 && reply.Exchange.Url.Contains("filter=", StringComparison.Ordinal))
            throw new Quarantined($"a filter was answered 404: {reply.Summary}");
        return false;
    }

    /// <summary>The id of a linked object was answered 404: the object is given up.</summary>
    public void Invalid(Link link, string objectId, string phase, Reply reply)
    {
        link.IsInvalid = true;
        Figures.Add(Count.Failures);
        Escrow.GiveUp(objectId, phase, link.Name, $"InvalidAnchor: {reply.Exchange.Method} of a linked id was answered {reply.Summary}");
    }

    /// <exception cref="Quarantined"/>
    public void Fail(string objectId, string phase, string name, string reason)
    {
        Figures.Add(Count.Failures);
        Escrow.Failed(objectId, phase, name, reason);
        if (phase is Phase.References)
            Interlocked.Increment(ref _references);
        else
            Interlocked.Increment(ref _failures);
        var (events, failures) = (Volatile.Read(ref _events), Volatile.Read(ref _failures));
        if (
            failures > ManyFailures
            || failures >= FewFailures && failures > Proportion * events
            || failures + Volatile.Read(ref _references) >= ManyFailuresWithReferences
        )
            throw new Quarantined($"{failures} of {events} events failed (EncounteredEscrowProportionThreshold)");
    }
}

/// <summary>The phases of a cycle, in their order (entra-docs, how-provisioning-works.md).</summary>
static class Phase
{
    public const string Users = "users";
    public const string References = "references";
    public const string Groups = "groups";
    public const string Members = "memberships";
}

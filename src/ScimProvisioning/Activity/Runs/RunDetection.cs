using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Runs;

/// <summary>
/// Tells what an identity provider is doing by what it asks for, as Entra does: Test Connection and Provision on demand begin with a
/// look-up of a GUID, a cycle does not; a full cycle goes through everybody.
/// </summary>
static class RunDetection
{
    const string User = "User";
    const string Group = "Group";

    /// <summary>A test asks for a user and for a group; a cautious client does so twice.</summary>
    const int MostLookUpsOfTest = 4;

    /// <summary>A group on demand has five members at most, and a user has a manager.</summary>
    const int MostUsersOnDemand = 6;

    /// <param name="users">What was done to users.</param>
    /// <param name="groups">The same to groups.</param>
    public static RunKind KindOf(IReadOnlyList<RunPart> parts, TypeCount users, TypeCount groups)
    {
        var asked = parts.Where(part => part.Operation is not (RequestOperation.Discovery or RequestOperation.Other)).ToList();
        if (IsTest(asked))
            return RunKind.Test;
        if (IsDiscovery(asked))
            return RunKind.Discovery;
        if (IsOnDemand(asked, users, groups))
            return RunKind.OnDemand;
        if (users.IsComplete)
            return RunKind.Full;
        return asked.Exists(part => IsWrite(part) || part.Operation is RequestOperation.Find) ? RunKind.Incremental : RunKind.Other;
    }

    /// <summary>Nothing but look-ups of somebody who is not there.</summary>
    static bool IsTest(List<RunPart> asked) =>
        asked.Count > 0
        && asked.TrueForAll(part =>
            part is { Operation: RequestOperation.Probe or RequestOperation.Find, Outcome: not RequestOutcome.Matched }
        )
        && (asked.TrueForAll(part => part.Operation is RequestOperation.Probe) || Sum(asked, _ => true) <= MostLookUpsOfTest);

    /// <summary>Several pages of everything, and nothing written.</summary>
    static bool IsDiscovery(List<RunPart> asked) =>
        !asked.Exists(IsWrite)
        && Sum(asked, part => part.Operation is RequestOperation.List) is > 1 and var pages
        && pages >= Sum(asked, part => part.Operation is RequestOperation.Find or RequestOperation.Get);

    /// <summary>Each time an admin presses the button there is a probe, and then one user or one group.</summary>
    static bool IsOnDemand(List<RunPart> asked, TypeCount users, TypeCount groups)
    {
        var times = Sum(asked, part => part is { Operation: RequestOperation.Probe, ResourceType: User or null });
        if (times == 0)
            return false;
        var (ofUsers, ofGroups) = (LookUps(asked, User), LookUps(asked, Group));
        return groups.Touched <= times
            && ofGroups <= 3 * times
            && (
                ofGroups + groups.Touched == 0
                    ? users.Touched <= 2 * times && ofUsers <= 4 * times
                    : users.Touched <= MostUsersOnDemand * times
            );
    }

    static long LookUps(List<RunPart> asked, string type) =>
        Sum(asked, part => part.ResourceType == type && part.Operation is RequestOperation.Find or RequestOperation.Get);

    static bool IsWrite(RunPart part) =>
        part.Operation is RequestOperation.Create or RequestOperation.Replace or RequestOperation.Patch or RequestOperation.Delete;

    static long Sum(List<RunPart> parts, Func<RunPart, bool> which) => parts.Where(which).Sum(part => part.Count);
}

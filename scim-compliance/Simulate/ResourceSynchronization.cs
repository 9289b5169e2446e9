using System.Collections.Concurrent;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>
/// Matches, creates, changes and deletes resources of one kind. Each method that sends something returns false when that failed: the object
/// is in escrow then.
/// </summary>
sealed class ResourceSynchronization(ProvisioningJob job, EntraRequests entra, ResourceKind kind, CancellationToken ct)
{
    ConcurrentDictionary<string, Link> Links => job.Links(kind);

    /// <summary>The link of an object. Without an id of the server's when no resource was matched; null when matching failed.</summary>
    /// <param name="name">The userName or displayName of today.</param>
    public async Task<Link?> FindLinkAsync(string objectId, string name)
    {
        var link = Links.GetOrAdd(objectId, _ => new(name));
        return link.Id is not null || await MatchAsync(link, objectId, name) ? link : null;
    }

    public async Task<bool> CreateAsync(Link link, string objectId, Dictionary<string, string> values)
    {
        var reply = await entra.Create(kind, values);
        link.IsOurs |= reply.Status is < 400 or >= 500;
        if (!job.Accept(reply, objectId, kind.Phase, link.Name))
            return false;
        if (await Ownership.ProblemAsync(reply, kind, job.Mark, id => entra.Read(kind, id, ct)) is { } problem)
        {
            job.Fail(objectId, kind.Phase, link.Name, problem);
            return false;
        }
        (link.Id, link.Sent) = (reply["id"].Text(), values);
        job.Figures.Add(kind.Created);
        job.Figures.Became(kind, objectId, Fate.Created);
        return true;
    }

    /// <summary>Sends what differs from <paramref name="expected"/>, if anything does.</summary>
    public async Task<bool> UpdateAsync(Link link, string objectId, Dictionary<string, string> expected)
    {
        var changed = Changed(expected, link);
        if (changed.Count is 0)
            return true;
        if (!await ReadAsync(link, objectId, kind.Phase))
            return false;
        link.Unconfirmed = changed;
        var reply = await entra.Patch(kind.Path(link.Id!), job.Operations.Attributes(link.Sent, changed));
        if (!job.Accept(reply, objectId, kind.Phase, link.Name))
            return false;
        (link.Name, link.Sent, link.Unconfirmed) = (expected[kind.NameAttribute], expected, []);
        var (count, fate) = changed.GetValueOrDefault(AttributeMapping.Active) switch
        {
            "False" => (Count.UsersDisabled, Fate.Disabled),
            "True" => (Count.UsersRestored, Fate.Restored),
            _ => (kind.Updated, Fate.Updated),
        };
        job.Figures.Add(count);
        job.Figures.Became(kind, objectId, fate);
        return true;
    }

    /// <summary>Reads the resource, as Entra does before each change.</summary>
    public async Task<bool> ReadAsync(Link link, string objectId, string phase)
    {
        var read = await entra.Read(kind, link.Id!, ct);
        if (read.Status is 404)
            job.Invalid(link, objectId, phase, read);
        else if (job.Accept(read, objectId, phase, link.Name))
        {
            job.Figures.Became(kind, objectId, Fate.Unchanged);
            if (Ownership.Problem(read, kind, job.Mark) is not { } problem)
                return true;
            job.Fail(objectId, phase, link.Name, problem);
        }
        return false;
    }

    /// <summary>A user purged, or a group deleted, in Entra.</summary>
    public async Task DeleteAsync(string objectId, Link link)
    {
        if (link.Id is null && !await MatchAsync(link, objectId, link.Name))
            return;
        if (link.Id is { } kept && link.IsMatched)
            job.Kept[kind.Path(kept)] = link.Name;
        else if (link.Id is { } id)
        {
            var reply = await entra.Delete(kind.Path(id));
            if (reply.Status is not 404 && !job.Accept(reply, objectId, kind.Phase, link.Name))
                return;
            job.Deleted[kind.Path(id)] = link.Name;
            job.Figures.Add(kind.Deleted);
            job.Figures.Became(kind, objectId, Fate.Disabled);
            job.Figures.Add(Count.MembersLost, job.Groups.Values.Count(group => group.HasMember(objectId)));
        }
        Links.TryRemove(objectId, out _);
        job.Escrow.Succeeded(objectId, kind.Phase);
        if (kind == ResourceKind.Group)
            job.Escrow.Succeeded(objectId, Phase.Members);
        foreach (var group in job.Groups.Values)
            group.RemoveMember(objectId);
    }

    /// <summary>Values that the server has not confirmed.</summary>
    public static Dictionary<string, string> Changed(Dictionary<string, string> expected, Link link) =>
        expected
            .Where(value => link.Unconfirmed.ContainsKey(value.Key) || link.Sent.GetValueOrDefault(value.Key) != value.Value)
            .ToDictionary();

    /// <summary>Looks for the name it was sent under and, when that has changed since, for that of today. False when it failed.</summary>
    async Task<bool> MatchAsync(Link link, string objectId, string name)
    {
        foreach (var candidate in new[] { link.Name, name }.Distinct())
        {
            var reply = await entra.Match(kind, candidate, ct);
            if (!job.Accept(reply, objectId, kind.Phase, candidate))
                return false;
            if (Matching.Problem(reply, kind, candidate) is { } problem)
            {
                job.Fail(objectId, kind.Phase, candidate, problem);
                return false;
            }
            if (reply.Resources is not [{ } found])
                continue;
            // A POST of this name that was sent and not confirmed may have created it: then it is ours.
            link.IsOurs &= candidate == link.Name;
            (link.Id, link.Name, link.IsMatched) = (found.At("id").Text(), name, !link.IsOurs);
            (link.Sent, link.Manager) = (AttributeMapping.Shown(found, kind.Targets), AttributeMapping.ShownManager(found));
            job.Figures.Add(kind.Matched);
            job.Figures.Became(kind, objectId, Fate.Unchanged);
            return true;
        }
        link.Name = name;
        return true;
    }
}

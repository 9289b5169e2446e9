using System.Collections.Concurrent;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>Numbers of users and groups.</summary>
readonly record struct ResourceCounts(int Users, int Groups)
{
    /// <summary>In words: <c>1 user and 20 groups</c>.</summary>
    public override string ToString() => $"{Users} {(Users is 1 ? "user" : "users")} and {Groups} {(Groups is 1 ? "group" : "groups")}";
}

/// <summary>
/// Deletes what a job has created, and nothing that was there before: groups first, since some servers refuse to delete a user who is a
/// member.
/// </summary>
sealed class CleanUp(ProvisioningJob job, OutageWait outageWait, int parallel, Progress progress)
{
    int _users;
    int _groups;

    // Waits for the server during an outage.
    EntraRequests Requests => field ??= new((method, path, _, ct) => outageWait.SendAsync(method, path, ct));

    /// <summary>What was deleted so far.</summary>
    public ResourceCounts Deleted => new(Volatile.Read(ref _users), Volatile.Read(ref _groups));

    /// <summary>Resources that were there before the job and are still there.</summary>
    public ResourceCounts KeptMatches => new(CountMatched(ResourceKind.User), CountMatched(ResourceKind.Group));

    /// <summary>The error of a run that cannot go on, with what it leaves on the server.</summary>
    public static CannotRun CannotGoOn(CannotRun why, string mark, IReadOnlyList<string> left) =>
        new(
            left is []
                ? why.Message
                : $"{why.Message} Resources with the mark {mark} may be left there: {string.Join("; ", left.Take(5))}"
                    + $"{(left.Count > 5 ? $"; and {left.Count - 5} more" : "")}."
        );

    /// <summary>Returns what could not be deleted.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var left = new ConcurrentBag<string>();
        try
        {
            await DeleteAllAsync(left);
        }
        catch (CannotRun away)
        {
            left.Add($"Not everything was taken away: {away.Message}");
        }
        return [.. left.Order(StringComparer.Ordinal)];
    }

    async Task DeleteAllAsync(ConcurrentBag<string> left)
    {
        foreach (var kind in (ResourceKind[])[ResourceKind.Group, ResourceKind.User])
        {
            var links = job.Links(kind);
            progress.Begin($"cleaning up {kind.Collection}", links.Count);
            await Parallel.ForEachAsync(
                links.Values,
                new ParallelOptions { MaxDegreeOfParallelism = parallel },
                async (link, _) =>
                {
                    if (link.IsOurs)
                        await DeleteAllAsync(link, kind, left);
                    progress.Step();
                }
            );
        }
    }

    async Task DeleteAllAsync(Link link, ResourceKind kind, ConcurrentBag<string> left)
    {
        if (link.Id is { } id && await DeleteAsync(kind, id, link.Name, left))
            return;
        // The id is not known, or is that of no resource or of another one.
        foreach (var found in await FindAsync(link, kind, left))
            await DeleteAsync(kind, found, link.Name, left);
    }

    /// <summary>Deletes the resource only when it shows a name with the mark. False when nothing was deleted.</summary>
    async Task<bool> DeleteAsync(ResourceKind kind, string id, string name, ConcurrentBag<string> left)
    {
        var path = kind.Path(id);
        var read = await Requests.Read(kind, id, CancellationToken.None);
        if (read.Status is 404)
            return false;
        if (!read.IsSuccess || !Ownership.IsOurs(read.Json, kind, job.Mark))
        {
            left.Add(
                read.IsSuccess
                    ? $"{path} ({name}): it shows {Ownership.Describe(read.Json, kind)}, so it may not be ours and was not deleted"
                    : $"{path} ({name}): GET was answered {read.Summary}, so it was not deleted"
            );
            return false;
        }
        var deleted = await Requests.Delete(path);
        if (deleted is { Status: 200 or 204 })
            Interlocked.Increment(ref kind == ResourceKind.User ? ref _users : ref _groups);
        else if (deleted.Status is not 404)
            left.Add($"{path} ({name}): DELETE was answered {deleted.Summary}");
        return deleted.IsSuccess;
    }

    // All resources with exactly this name. No resource had it before the POST.
    async Task<IReadOnlyList<string>> FindAsync(Link link, ResourceKind kind, ConcurrentBag<string> left)
    {
        var reply = await Requests.Match(kind, link.Name, CancellationToken.None);
        var hits = reply
            .Resources.Where(found => kind.NameOf(found).Equals(link.Name, StringComparison.OrdinalIgnoreCase))
            .Select(found => found.At("id").Text())
            .ToList();
        if (!reply.IsSuccess)
            left.Add($"{link.Name}: whether it is there is not known, since looking was answered {reply.Summary}");
        else if (hits is [] && reply.Resources is not [])
            left.Add($"{link.Name}: whether it is there is not known, since looking was answered with others");
        else if (hits.Contains(""))
            left.Add($"{link.Name}: it is there, but is shown without an id");
        // The resource with the id of the link was handled before.
        return [.. hits.Where(id => id is not "" && id != link.Id)];
    }

    int CountMatched(ResourceKind kind) =>
        job.Links(kind)
            .Values.Where(link => link.IsMatched)
            .Select(link => kind.Path(link.Id!))
            .Union(job.Kept.Keys.Where(path => path.StartsWith(kind.Collection, StringComparison.Ordinal)))
            .Count();
}

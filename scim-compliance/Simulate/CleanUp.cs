using System.Collections.Concurrent;
using ScimCompliance.Http;
using ScimCompliance.Verify;

namespace ScimCompliance.Simulate;

/// <summary>So many resources.</summary>
readonly record struct ResourceCounts(int Users, int Groups)
{
    /// <summary>In words: <c>1 user and 20 groups</c>.</summary>
    public override string ToString() => $"{Users} {(Users is 1 ? "user" : "users")} and {Groups} {(Groups is 1 ? "group" : "groups")}";
}

/// <summary>Takes away what a job has made, and nothing that was there before: groups first, since some servers refuse to delete a user who is a member.</summary>
sealed class CleanUp(ProvisioningJob job, OutageWait patience, int inFlight, Progress progress)
{
    int _users;
    int _groups;

    // A server that is away for a while is waited for.
    EntraRequests Requests => field ??= new((method, path, _, ct) => patience.SendAsync(method, path, ct));

    /// <summary>What was taken away so far.</summary>
    public ResourceCounts Deleted => new(Volatile.Read(ref _users), Volatile.Read(ref _groups));

    /// <summary>What was there before the job and is there still.</summary>
    public ResourceCounts Stayed => new(Matched(ResourceKind.User), Matched(ResourceKind.Group));

    /// <summary>A run that cannot go on, with what it leaves behind.</summary>
    public static CannotRun Unfinished(CannotRun why, string mark, IReadOnlyList<string> left) =>
        new(
            $"{why.Message}{(left is [] ? "" : $" Resources with the mark {mark} may be left there: {string.Join("; ", left.Take(5))}{(left.Count > 5 ? $"; and {left.Count - 5} more" : "")}.")}"
        );

    /// <summary>Names what could not be taken away.</summary>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var left = new ConcurrentBag<string>();
        try
        {
            await TakeAwayAsync(left);
        }
        catch (CannotRun away)
        {
            left.Add($"Not everything was taken away: {away.Message}");
        }
        return [.. left.Order(StringComparer.Ordinal)];
    }

    async Task TakeAwayAsync(ConcurrentBag<string> left)
    {
        foreach (var kind in (ResourceKind[])[ResourceKind.Group, ResourceKind.User])
        {
            var links = job.Links(kind);
            progress.Begin($"cleaning up {kind.Collection}", links.Count);
            await Parallel.ForEachAsync(
                links.Values,
                new ParallelOptions { MaxDegreeOfParallelism = inFlight },
                async (link, _) =>
                {
                    if (link.IsOurs)
                        await TakeAwayAsync(link, kind, left);
                    progress.Step();
                }
            );
        }
    }

    async Task TakeAwayAsync(Link link, ResourceKind kind, ConcurrentBag<string> left)
    {
        if (link.Id is { } id && await DeleteAsync(kind, id, link.Name, left))
            return;
        // Its id is not known, or nobody's any more, or somebody else's.
        foreach (var found in await FindAsync(link, kind, left))
            await DeleteAsync(kind, found, link.Name, left);
    }

    /// <summary>Believes the id only when it is read under a name with the mark. False when nothing was deleted.</summary>
    async Task<bool> DeleteAsync(ResourceKind kind, string id, string name, ConcurrentBag<string> left)
    {
        var path = kind.Path(id);
        var read = await Requests.Read(kind, id, CancellationToken.None);
        if (read.Status is 404)
            return false;
        if (!read.IsSuccess || !Ownership.IsOurs(read.Json, kind, job.Mark))
        {
            left.Add(
                $"{path} ({name}): {(read.IsSuccess ? $"it shows {Ownership.Describe(read.Json, kind)}, so it may be somebody else's and was not deleted" : $"GET was answered {read.Summary}, so it was not deleted")}"
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

    // Whatever bears the very name, which nobody had before the POST.
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
        // What its own id stands for was tried and told.
        return [.. hits.Where(id => id is not "" && id != link.Id)];
    }

    int Matched(ResourceKind kind) =>
        job.Links(kind)
            .Values.Where(link => link.IsMatched)
            .Select(link => kind.Path(link.Id!))
            .Union(job.Kept.Keys.Where(path => path.StartsWith(kind.Collection, StringComparison.Ordinal)))
            .Count();
}

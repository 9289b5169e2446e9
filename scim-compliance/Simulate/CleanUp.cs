using System.Collections.Concurrent;
using ScimCompliance.Verify;
using ScimCompliance.Wire;

namespace ScimCompliance.Simulate;

/// <summary>So many resources.</summary>
readonly record struct Amount(int Users, int Groups)
{
    /// <summary>In words: <c>1 user and 20 groups</c>.</summary>
    public override string ToString() => $"{Users} {(Users is 1 ? "user" : "users")} and {Groups} {(Groups is 1 ? "group" : "groups")}";
}

/// <summary>Takes away what a job has made: groups first, since some servers refuse to delete a user who is a member.</summary>
/// <param name="matched">Also what it has found there, which is its own when a reply was lost, or left by a run before.</param>
sealed class CleanUp(ProvisioningJob job, Patience patience, int inFlight, Progress progress, bool matched = true)
{
    int _users;
    int _groups;

    /// <summary>What was taken away so far.</summary>
    public Amount Deleted => new(Volatile.Read(ref _users), Volatile.Read(ref _groups));

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
        foreach (var (links, collection) in ((ConcurrentDictionary<string, Link>, string)[])[(job.Groups, "/Groups"), (job.Users, "/Users")])
        {
            progress.Begin($"cleaning up {collection}", links.Count);
            await Parallel.ForEachAsync(links.Values, new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (link, _) =>
            {
                if (await TakeAwayAsync(link, collection) is { } problem) left.Add(problem);
                progress.Step();
            });
        }
    }

    async Task<string?> TakeAwayAsync(Link link, string collection)
    {
        if (link.IsMatched && !matched) return null;
        var reply = link.Id is null ? null : await DeleteAsync(link.Id);
        if (reply is { Status: 200 or 204 }) return null;
        // Its id is not known, or not that any more.
        if (reply is null or { Status: 404 } && await FindAsync(link, collection) is { } unfound) return unfound;
        if (reply is null or { Status: 404 } && link.Id is not null) reply = await DeleteAsync(link.Id);
        return reply is null or { Status: 200 or 204 or 404 } ? null : $"{collection}/{link.Id} ({link.Name}): DELETE was answered {reply.Summary}";

        async Task<Reply> DeleteAsync(string id)
        {
            var deleted = await patience.SendAsync("DELETE", $"{collection}/{Uri.EscapeDataString(id)}", CancellationToken.None);
            if (deleted is { Status: 200 or 204 }) Interlocked.Increment(ref collection is "/Users" ? ref _users : ref _groups);
            return deleted;
        }
    }

    // Looks, and believes only what bears the very name, which is marked.
    async Task<string?> FindAsync(Link link, string collection)
    {
        var entra = new EntraRequests((method, path, _, ct) => patience.SendAsync(method, path, ct));
        var (attribute, reply) = collection is "/Users" ? ("userName", await entra.MatchUser(link.Name, CancellationToken.None)) : ("displayName", await entra.MatchGroup(link.Name, CancellationToken.None));
        if (!reply.IsSuccess) return $"{link.Name}: whether it is there is not known, since looking was answered {reply.Summary}";
        link.Id = Matching.Problem(reply, attribute, link.Name) is null && reply.Resources is [{ } found] ? found.At("id").Text() : null;
        return null;
    }
}

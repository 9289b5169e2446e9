using System.Collections.Concurrent;
using ScimCompliance.Http;

namespace ScimCompliance.Simulate;

/// <summary>
/// Reads everything back from the server and compares it with the tenant: every mapped attribute, manager and membership. Resources that
/// are missing are differences, and also surplus resources with the mark of the run.
/// </summary>
/// <param name="get">Reads a path below the Tenant URL.</param>
sealed class ServerComparison(Tenant tenant, ProvisioningJob job, Func<string, Task<Reply>> get, int parallel, Progress progress)
{
    /// <summary>On a server with more resources than this, and more than twice ours, surplus resources are not searched for.</summary>
    public const int MostListed = 20_000;

    const int PageSize = 200;

    static readonly string[] Lists = ["emails", "addresses", "phoneNumbers"];

    readonly ConcurrentBag<Difference> _differences = [];

    /// <summary>What could not be compared, in plain words.</summary>
    public ConcurrentBag<string> Notes { get; } = [];

    public IReadOnlyList<Difference> Differences =>
        [.. _differences.Distinct().OrderBy(difference => difference.ToString(), StringComparer.Ordinal)];

    public async Task<IReadOnlyList<Difference>> CompareAsync(CancellationToken ct)
    {
        await ForEachAsync(
            "reading users back",
            [.. tenant.Users.Values.Where(user => !user.IsSoftDeleted || job.Users.ContainsKey(user.ObjectId))],
            CompareAsync,
            ct
        );
        await ForEachAsync("reading groups back", tenant.Groups.Values, group => CompareAsync(group), ct);
        await ForEachAsync(
            "looking for the deleted",
            job.Deleted,
            async deleted =>
            {
                if (await get(deleted.Key) is { Status: not 404 } reply)
                    AddDifference("deleted", deleted.Value, deleted.Key, "gone (404)", reply.Status is 200 ? "still there" : reply.Summary);
            },
            ct
        );
        await FindSurplusAsync(ResourceKind.User, "attributes=id,userName", ct);
        await FindSurplusAsync(ResourceKind.Group, ResourceKind.Group.Query, ct);
        return Differences;
    }

    public async Task CompareAsync(TenantUser user)
    {
        var link = job.Users.GetValueOrDefault(user.ObjectId);
        if (await ReadAsync(ResourceKind.User, AttributeMapping.Of(user)["userName"], link) is not { } shown)
            return;
        CompareAttributes(ResourceKind.User, link!.Name, UserSynchronization.Expected(user, link), shown);
        var manager = job.IdOf(user.Manager);
        if (AttributeMapping.ShownManager(shown.Json) is var came && came != manager)
            AddDifference("user", link.Name, "manager", manager ?? "absent", came ?? "absent");
        foreach (var list in Lists)
            if (
                shown[list]
                    .Items()
                    .GroupBy(element => element.At("type").Text(), StringComparer.OrdinalIgnoreCase)
                    .FirstOrDefault(same => same.Count() > 1) is
                { } twice
            )
                AddDifference("user", link.Name, $"{list} of type {twice.Key}", "one", $"{twice.Count()}");
    }

    /// <param name="others">Whether other members than the tenant's are a difference.</param>
    public async Task CompareAsync(TenantGroup group, bool others = true)
    {
        var link = job.Groups.GetValueOrDefault(group.ObjectId);
        if (await ReadAsync(ResourceKind.Group, group.DisplayName, link) is not { } shown)
            return;
        CompareAttributes(ResourceKind.Group, group.DisplayName, AttributeMapping.Of(group), shown);
        var came = shown["members"].Items().Select(member => member.At("value").Text()).ToList();
        var there = came.ToHashSet();
        var expected = new Dictionary<string, string>();
        foreach (var member in GroupSynchronization.ExpectedMembers(job, tenant, group, link!))
            expected[job.IdOf(member)!] = NameOf(member);
        // Entra neither adds nor removes disabled members, so a group that was there before may have them.
        var open = link!.IsMatched
            ? group
                .Members.Where(member => tenant.Users.GetValueOrDefault(member) is { IsSoftDeleted: true })
                .Select(job.IdOf)
                .OfType<string>()
                .ToHashSet()
            : [];
        foreach (var missing in expected.Where(member => !there.Contains(member.Key)))
            AddDifference("group", group.DisplayName, $"member {missing.Value}", "there", "missing");
        // Users that are deleted in Entra but kept on the server are still members. And a group that is kept may have been matched
        // again by a new one of its name.
        var extras =
            others && !job.Kept.ContainsKey(ResourceKind.Group.Path(link.Id!))
                ? there.Where(id => !expected.ContainsKey(id) && !open.Contains(id) && !IsKept(id))
                : [];
        foreach (var extra in extras)
            AddDifference("group", group.DisplayName, $"member {extra}", "absent", "there");
        if (came.Count != there.Count)
            AddDifference("group", group.DisplayName, "members", "there once each", $"{came.Count} entries of {there.Count} members");
    }

    /// <summary>Null when it is not there; then that is a difference.</summary>
    async Task<Reply?> ReadAsync(ResourceKind kind, string name, Link? link)
    {
        var reply = link?.Id is { } id ? await get(kind.Path(id)) : null;
        if (reply is { Status: 200 })
            return reply;
        AddDifference(
            kind.Name,
            name,
            "it",
            "there",
            reply is null ? "not provisioned"
                : reply.Status is 404 ? "missing"
                : reply.Summary
        );
        return null;
    }

    void CompareAttributes(ResourceKind kind, string name, Dictionary<string, string> expected, Reply reply)
    {
        var shown = AttributeMapping.Shown(reply.Json, kind.Targets);
        foreach (var target in kind.Targets)
            if (expected.GetValueOrDefault(target) is var should && shown.GetValueOrDefault(target) is var came && should != came)
                AddDifference(kind.Name, name, target, Quoted(should), Quoted(came));
    }

    async Task FindSurplusAsync(ResourceKind kind, string query, CancellationToken ct)
    {
        var collection = kind.Collection;
        var known = job.Links(kind).Values.Select(link => link.Id).OfType<string>().ToHashSet();
        var first = await get($"{collection}?startIndex=1&count=1");
        var total = first.TotalResults;
        if (total < 0 || total > Math.Max(MostListed, 2 * known.Count))
        {
            Notes.Add(
                $"{collection} was not searched for surplus resources: "
                    + (
                        !first.IsSuccess ? $"its list was answered {first.Summary}."
                        : total < 0 ? "its list has no totalResults."
                        : $"it holds {total}."
                    )
            );
            return;
        }
        progress.Begin($"looking through {collection}", total / PageSize + 1);
        for (var start = 1; start <= total; progress.Step())
        {
            ct.ThrowIfCancellationRequested();
            var page = await get($"{collection}?{query}&startIndex={start}&count={PageSize}");
            if (page.Resources is [])
            {
                Notes.Add(
                    $"{collection} was searched for surplus resources up to number {start - 1} of {total}: "
                        + $"the next page was answered {page.Summary}{(page.IsSuccess ? " without resources" : "")}."
                );
                break;
            }
            foreach (var found in page.Resources)
                if (
                    found.At(kind.NameAttribute).Text() is var ours
                    && ours.Contains(tenant.Mark, StringComparison.OrdinalIgnoreCase)
                    && !known.Contains(found.At("id").Text())
                    && kind.Path(found.At("id").Text()) is var path
                    && !job.Deleted.ContainsKey(path)
                    && !job.Kept.ContainsKey(path)
                )
                    AddDifference(kind.Name, ours, $"resource {found.At("id").Text()}", "absent", "there");
            start += page.Resources.Count;
        }
    }

    async Task ForEachAsync<T>(string phase, IReadOnlyCollection<T> all, Func<T, Task> each, CancellationToken ct)
    {
        progress.Begin(phase, all.Count);
        await Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = ct },
            async (one, _) =>
            {
                await each(one);
                progress.Step();
            }
        );
    }

    bool IsKept(string id) => job.Kept.ContainsKey(ResourceKind.User.Path(id)) || job.Kept.ContainsKey(ResourceKind.Group.Path(id));

    string NameOf(string objectId) => (job.Users.GetValueOrDefault(objectId) ?? job.Groups.GetValueOrDefault(objectId))?.Name ?? objectId;

    void AddDifference(string kind, string name, string what, string expected, string came) =>
        _differences.Add(new(kind, name, what, expected, came));

    static string Quoted(string? value) => value is null ? "absent" : $"'{value}'";
}

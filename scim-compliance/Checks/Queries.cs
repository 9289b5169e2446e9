using ScimCompliance.Http;

namespace ScimCompliance.Checks;

/// <summary>Queries that find only resources of this run, whatever else the server holds.</summary>
static class Queries
{
    /// <summary>Expects a list of exactly these resources, in any order.</summary>
    public static Reply ExpectOnly(this Reply reply, params CreatedResource[] expected)
    {
        reply.Expect(200);
        return reply.Ids.Order(StringComparer.Ordinal).SequenceEqual(expected.Select(made => made.Id).Order(StringComparer.Ordinal))
            ? reply
            : throw new CheckFailed(
                expected is []
                    ? $"{Asked(reply)} finds nothing"
                    : $"{Asked(reply)} finds exactly {string.Join(" and ", expected.Select(made => made.Name))}",
                Found(reply)
            );
    }

    /// <summary>
    /// Throws <see cref="NotOffered"/> when the server declines the comparison with 400 invalidFilter, as RFC 7644 Table 9 allows.
    /// </summary>
    public static Reply OrNotOffered(this Reply reply) =>
        reply.Status is 501 || reply.Status is 400 && reply["scimType"].Text() is "invalidFilter"
            ? throw new NotOffered($"the server declines this comparison: {reply.Summary}")
            : reply;

    /// <summary>
    /// Requires that <c>userName eq</c> finds this user and no other, since the result of other filters would mean nothing otherwise.
    /// </summary>
    public static async Task RequireFiltering(this CheckRun run, CreatedResource user)
    {
        var (own, none) = (await run.Find("/Users", UserNameIs(user)), await run.Find("/Users", $"userName eq \"{run.NewUserName()}\""));
        if (own.RequireSuccess().Ids is not [var id] || id != user.Id || none.RequireSuccess().Ids is not [])
            throw new Blocked("userName eq, which this check relies on, does not select one user");
    }

    /// <summary>Requires that <c>and</c> can narrow a filter to this user.</summary>
    public static async Task RequireFilteringWithAnd(this CheckRun run, CreatedResource user)
    {
        var (own, none) = (
            await run.Find("/Users", UserNameIsAnd(user, UserNameIs(user))),
            await run.Find("/Users", UserNameIsAnd(user, $"userName eq \"{run.NewUserName()}\""))
        );
        if (own.RequireSuccess().Ids is not [var id] || id != user.Id || none.RequireSuccess().Ids is not [])
            throw new Blocked("userName eq … and …, which this check relies on, does not select one user");
    }

    public static string UserNameIs(CreatedResource user) => $"userName eq \"{user.Name}\"";

    /// <summary>The filter, narrowed to this user.</summary>
    public static string UserNameIsAnd(CreatedResource user, string filter) => $"{UserNameIs(user)} and {filter}";

    /// <summary>
    /// Creates users with one displayName and finds a query that lists them: by that name, or the whole collection when it is small.
    /// </summary>
    /// <param name="members">Members of the user with this number, as JSON text of an object.</param>
    public static async Task<ListedResources> CreateListedUsers(this CheckRun run, int number, Func<int, string>? members = null)
    {
        var (shared, users) = (run.NewName(), new CreatedResource[number]);
        for (var i = 0; i < number; i++)
        {
            var json = System.Text.Json.Nodes.JsonNode.Parse(members?.Invoke(i) ?? "{}")!;
            json["displayName"] = shared;
            users[i] = await run.CreateUser(json.ToJsonString());
        }
        return await run.Listed("/Users", users, $"displayName eq \"{shared}\"");
    }

    /// <summary>Creates groups whose names begin alike and finds a query that lists them.</summary>
    public static async Task<ListedResources> CreateListedGroups(this CheckRun run, int number)
    {
        var (shared, groups) = (run.NewName(), new List<CreatedResource>());
        while (groups.Count < number)
        {
            var name = $"{shared}.{groups.Count}";
            var reply = (await run.Post("/Groups", run.GroupJson($$"""{"displayName":"{{name}}"}"""))).RequireSuccess();
            groups.Add(new($"/Groups/{Uri.EscapeDataString(reply["id"].Text())}", reply["id"].Text(), name, reply));
        }
        return await run.Listed("/Groups", [.. groups], $"displayName sw \"{shared}.\"");
    }

    // A longer list is not read in pages of five.
    const int MostWalked = 120;

    static async Task<ListedResources> Listed(this CheckRun run, string collection, CreatedResource[] made, string filter)
    {
        var narrow = $"{collection}?filter={CheckRun.UrlEncode(filter)}&";
        var ours = await run.Get($"{narrow}count=200");
        // A server may show fewer on a page than there are; then totalResults says how many match.
        if (
            ours.Ids is not []
            && ours.Ids.All(id => made.Any(one => one.Id == id))
            && (ours.Ids.ToHashSet().Count == made.Length || ours.TotalResults == made.Length)
        )
            return new(made, narrow, made.Length);
        var all = await run.Get($"{collection}?count=200");
        return all.Ids.Count is > 0 and <= MostWalked && all.TotalResults <= all.Ids.Count && made.All(one => all.Ids.Contains(one.Id))
            ? new(made, $"{collection}?", all.Ids.Count)
            : throw new Blocked($"no query lists just our own: {filter} does not, and there are too many others");
    }

    static string Found(Reply reply)
    {
        var names = reply.Resources.Select(found => (found.At("userName") ?? found.At("displayName") ?? found.At("id")).Text()).ToList();
        return names is [] ? "nothing" : $"{names.Count}: {string.Join(", ", names.Take(3))}{(names.Count > 3 ? ", …" : "")}";
    }

    static string Asked(Reply reply) =>
        WebUtility.UrlDecode(reply.Exchange.Url.Split('?', 2) is [_, var query] ? query : reply.Exchange.Url);
}

/// <summary>Resources of this run and the query that lists them.</summary>
/// <param name="Query">Path and query, to which <c>count=…</c> can be added.</param>
/// <param name="Total">How many the query lists.</param>
sealed record ListedResources(CreatedResource[] Created, string Query, int Total)
{
    /// <summary>Requires that the query lists no other resources.</summary>
    public ListedResources RequireOnlyOurs() =>
        Total == Created.Length ? this : throw new Blocked("no filter narrows the list to what this check has made");
}

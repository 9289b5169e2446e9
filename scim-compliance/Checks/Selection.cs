using ScimCompliance.Wire;

namespace ScimCompliance.Checks;

/// <summary>Queries whose answer holds nothing but what this run has made, however much else there is on the server.</summary>
static class Selection
{
    /// <summary>The list holds exactly these, in any order.</summary>
    public static Reply Selects(this Reply reply, params Made[] expected)
    {
        reply.Expect(200);
        return reply.Ids.Order(StringComparer.Ordinal).SequenceEqual(expected.Select(made => made.Id).Order(StringComparer.Ordinal))
            ? reply
            : throw new Broken(
                $"{Asked(reply)} finds {(expected is [] ? "nothing" : $"exactly {string.Join(" and ", expected.Select(made => made.Name))}")}",
                Found(reply)
            );
    }

    /// <summary>A comparison that the server declines with 400 invalidFilter, as RFC 7644 Table 9 lets it, is not offered.</summary>
    public static Reply Comparable(this Reply reply) =>
        reply.Status is 501 || reply.Status is 400 && reply["scimType"].Text() is "invalidFilter"
            ? throw new NotOffered($"the server declines this comparison: {reply.Summary}")
            : reply;

    /// <summary>Prepares: <c>userName eq</c> finds this user and nobody else, else no other filter says anything.</summary>
    public static async Task CanFilter(this Trial t, Made user)
    {
        var (own, none) = (await t.Find("/Users", Equal(user)), await t.Find("/Users", $"userName eq \"{t.NewUserName()}\""));
        if (own.Prepared().Ids is not [var id] || id != user.Id || none.Prepared().Ids is not [])
            throw new Blocked("userName eq, which this check relies on, does not select one user");
    }

    /// <summary>Prepares: a filter can be narrowed to this user with <c>and</c>.</summary>
    public static async Task CanNarrow(this Trial t, Made user)
    {
        var (own, none) = (
            await t.Find("/Users", Narrowed(user, Equal(user))),
            await t.Find("/Users", Narrowed(user, $"userName eq \"{t.NewUserName()}\""))
        );
        if (own.Prepared().Ids is not [var id] || id != user.Id || none.Prepared().Ids is not [])
            throw new Blocked("userName eq … and …, which this check relies on, does not select one user");
    }

    public static string Equal(Made user) => $"userName eq \"{user.Name}\"";

    /// <summary>What fits the filter, of this user alone.</summary>
    public static string Narrowed(Made user, string filter) => $"{Equal(user)} and {filter}";

    /// <summary>Prepares users of one displayName, and a way to list them: by that name, or the whole collection when it is small.</summary>
    /// <param name="members">Of each, as JSON text of an object.</param>
    public static async Task<Listed> Several(this Trial t, int number, Func<int, string>? members = null)
    {
        var (shared, users) = (t.NewName(), new Made[number]);
        for (var i = 0; i < number; i++)
        {
            var json = System.Text.Json.Nodes.JsonNode.Parse(members?.Invoke(i) ?? "{}")!;
            json["displayName"] = shared;
            users[i] = await t.User(json.ToJsonString());
        }
        return await t.Listed("/Users", users, $"displayName eq \"{shared}\"");
    }

    /// <summary>Prepares groups that are listed alike.</summary>
    public static async Task<Listed> SeveralGroups(this Trial t, int number)
    {
        var (shared, groups) = (t.NewName(), new List<Made>());
        while (groups.Count < number)
        {
            var name = $"{shared}.{groups.Count}";
            var reply = (await t.Post("/Groups", t.GroupJson($$"""{"displayName":"{{name}}"}"""))).Prepared();
            groups.Add(new($"/Groups/{Uri.EscapeDataString(reply["id"].Text())}", reply["id"].Text(), name, reply));
        }
        return await t.Listed("/Groups", [.. groups], $"displayName sw \"{shared}.\"");
    }

    // More than this is not walked in steps of five.
    const int Few = 120;

    static async Task<Listed> Listed(this Trial t, string collection, Made[] made, string filter)
    {
        var narrow = $"{collection}?filter={Trial.Encoded(filter)}&";
        var ours = await t.Get($"{narrow}count=200");
        // A server that shows fewer on a page than there are still says how many fit.
        if (
            ours.Ids is not []
            && ours.Ids.All(id => made.Any(one => one.Id == id))
            && (ours.Ids.ToHashSet().Count == made.Length || ours.TotalResults == made.Length)
        )
            return new(made, narrow, made.Length);
        var all = await t.Get($"{collection}?count=200");
        return all.Ids.Count is > 0 and <= Few && all.TotalResults <= all.Ids.Count && made.All(one => all.Ids.Contains(one.Id))
            ? new(made, $"{collection}?", all.Ids.Count)
            : throw new Blocked($"no query lists just our own: {filter} does not, and there are too many others");
    }

    static string Found(Reply reply) =>
        reply.Resources is []
            ? "nothing"
            : $"{reply.Resources.Count}: {string.Join(", ", reply.Resources.Take(3).Select(found => (found.At("userName") ?? found.At("displayName") ?? found.At("id")).Text()))}{(reply.Resources.Count > 3 ? ", …" : "")}";

    static string Asked(Reply reply) =>
        WebUtility.UrlDecode(reply.Exchange.Url.Split('?', 2) is [_, var query] ? query : reply.Exchange.Url);
}

/// <summary>Resources of ours and the query that lists them.</summary>
/// <param name="Query">Path and query, to which <c>count=…</c> can be added.</param>
/// <param name="Total">How many the query lists.</param>
sealed record Listed(Made[] Made, string Query, int Total)
{
    /// <summary>As preparation: nobody else is listed.</summary>
    public Listed Alone() => Total == Made.Length ? this : throw new Blocked("no filter narrows the list to what this check has made");
}

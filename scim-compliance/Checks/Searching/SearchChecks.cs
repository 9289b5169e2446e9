using System.Text.Json.Nodes;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Searching;

/// <summary>Queries by <c>POST …/.search</c> (RFC 7644 §3.4.3) and at the root (§3.4.2.1), for servers that offer them.</summary>
static class SearchChecks
{
    const string Root = "RFC 7644 §3.4.2.1, §3.4.3";

    public static IReadOnlyList<Check> All { get; } =
    [
        Search(
            id: "search.users",
            title: "POST /Users/.search finds as a GET does",
            needs: Needs.Filter,
            steps: async run =>
            {
                var (user, _) = (await run.CreateUser(), await run.CreateUser());
                (await Post(run, "/Users", new() { ["filter"] = Queries.UserNameIs(user) })).ExpectOnly(user);
            }
        ),
        Search(
            id: "search.groups",
            title: "POST /Groups/.search finds as a GET does",
            needs: Needs.Filter | Needs.Groups,
            steps: async run =>
            {
                var (group, _) = (await run.CreateGroup(), await run.CreateGroup());
                (await Post(run, "/Groups", new() { ["filter"] = $"displayName eq \"{group.Name}\"" })).ExpectOnly(group);
            }
        ),
        Search(
            id: "search.message",
            title: "The answer to a search is a ListResponse",
            steps: async run =>
            {
                var reply = (await Post(run, "/Users", new() { ["count"] = 1 })).Expect(200);
                reply.That(
                    reply["schemas"].Items().Any(schema => schema.Text() == SchemaUrn.ListResponse),
                    $"schemas holds {SchemaUrn.ListResponse}",
                    Reply.Describe(reply["schemas"])
                );
            }
        ),
        Search(
            id: "search.pages",
            title: "A search has startIndex and count",
            needs: Needs.Filter | Needs.IndexPaging,
            steps: async run =>
            {
                var (shared, one, two) = await Pair(run);
                var ids = new List<string>();
                for (var start = 1; start <= 2; start++)
                {
                    var reply = (
                        await Post(
                            run,
                            "/Users",
                            new()
                            {
                                ["filter"] = $"displayName eq \"{shared}\"",
                                ["startIndex"] = start,
                                ["count"] = 1,
                            }
                        )
                    ).Expect(200).Count("Resources", 1);
                    ids.Add(reply.Ids[0]);
                }
                if (!ids.ToHashSet().SetEquals([one.Id, two.Id]))
                    throw new CheckFailed($"{one.Name} and {two.Name}, each on a page of its own", string.Join(", ", ids));
            }
        ),
        Search(
            id: "search.attributes",
            title: "A search has attributes, as a list",
            needs: Needs.Filter,
            attributes: ["User:title", "User:nickName"],
            steps: async run =>
            {
                var user = await run.CreateUser("""{"title":"Engineer","nickName":"Ann"}""");
                (await Post(run, "/Users", new() { ["filter"] = Queries.UserNameIs(user), ["attributes"] = new JsonArray("title") }))
                    .Expect(200)
                    .Has("Resources[0].title")
                    .Lacks("Resources[0].nickName");
            }
        ),
        Search(
            id: "search.excluded",
            title: "A search has excludedAttributes, as a list",
            needs: Needs.Filter,
            attributes: ["User:title", "User:nickName"],
            steps: async run =>
            {
                var user = await run.CreateUser("""{"title":"Engineer","nickName":"Ann"}""");
                (
                    await Post(
                        run,
                        "/Users",
                        new() { ["filter"] = Queries.UserNameIs(user), ["excludedAttributes"] = new JsonArray("title") }
                    )
                )
                    .Expect(200)
                    .Has("Resources[0].nickName")
                    .Lacks("Resources[0].title");
            }
        ),
        Search(
            id: "search.sort",
            title: "A search has sortBy and sortOrder",
            needs: Needs.Filter | Needs.Sort,
            attributes: ["User:title"],
            steps: async run =>
            {
                var (shared, one, two) = await Pair(run);
                var reply = (
                    await Post(
                        run,
                        "/Users",
                        new()
                        {
                            ["filter"] = $"displayName eq \"{shared}\"",
                            ["sortBy"] = "title",
                            ["sortOrder"] = "descending",
                        }
                    )
                ).ExpectOnly(one, two);
                reply.That(reply.Ids.SequenceEqual([two.Id, one.Id]), $"{two.Name} before {one.Name}", "the other way round");
            }
        ),
        Search(
            id: "search.cursor",
            title: "A search has a cursor",
            needs: Needs.Filter | Needs.CursorPaging,
            steps: async run =>
            {
                var (shared, one, two) = await Pair(run);
                var filter = $"displayName eq \"{shared}\"";
                var first = (
                    await Post(
                        run,
                        "/Users",
                        new()
                        {
                            ["filter"] = filter,
                            ["cursor"] = "",
                            ["count"] = 1,
                        }
                    )
                ).Expect(200).Has("nextCursor");
                var second = (
                    await Post(
                        run,
                        "/Users",
                        new()
                        {
                            ["filter"] = filter,
                            ["cursor"] = first["nextCursor"].Text(),
                            ["count"] = 1,
                        }
                    )
                ).Expect(200);
                second.That(
                    first.Ids.Concat(second.Ids).ToHashSet().SetEquals([one.Id, two.Id]),
                    $"{one.Name} and {two.Name} on two pages",
                    string.Join(", ", first.Ids.Concat(second.Ids))
                );
            }
        ),
        Search(
            id: "search.invalid",
            title: "A search with a filter that means nothing is declined with 400",
            needs: Needs.Filter,
            steps: async run => (await Post(run, "/Users", new() { ["filter"] = "userName regex \"a\"" })).Expect(400)
        ),
        Search(
            id: "search.root",
            title: "POST /.search finds users and groups",
            rule: Root,
            needs: Needs.Filter | Needs.Groups,
            attributes: ["User:displayName"],
            steps: async run =>
            {
                var user = await run.CreateUser($$"""{"displayName":"{{run.NewName()}}"}""");
                var group = await run.CreateGroup();
                (
                    await Post(
                        run,
                        "",
                        new() { ["filter"] = $"displayName eq \"{user.Reply["displayName"].Text()}\" or displayName eq \"{group.Name}\"" }
                    )
                ).ExpectOnly(user, group);
            }
        ),
        Search(
            id: "search.root.absent",
            title: "At the root, an attribute that a type does not have has no value there",
            rule: Root,
            needs: Needs.Filter | Needs.Groups,
            steps: async run =>
            {
                var (user, _) = (await run.CreateUser(), await run.CreateGroup());
                (await Post(run, "", new() { ["filter"] = Queries.UserNameIs(user) })).ExpectOnly(user);
            }
        ),
        Search(
            id: "search.root.type",
            title: "At the root, meta.resourceType tells the types apart",
            rule: Root,
            needs: Needs.Filter | Needs.Groups,
            attributes: ["User:displayName"],
            steps: async run =>
            {
                var group = await run.CreateGroup();
                await run.CreateUser($$"""{"displayName":"{{group.Name}}"}""");
                (
                    await Post(run, "", new() { ["filter"] = $"meta.resourceType eq \"Group\" and displayName eq \"{group.Name}\"" })
                ).ExpectOnly(group);
            }
        ),
        Search(
            id: "search.root.get",
            title: "GET at the root finds users and groups",
            rule: Root,
            needs: Needs.Filter | Needs.Groups,
            attributes: ["User:displayName"],
            steps: async run =>
            {
                var group = await run.CreateGroup();
                var user = await run.CreateUser($$"""{"displayName":"{{group.Name}}"}""");
                var reply = await run.Get($"/?filter={CheckRun.UrlEncode($"displayName eq \"{group.Name}\"")}");
                Served(reply, "GET at the root").ExpectOnly(user, group);
            }
        ),
    ];

    static Check Search(
        string id,
        string title,
        Func<CheckRun, Task> steps,
        string rule = "RFC 7644 §3.4.3",
        Needs needs = Needs.Nothing,
        params string[] attributes
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = rule,
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = needs,
            Attributes = attributes,
            Why =
                "Clients that must keep personal data out of addresses, or whose filters are too long for one, search by POST. "
                + "They get a wrong list and take it for the right one.",
            Change = "Let POST …/.search do what GET does with the same parameters, or answer 404, 405 or 501 when you do not serve it.",
            Steps = steps,
        };

    static async Task<Reply> Post(CheckRun run, string collection, JsonObject search)
    {
        search["schemas"] = new JsonArray(SchemaUrn.SearchRequest);
        return Served(await run.Post($"{collection}/.search", search), $"POST {collection}/.search");
    }

    static Reply Served(Reply reply, string what) =>
        reply.Status is 404 or 405 or 501 || reply.IsSuccess && reply["Resources"] is null && reply["totalResults"] is null
            ? throw new NotOffered($"{what} is not served ({reply.Status})")
            : reply;

    static async Task<(string Shared, CreatedResource One, CreatedResource Two)> Pair(CheckRun run)
    {
        var shared = run.NewName();
        var one = await run.CreateUser($$"""{"displayName":"{{shared}}","title":"Actor"}""");
        return (shared, one, await run.CreateUser($$"""{"displayName":"{{shared}}","title":"Baker"}"""));
    }
}

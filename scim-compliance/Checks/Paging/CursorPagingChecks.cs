using System.Text.RegularExpressions;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Paging;

/// <summary><c>cursor</c> (RFC 9865), for servers that announce it.</summary>
static partial class CursorPagingChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        Cursor(
            id: "paging.cursor.walk",
            title: "Following nextCursor leads past every user once",
            severity: Must,
            users: 7,
            change: "Let a cursor stand for a place in a fixed order.",
            steps: async (run, list) =>
            {
                var (pages, _) = await Walk(run, list, 2);
                var seen = pages.SelectMany(page => page.Ids).ToList();
                pages[^1]
                    .That(
                        list.Created.All(made => seen.Count(one => one == made.Id) is 1),
                        $"each of {list.Created.Length} users once",
                        $"{list.Created.Count(made => seen.Contains(made.Id))} of them on {pages.Count} pages"
                    );
            }
        ),
        Cursor(
            id: "paging.cursor.end",
            title: "The last page has no nextCursor",
            severity: Must,
            users: 2,
            change: "Leave nextCursor out when there is no more, and only then.",
            steps: async (run, list) =>
            {
                var (pages, ended) = await Walk(run, list, 10);
                pages[^1].That(ended, "no nextCursor on the last page", Reply.Describe(pages[^1]["nextCursor"]));
            }
        ),
        Cursor(
            id: "paging.cursor.more",
            title: "A page that is not the last has a nextCursor",
            severity: Must,
            users: 3,
            steps: async (run, list) => Part(await First(run, list, 1), list).Has("nextCursor"),
            change: "Return nextCursor with every page but the last."
        ),
        Cursor(
            id: "paging.cursor.bare",
            title: "A cursor without a value is the first page",
            severity: Should,
            users: 2,
            change: "Take cursor, cursor= and no value alike.",
            steps: async (run, list) =>
            {
                await Next(run, list);
                Part((await run.Get(list.Query + "cursor&count=1")).Expect(200), list).Has("nextCursor");
            }
        ),
        Cursor(
            id: "paging.cursor.characters",
            title: "A cursor needs no escaping in a URL",
            severity: Must,
            users: 3,
            change: "Encode cursors as base64url without padding.",
            steps: async (run, list) =>
            {
                var cursor = await Next(run, list);
                (await First(run, list, 1)).That(Unreserved().IsMatch(cursor), "letters, digits, - . _ ~", cursor);
            }
        ),
        Cursor(
            id: "paging.cursor.first",
            title: "The first page has no previousCursor",
            severity: Must,
            users: 3,
            steps: async (run, list) => (await First(run, list, 1)).Lacks("previousCursor"),
            change: "Leave previousCursor out of the first page."
        ),
        Cursor(
            id: "paging.cursor.previous",
            title: "previousCursor leads back to the page before",
            severity: Must,
            users: 3,
            change: "Return the page before, or leave previousCursor out altogether.",
            steps: async (run, list) =>
            {
                var first = await First(run, list, 1);
                var second = (
                    await run.Get($"{list.Query}cursor={Uri.EscapeDataString(first["nextCursor"].Text())}&count=1")
                ).RequireSuccess();
                if (second["previousCursor"].Text() is not { Length: > 0 } back)
                    throw new NotOffered("there is no previousCursor");
                var reply = (await run.Get($"{list.Query}cursor={Uri.EscapeDataString(back)}&count=1")).Expect(200);
                reply.That(
                    reply.Ids.SequenceEqual(first.Ids),
                    $"the first page: {string.Join(", ", first.Ids)}",
                    string.Join(", ", reply.Ids)
                );
            }
        ),
        Cursor(
            id: "paging.cursor.count",
            title: "A page never holds more than count",
            severity: Must,
            users: 3,
            change: "Return no more than count.",
            steps: async (run, list) =>
            {
                var reply = await First(run, list, 2);
                reply.That(reply.Resources.Count <= 2, "at most 2 resources", $"{reply.Resources.Count}");
            }
        ),
        Cursor(
            id: "paging.cursor.invalid",
            title: "A cursor that the server never issued is refused with 400",
            severity: Should,
            users: 1,
            steps: async (run, list) => (await run.Get($"{list.Query}cursor=no-such-cursor-{run.NewGuid()}&count=1")).Expect(400),
            change: "Answer 400 with scimType invalidCursor instead of beginning again."
        ),
        Cursor(
            id: "paging.cursor.other-filter",
            title: "A cursor does not carry over to another filter",
            severity: Should,
            users: 3,
            change: "Bind a cursor to its query, and answer 400 invalidCursor to another one.",
            steps: async (run, list) =>
            {
                await run.RequireFiltering(list.Created[0]);
                var other = CheckRun.UrlEncode($"userName eq \"{run.NewUserName()}\"");
                var reply = await run.Get($"/Users?filter={other}&cursor={Uri.EscapeDataString(await Next(run, list))}&count=1");
                if (reply.Status is not 400)
                    reply.ExpectOnly();
            }
        ),
    ];

    static Check Cursor(
        string id,
        string title,
        Severity severity,
        int users,
        Func<CheckRun, ListedResources, Task> steps,
        string change
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 9865 §2",
            Severity = severity,
            Profiles = Profiles.Rfc,
            Needs = Needs.CursorPaging,
            Why = "Clients follow cursors blindly: a wrong one loses people, repeats them, or never ends.",
            Change = change,
            Steps = async run => await steps(run, await run.CreateListedUsers(users)),
        };

    static Reply Part(Reply page, ListedResources list) =>
        page.Resources.Count < list.Total ? page : throw new Blocked("the first page holds everything, whatever count says");

    static async Task<Reply> First(CheckRun run, ListedResources list, int count) =>
        (await run.Get($"{list.Query}cursor=&count={count}")).RequireSuccess();

    static async Task<string> Next(CheckRun run, ListedResources list) =>
        (await First(run, list, 1))["nextCursor"].Text() is { Length: > 0 } next
            ? next
            : throw new Blocked("the first page has no nextCursor");

    static async Task<(List<Reply> Pages, bool Ended)> Walk(CheckRun run, ListedResources list, int count)
    {
        var pages = new List<Reply> { await First(run, list, count) };
        // A page may hold fewer resources than requested, and the last page may be empty.
        while (pages[^1]["nextCursor"].Text() is { Length: > 0 } next && pages.Count <= list.Total)
            pages.Add((await run.Get($"{list.Query}cursor={Uri.EscapeDataString(next)}&count={count}")).Expect(200));
        return (pages, pages[^1]["nextCursor"].Text() is "");
    }

    [GeneratedRegex("^[A-Za-z0-9._~-]+$")]
    private static partial Regex Unreserved();
}

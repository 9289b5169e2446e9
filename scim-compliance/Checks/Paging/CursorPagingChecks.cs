using System.Text.RegularExpressions;
using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Paging;

/// <summary><c>cursor</c> (RFC 9865), where it is announced.</summary>
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
            run: async (t, list) =>
            {
                var (pages, _) = await Walk(t, list, 2);
                var seen = pages.SelectMany(page => page.Ids).ToList();
                pages[^1]
                    .That(
                        list.Made.All(made => seen.Count(one => one == made.Id) is 1),
                        $"each of {list.Made.Length} users once",
                        $"{list.Made.Count(made => seen.Contains(made.Id))} of them on {pages.Count} pages"
                    );
            }
        ),
        Cursor(
            id: "paging.cursor.end",
            title: "The last page has no nextCursor",
            severity: Must,
            users: 2,
            change: "Leave nextCursor out when there is no more, and only then.",
            run: async (t, list) =>
            {
                var (pages, ended) = await Walk(t, list, 10);
                pages[^1].That(ended, "no nextCursor on the last page", Reply.Shown(pages[^1]["nextCursor"]));
            }
        ),
        Cursor(
            id: "paging.cursor.more",
            title: "A page that is not the last has a nextCursor",
            severity: Must,
            users: 3,
            run: async (t, list) => Part(await First(t, list, 1), list).Has("nextCursor"),
            change: "Return nextCursor with every page but the last."
        ),
        Cursor(
            id: "paging.cursor.bare",
            title: "A cursor without a value is the first page",
            severity: Should,
            users: 2,
            change: "Take cursor, cursor= and no value alike.",
            run: async (t, list) =>
            {
                await Next(t, list);
                Part((await t.Get(list.Query + "cursor&count=1")).Expect(200), list).Has("nextCursor");
            }
        ),
        Cursor(
            id: "paging.cursor.characters",
            title: "A cursor needs no escaping in a URL",
            severity: Must,
            users: 3,
            change: "Encode cursors as base64url without padding.",
            run: async (t, list) =>
            {
                var cursor = await Next(t, list);
                (await First(t, list, 1)).That(Unreserved().IsMatch(cursor), "letters, digits, - . _ ~", cursor);
            }
        ),
        Cursor(
            id: "paging.cursor.first",
            title: "The first page has no previousCursor",
            severity: Must,
            users: 3,
            run: async (t, list) => (await First(t, list, 1)).Lacks("previousCursor"),
            change: "Leave previousCursor out of the first page."
        ),
        Cursor(
            id: "paging.cursor.previous",
            title: "previousCursor leads back to the page before",
            severity: Must,
            users: 3,
            change: "Return the page before, or leave previousCursor out altogether.",
            run: async (t, list) =>
            {
                var first = await First(t, list, 1);
                var second = (await t.Get($"{list.Query}cursor={Uri.EscapeDataString(first["nextCursor"].Text())}&count=1")).Prepared();
                if (second["previousCursor"].Text() is not { Length: > 0 } back)
                    throw new NotOffered("there is no previousCursor");
                var reply = (await t.Get($"{list.Query}cursor={Uri.EscapeDataString(back)}&count=1")).Expect(200);
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
            run: async (t, list) =>
            {
                var reply = await First(t, list, 2);
                reply.That(reply.Resources.Count <= 2, "at most 2 resources", $"{reply.Resources.Count}");
            }
        ),
        Cursor(
            id: "paging.cursor.invalid",
            title: "A cursor that nobody has given out is refused with 400",
            severity: Should,
            users: 1,
            run: async (t, list) => (await t.Get($"{list.Query}cursor=no-such-cursor-{t.NewGuid()}&count=1")).Expect(400),
            change: "Answer 400 with scimType invalidCursor instead of beginning again."
        ),
        Cursor(
            id: "paging.cursor.other-filter",
            title: "A cursor does not carry over to another filter",
            severity: Should,
            users: 3,
            change: "Bind a cursor to its query, and answer 400 invalidCursor to another one.",
            run: async (t, list) =>
            {
                await t.CanFilter(list.Made[0]);
                var reply = await t.Get(
                    $"/Users?filter={Trial.Encoded($"userName eq \"{t.NewUserName()}\"")}&cursor={Uri.EscapeDataString(await Next(t, list))}&count=1"
                );
                if (reply.Status is not 400)
                    reply.Selects();
            }
        ),
    ];

    static Check Cursor(string id, string title, Severity severity, int users, Func<Trial, Listed, Task> run, string change) =>
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
            Run = async t => await run(t, await t.Several(users)),
        };

    static Reply Part(Reply page, Listed list) =>
        page.Resources.Count < list.Total ? page : throw new Blocked("the first page holds everything, whatever count says");

    static async Task<Reply> First(Trial t, Listed list, int count) => (await t.Get($"{list.Query}cursor=&count={count}")).Prepared();

    static async Task<string> Next(Trial t, Listed list) =>
        (await First(t, list, 1))["nextCursor"].Text() is { Length: > 0 } next
            ? next
            : throw new Blocked("the first page has no nextCursor");

    static async Task<(List<Reply> Pages, bool Ended)> Walk(Trial t, Listed list, int count)
    {
        var pages = new List<Reply> { await First(t, list, count) };
        // A page may hold fewer than were asked for, and the last may be empty.
        while (pages[^1]["nextCursor"].Text() is { Length: > 0 } next && pages.Count <= list.Total)
            pages.Add((await t.Get($"{list.Query}cursor={Uri.EscapeDataString(next)}&count={count}")).Expect(200));
        return (pages, pages[^1]["nextCursor"].Text() is "");
    }

    [GeneratedRegex("^[A-Za-z0-9._~-]+$")]
    private static partial Regex Unreserved();
}

using System.Text.Json;
using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Paging;

/// <summary><c>startIndex</c> and <c>count</c> (RFC 7644 §3.4.2.4).</summary>
static class IndexPagingChecks
{
    const string Rule = "RFC 7644 §3.4.2.4";
    const string Lost = "Clients read page after page: with a wrong page, index or total they miss people or never come to an end.";

    public static IReadOnlyList<Check> All { get; } =
    [
        Walk(
            id: "paging.index.walk.users",
            severity: Must,
            title: "Pages of five hold every user once",
            prepare: run => run.CreateListedUsers(11)
        ),
        Walk(
            id: "paging.index.walk.groups",
            severity: Should,
            title: "Pages of five hold every group once",
            needs: Needs.Groups,
            prepare: run => run.CreateListedGroups(6)
        ),
        new()
        {
            Id = "paging.index.echo",
            Title = "startIndex of an answer is the one that was asked for",
            Rule = $"{Rule}; App gallery harness, test 23",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.IndexPaging,
            Why = "The App gallery's test compares it on every page, and clients compute the next page from it.",
            Change = "Return the startIndex you have used, as a number.",
            Steps = async run =>
            {
                var list = await run.CreateListedUsers(3);
                foreach (var start in (int[])[1, 2, 3])
                {
                    var reply = (await run.Get($"{list.Query}startIndex={start}&count=1")).RequireSuccess();
                    reply.That(reply["startIndex"].Text() == $"{start}", $"startIndex is {start}", Reply.Describe(reply["startIndex"]));
                }
            },
        },
        Page(
            id: "paging.index.total",
            title: "totalResults counts everything that fits, not the page",
            severity: Must,
            query: "startIndex=1&count=2",
            holds: (reply, list) =>
                reply
                    .RequireSuccess()
                    .That(
                        reply["totalResults"].Text() == $"{list.Total}",
                        $"totalResults is {list.Total}",
                        Reply.Describe(reply["totalResults"])
                    ),
            change: "Count what fits the filter, without regard to startIndex and count."
        ),
        Page(
            id: "paging.index.items-per-page",
            title: "itemsPerPage is the number of resources on the page",
            severity: Should,
            query: "startIndex=1&count=2",
            holds: (reply, _) =>
                reply
                    .RequireSuccess()
                    .That(
                        reply["itemsPerPage"].Text() == $"{reply.Resources.Count}",
                        $"itemsPerPage is {reply.Resources.Count}",
                        Reply.Describe(reply["itemsPerPage"])
                    ),
            change: "Return how many resources the answer holds."
        ),
        Page(
            id: "paging.index.numbers",
            title: "totalResults, startIndex and itemsPerPage are there and are numbers",
            severity: Must,
            query: "startIndex=2&count=1",
            change: "Write all three as JSON numbers when a page is less than the whole.",
            holds: (reply, _) =>
            {
                foreach (var member in (string[])["totalResults", "startIndex", "itemsPerPage"])
                    reply
                        .RequireSuccess()
                        .That(
                            reply[member]?.GetValueKind() is JsonValueKind.Number,
                            $"{member} is a number",
                            Reply.Describe(reply[member])
                        );
            }
        ),
        Page(
            id: "paging.index.count",
            title: "A page never holds more than count",
            severity: Must,
            query: "startIndex=1&count=2",
            holds: (reply, _) => reply.RequireSuccess().That(reply.Resources.Count <= 2, "at most 2 resources", $"{reply.Resources.Count}"),
            change: "Return no more than count."
        ),
        Page(
            id: "paging.index.count-zero",
            title: "count=0 returns the total and no resources",
            severity: Must,
            query: "count=0",
            change: "Return an empty list with totalResults.",
            holds: (reply, list) =>
            {
                ExpectEmptyPage(reply, list);
                reply.That(
                    reply["totalResults"].Text() == $"{list.Total}",
                    $"totalResults is {list.Total}",
                    Reply.Describe(reply["totalResults"])
                );
            }
        ),
        Page(
            id: "paging.index.count-negative",
            title: "A negative count is taken as 0",
            severity: Must,
            query: "count=-1",
            holds: ExpectEmptyPage,
            change: "Take a negative count as 0 instead of refusing it."
        ),
        Page(
            id: "paging.index.start-zero",
            title: "startIndex=0 is taken as 1",
            severity: Must,
            query: "startIndex=0&count=200",
            holds: ExpectFromBeginning,
            change: "Take a startIndex below 1 as 1 instead of refusing it."
        ),
        Page(
            id: "paging.index.start-negative",
            title: "A negative startIndex is taken as 1",
            severity: Must,
            query: "startIndex=-3&count=200",
            holds: ExpectFromBeginning,
            change: "Take a startIndex below 1 as 1 instead of refusing it."
        ),
        Page(
            id: "paging.index.start-second",
            title: "startIndex=2 leaves out the first, and only that",
            severity: Must,
            query: "startIndex=2&count=200",
            holds: (reply, list) =>
                reply.Expect(200).That(reply.Resources.Count == list.Total - 1, $"{list.Total - 1} resources", $"{reply.Resources.Count}"),
            change: "Leave out startIndex - 1 resources: the first has the number 1."
        ),
        Page(
            id: "paging.index.start-beyond",
            title: "A startIndex beyond the end is an empty page",
            severity: Must,
            query: "startIndex=100000000",
            holds: ExpectEmptyPage,
            change: "Answer 200 with an empty page and the total."
        ),
        Page(
            id: "paging.index.count-huge",
            title: "A count above the server's limit is cut, not refused",
            severity: Should,
            query: "startIndex=1&count=1000000",
            holds: (reply, _) => reply.Expect(200),
            change: "Return as many as you are willing to; the client sees from totalResults that there is more."
        ),
        Page(
            id: "paging.index.count-word",
            title: "A count that is no number is not an error of the server",
            severity: Advice,
            query: "count=abc",
            holds: (reply, _) => reply.Expect(200, 400),
            change: "Answer 400 invalidValue, or ignore it."
        ),
        new()
        {
            Id = "paging.index.stable",
            Title = "The same page asked again is the same page",
            Rule = $"{Rule}; okta-developer-docs scim-20",
            Severity = Should,
            Profiles = Profiles.All,
            Needs = Needs.IndexPaging,
            Why = "Without a fixed order some people are on two pages and others on none.",
            Change = "Order by something that does not change, such as the id, when the client asks for no order.",
            Steps = async run =>
            {
                var list = await run.CreateListedUsers(5);
                var first = (await run.Get($"{list.Query}startIndex=1&count=3")).RequireSuccess();
                for (var again = 0; again < 4; again++)
                {
                    var reply = (await run.Get($"{list.Query}startIndex=1&count=3")).RequireSuccess();
                    reply.That(
                        reply.Ids.SequenceEqual(first.Ids),
                        $"the users {string.Join(", ", first.Ids)} again",
                        string.Join(", ", reply.Ids)
                    );
                }
            },
        },
    ];

    static void ExpectEmptyPage(Reply reply, ListedResources list) => reply.Expect(200).Count("Resources", 0);

    static void ExpectFromBeginning(Reply reply, ListedResources list) =>
        reply
            .Expect(200)
            .That(
                list.Created.All(made => reply.Ids.Contains(made.Id)),
                "the list from its beginning",
                $"{reply.Resources.Count} of {list.Total} resources"
            );

    static Check Page(string id, string title, Severity severity, string query, Action<Reply, ListedResources> holds, string change) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = Rule,
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.IndexPaging,
            Why = Lost,
            Change = change,
            Steps = async run =>
            {
                var list = await run.CreateListedUsers(3);
                holds(await run.Get(list.Query + query), list);
            },
        };

    static Check Walk(
        string id,
        string title,
        Severity severity,
        Func<CheckRun, Task<ListedResources>> prepare,
        Needs needs = Needs.Nothing
    ) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = $"{Rule}; App gallery harness, test 23",
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.IndexPaging | needs,
            Why = Lost,
            Change = "Order the list by something that does not change, leave out startIndex - 1 resources, and return up to count.",
            Steps = async run =>
            {
                var list = await prepare(run);
                var (seen, start) = (new List<string>(), 1);
                // A page may hold fewer resources than requested.
                for (var page = 0; page * 5 < list.Total || start <= list.Total; page++)
                {
                    var reply = (await run.Get($"{list.Query}startIndex={start}&count=5")).Expect(200);
                    if (reply.Resources is [])
                        break;
                    seen.AddRange(reply.Ids);
                    start += reply.Resources.Count;
                }
                var doubled = list.Created.Where(made => seen.Count(one => one == made.Id) > 1).Select(made => made.Name).ToList();
                var missing = list.Created.Where(made => !seen.Contains(made.Id)).Select(made => made.Name).ToList();
                if (doubled is not [] || missing is not [])
                    throw new CheckFailed(
                        $"each of the {list.Created.Length} on one page",
                        $"{doubled.Count} on several pages, {missing.Count} on none ({seen.Count} resources on all pages together)"
                    );
            },
        };
}

using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Sorting;

/// <summary><c>sortBy</c> and <c>sortOrder</c> (RFC 7644 §3.4.2.3), for servers that announce sorting.</summary>
static class SortChecks
{
    const string Created = "sortBy=meta.created";

    static readonly string[] Titles = ["""{"title":"Cook"}""", """{"title":"Actor"}""", """{"title":"Baker"}"""];
    static readonly string[] Holes = ["{}", """{"title":"Baker"}""", """{"title":"Actor"}"""];
    static readonly string[] Mails =
    [
        """{"emails":[{"type":"home","value":"a@example.com"},{"type":"work","value":"y@example.com","primary":true}]}""",
        """{"emails":[{"type":"home","value":"z@example.com"},{"type":"work","value":"b@example.com","primary":true}]}""",
        """{"emails":[{"type":"work","value":"m@example.com"},{"type":"home","value":"c@example.com"}]}""",
    ];

    // order: the users by their number, as the list must show them.
    static readonly Check[] Orders =
    [
        Sorted(
            id: "sort.ascending",
            title: "Users come in the order of an attribute",
            severity: Must,
            attributes: ["User:title"],
            users: Titles,
            query: "sortBy=title&sortOrder=ascending",
            order: [1, 2, 0]
        ),
        Sorted(
            id: "sort.descending",
            title: "Users come in the opposite order",
            severity: Must,
            attributes: ["User:title"],
            users: Titles,
            query: "sortBy=title&sortOrder=descending",
            order: [0, 2, 1]
        ),
        Sorted(
            id: "sort.default",
            title: "Without sortOrder the order is ascending",
            severity: Must,
            attributes: ["User:title"],
            users: Titles,
            query: "sortBy=title",
            order: [1, 2, 0]
        ),
        Sorted(
            id: "sort.case",
            title: "Letter case does not matter unless the attribute is case exact",
            severity: Must,
            attributes: ["User:title"],
            users: ["""{"title":"cook"}""", """{"title":"Actor"}""", """{"title":"baker"}"""],
            query: "sortBy=title",
            order: [1, 2, 0]
        ),
        Sorted(
            id: "sort.absent",
            title: "Users without a value come last",
            severity: Must,
            attributes: ["User:title"],
            users: Holes,
            query: "sortBy=title",
            order: [2, 1, 0]
        ),
        Sorted(
            id: "sort.absent-descending",
            title: "Users without a value come first in descending order",
            severity: Must,
            attributes: ["User:title"],
            users: Holes,
            query: "sortBy=title&sortOrder=descending",
            order: [0, 1, 2]
        ),
        Sorted(
            id: "sort.sub-attribute",
            title: "Users come in the order of a part of an attribute",
            severity: Must,
            attributes: ["User:name.familyName"],
            users: ["""{"name":{"familyName":"Lee"}}""", """{"name":{"familyName":"Abe"}}""", """{"name":{"familyName":"Kim"}}"""],
            query: "sortBy=name.familyName",
            order: [1, 2, 0]
        ),
        Sorted(
            id: "sort.primary",
            title: "Of several values the primary one decides, else the first",
            severity: Should,
            attributes: ["User:emails"],
            users: Mails,
            query: "sortBy=emails.value",
            order: [1, 2, 0]
        ),
        Sorted(
            id: "sort.name-case",
            title: "The attribute may be in any letter case",
            severity: Should,
            attributes: ["User:title"],
            users: Titles,
            query: "sortBy=TITLE",
            order: [1, 2, 0]
        ),
        Sorted(
            id: "sort.urn",
            title: "The attribute may be written with the URN of its schema",
            severity: Should,
            attributes: ["User:title"],
            users: Titles,
            query: $"sortBy={SchemaUrn.User}:title",
            order: [1, 2, 0]
        ),
        Sorted(
            id: "sort.created",
            title: "Users come in the order in which they were made",
            severity: Should,
            attributes: [],
            users: ["{}", "{}", "{}"],
            query: Created,
            order: [0, 1, 2]
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. Orders,
        new()
        {
            Id = "sort.pages",
            Title = "The order goes on from page to page",
            Rule = "RFC 7644 §3.4.2.3, §3.4.2.4",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Sort | Needs.IndexPaging,
            Attributes = ["User:title"],
            Why = "A list that is sorted page by page is not sorted.",
            Change = "Sort first, then cut the page.",
            Steps = async run =>
            {
                var list = (await run.CreateListedUsers(3, i => Titles[i])).RequireOnlyOurs();
                if (
                    (await run.Get($"{list.Query}startIndex=2&count=1")).Ids.Count is not 1
                    || (await run.Get($"{list.Query}startIndex=4&count=1")).Ids.Count is not 0
                )
                    throw new Blocked("pages, which this check relies on, do not work");
                var ids = new List<string>();
                for (var start = 1; start <= 3; start++)
                    ids.AddRange((await run.Get($"{list.Query}sortBy=title&startIndex={start}&count=1")).Expect(200).Ids);
                Compare(list, [1, 2, 0], ids);
            },
        },
        new()
        {
            Id = "sort.cursor",
            Title = "The order goes on from cursor to cursor",
            Rule = "RFC 9865 §2",
            Severity = Should,
            Profiles = Profiles.Rfc,
            Needs = Needs.Sort | Needs.CursorPaging,
            Attributes = ["User:title"],
            Why = "A list that is sorted page by page is not sorted.",
            Change = "Let the cursor stand for a place in the order that was asked for.",
            Steps = async run =>
            {
                var list = (await run.CreateListedUsers(3, i => Titles[i])).RequireOnlyOurs();
                var (ids, cursor) = (new List<string>(), "");
                for (var page = 0; page < 4; page++)
                {
                    var reply = (await run.Get($"{list.Query}sortBy=title&cursor={Uri.EscapeDataString(cursor)}&count=1")).Expect(200);
                    ids.AddRange(reply.Ids.Where(id => list.Created.Any(made => made.Id == id)));
                    if ((cursor = reply["nextCursor"].Text()) is "")
                        break;
                }
                Compare(list, [1, 2, 0], ids);
            },
        },
        new()
        {
            Id = "sort.unknown",
            Title = "sortBy an unknown attribute is no error of the server",
            Rule = "RFC 7644 §3.12",
            Severity = Advice,
            Profiles = Profiles.Rfc,
            Needs = Needs.Sort,
            Why = "A server error is taken for an outage and tried again.",
            Change = "Answer 400 invalidPath and name the attribute, or ignore sortBy.",
            Steps = async run => (await run.Get("/Users?sortBy=noSuchAttribute&startIndex=1&count=1")).Expect(200, 400),
        },
    ];

    static Check Sorted(string id, string title, Severity severity, string[] users, string query, int[] order, string[] attributes) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 7644 §3.4.2.3",
            Severity = severity,
            Profiles = Profiles.Rfc,
            Needs = Needs.Sort,
            Attributes = attributes,
            Why = "ServiceProviderConfig says that lists can be sorted: clients rely on the order and do not sort again.",
            Change = "Sort as RFC 7644 §3.4.2.3 has it, or set sort.supported to false.",
            Steps = async run =>
            {
                var list = await run.CreateListedUsers(users.Length, i => users[i]);
                if (query is Created && list.Created.DistinctBy(made => made.Reply["meta.created"].Text()).Count() < list.Created.Length)
                    throw new NotOffered("meta.created does not tell apart what is made within a second");
                var reply = (await run.Get($"{list.Query}{query}&count=200")).Expect(200);
                Compare(list, order, [.. reply.Ids.Where(found => list.Created.Any(made => made.Id == found))]);
            },
        };

    static void Compare(ListedResources list, int[] order, List<string> ids)
    {
        var came = ids.Select(id => Array.FindIndex(list.Created, made => made.Id == id)).ToList();
        if (!came.SequenceEqual(order))
            throw new CheckFailed($"the users in the order {Names(order)}", Names(came));

        string Names(IEnumerable<int> numbers) =>
            string.Join(", ", numbers.Select(number => number < 0 ? "another" : list.Created[number].Name));
    }
}

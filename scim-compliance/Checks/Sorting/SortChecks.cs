using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Sorting;

/// <summary><c>sortBy</c> and <c>sortOrder</c> (RFC 7644 §3.4.2.3), where sorting is announced.</summary>
static class SortChecks
{
    static readonly string[] Titles = ["""{"title":"Cook"}""", """{"title":"Actor"}""", """{"title":"Baker"}"""];
    static readonly string[] Holes = ["{}", """{"title":"Baker"}""", """{"title":"Actor"}"""];
    static readonly string[] Mails =
    [
        """{"emails":[{"type":"home","value":"a@example.com"},{"type":"work","value":"y@example.com","primary":true}]}""",
        """{"emails":[{"type":"home","value":"z@example.com"},{"type":"work","value":"b@example.com","primary":true}]}""",
        """{"emails":[{"type":"work","value":"m@example.com"},{"type":"home","value":"c@example.com"}]}""",
    ];

    // Users by their number, in the order in which they must come.
    static readonly (string Id, string Title, Severity Severity, string[] Users, string Query, int[] Order, string[] Attributes)[] Orders =
    [
        (
            "ascending",
            "Users come in the order of an attribute",
            Must,
            Titles,
            "sortBy=title&sortOrder=ascending",
            [1, 2, 0],
            ["User:title"]
        ),
        ("descending", "Users come in the opposite order", Must, Titles, "sortBy=title&sortOrder=descending", [0, 2, 1], ["User:title"]),
        ("default", "Without sortOrder the order is ascending", Must, Titles, "sortBy=title", [1, 2, 0], ["User:title"]),
        (
            "case",
            "Letter case does not matter unless the attribute is case exact",
            Must,
            ["""{"title":"cook"}""", """{"title":"Actor"}""", """{"title":"baker"}"""],
            "sortBy=title",
            [1, 2, 0],
            ["User:title"]
        ),
        ("absent", "Who has no value comes last", Must, Holes, "sortBy=title", [2, 1, 0], ["User:title"]),
        (
            "absent-descending",
            "Who has no value comes first in descending order",
            Must,
            Holes,
            "sortBy=title&sortOrder=descending",
            [0, 1, 2],
            ["User:title"]
        ),
        (
            "sub-attribute",
            "Users come in the order of a part of an attribute",
            Must,
            ["""{"name":{"familyName":"Lee"}}""", """{"name":{"familyName":"Abe"}}""", """{"name":{"familyName":"Kim"}}"""],
            "sortBy=name.familyName",
            [1, 2, 0],
            ["User:name.familyName"]
        ),
        (
            "primary",
            "Of several values the primary one decides, else the first",
            Should,
            Mails,
            "sortBy=emails.value",
            [1, 2, 0],
            ["User:emails"]
        ),
        ("name-case", "The attribute may be in any letter case", Should, Titles, "sortBy=TITLE", [1, 2, 0], ["User:title"]),
        (
            "urn",
            "The attribute may be written with the URN of its schema",
            Should,
            Titles,
            $"sortBy={Trial.UserSchema}:title",
            [1, 2, 0],
            ["User:title"]
        ),
        ("created", "Users come in the order in which they were made", Should, ["{}", "{}", "{}"], "sortBy=meta.created", [0, 1, 2], []),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Orders select Sorted(row.Id, row.Title, row.Severity, row.Users, row.Query, row.Order, row.Attributes),
        new(
            "sort.pages",
            "The order goes on from page to page",
            "RFC 7644 §3.4.2.3, §3.4.2.4",
            Must,
            Profiles.Rfc,
            async t =>
            {
                var list = (await t.Several(3, i => Titles[i])).Alone();
                if (
                    (await t.Get($"{list.Query}startIndex=2&count=1")).Ids.Count is not 1
                    || (await t.Get($"{list.Query}startIndex=4&count=1")).Ids.Count is not 0
                )
                    throw new Blocked("pages, which this check relies on, do not work");
                var ids = new List<string>();
                for (var start = 1; start <= 3; start++)
                    ids.AddRange((await t.Get($"{list.Query}sortBy=title&startIndex={start}&count=1")).Expect(200).Ids);
                Compare(list, [1, 2, 0], ids);
            }
        )
        {
            Why = "A list that is sorted page by page is not sorted.",
            Change = "Sort first, then cut the page.",
            Needs = Needs.Sort | Needs.IndexPaging,
            Attributes = ["User:title"],
        },
        new(
            "sort.cursor",
            "The order goes on from cursor to cursor",
            "RFC 9865 §2",
            Should,
            Profiles.Rfc,
            async t =>
            {
                var list = (await t.Several(3, i => Titles[i])).Alone();
                var (ids, cursor) = (new List<string>(), "");
                for (var page = 0; page < 4; page++)
                {
                    var reply = (await t.Get($"{list.Query}sortBy=title&cursor={Uri.EscapeDataString(cursor)}&count=1")).Expect(200);
                    ids.AddRange(reply.Ids.Where(id => list.Made.Any(made => made.Id == id)));
                    if ((cursor = reply["nextCursor"].Text()) is "")
                        break;
                }
                Compare(list, [1, 2, 0], ids);
            }
        )
        {
            Why = "A list that is sorted page by page is not sorted.",
            Change = "Let the cursor stand for a place in the order that was asked for.",
            Needs = Needs.Sort | Needs.CursorPaging,
            Attributes = ["User:title"],
        },
        new(
            "sort.unknown",
            "sortBy an unknown attribute is no error of the server",
            "RFC 7644 §3.12",
            Advice,
            Profiles.Rfc,
            async t => (await t.Get("/Users?sortBy=noSuchAttribute&startIndex=1&count=1")).Expect(200, 400)
        )
        {
            Why = "A server error is taken for an outage and tried again.",
            Change = "Answer 400 invalidPath and name the attribute, or ignore sortBy.",
            Needs = Needs.Sort,
        },
    ];

    static Check Sorted(string id, string title, Severity severity, string[] users, string query, int[] order, string[] attributes) =>
        new(
            $"sort.{id}",
            title,
            "RFC 7644 §3.4.2.3",
            severity,
            Profiles.Rfc,
            async t =>
            {
                var list = await t.Several(users.Length, i => users[i]);
                if (id is "created" && list.Made.DistinctBy(made => made.Reply["meta.created"].Text()).Count() < list.Made.Length)
                    throw new NotOffered("meta.created does not tell apart what is made within a second");
                var reply = (await t.Get($"{list.Query}{query}&count=200")).Expect(200);
                Compare(list, order, [.. reply.Ids.Where(found => list.Made.Any(made => made.Id == found))]);
            }
        )
        {
            Why = "ServiceProviderConfig says that lists can be sorted: clients rely on the order and do not sort again.",
            Change = "Sort as RFC 7644 §3.4.2.3 has it, or set sort.supported to false.",
            Needs = Needs.Sort,
            Attributes = attributes,
        };

    static void Compare(Listed list, int[] order, List<string> ids)
    {
        var came = ids.Select(id => Array.FindIndex(list.Made, made => made.Id == id)).ToList();
        if (!came.SequenceEqual(order))
            throw new Broken($"the users in the order {Names(order)}", Names(came));

        string Names(IEnumerable<int> numbers) =>
            string.Join(", ", numbers.Select(number => number < 0 ? "another" : list.Made[number].Name));
    }
}

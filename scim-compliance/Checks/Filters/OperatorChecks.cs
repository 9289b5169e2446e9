using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>The operators of a filter (RFC 7644 §3.4.2.2, Tables 3 to 5).</summary>
static class OperatorChecks
{
    const string Engineer = """{"title":"Engineer"}""";
    const string Mails = """{"emails":[{"type":"work","value":"ann@office.example"},{"type":"home","value":"ann@flat.example"}]}""";

    static readonly Where[] Comparisons =
    [
        new(
            "text.eq",
            "eq finds an equal text and no other",
            Engineer,
            "title eq \"Engineer\"",
            "title eq \"Engine\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.ne",
            "ne finds a different text and not the same",
            Engineer,
            "title ne \"Clerk\"",
            "title ne \"Engineer\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.co",
            "co finds a text that contains the value",
            Engineer,
            "title co \"gine\"",
            "title co \"gnie\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.sw",
            "sw finds a text that begins with the value",
            Engineer,
            "title sw \"Engi\"",
            "title sw \"gine\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.ew",
            "ew finds a text that ends with the value",
            Engineer,
            "title ew \"neer\"",
            "title ew \"Engi\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.gt",
            "gt finds a text that comes after the value",
            Engineer,
            "title gt \"Engine\"",
            "title gt \"Engineer\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.ge",
            "ge finds a text that is the value or comes after it",
            Engineer,
            "title ge \"Engineer\"",
            "title ge \"Engineers\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.lt",
            "lt finds a text that comes before the value",
            Engineer,
            "title lt \"Engineers\"",
            "title lt \"Engineer\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.le",
            "le finds a text that is the value or comes before it",
            Engineer,
            "title le \"Engineer\"",
            "title le \"Engine\"",
            Attributes: ["User:title"]
        ),
        new(
            "text.case",
            "Text is compared without regard to case unless it is case exact",
            Engineer,
            "title eq \"eNGINEER\"",
            "title eq \"eNGINE\"",
            Attributes: ["User:title"]
        ),
        new(
            "present",
            "pr finds what has a value and not what has none",
            Engineer,
            "title pr",
            "nickName pr",
            Attributes: ["User:title", "User:nickName"]
        ),
        new(
            "present.complex",
            "pr of a complex attribute asks whether any part of it has a value",
            """{"name":{"givenName":"Ann"}}""",
            "name pr",
            "addresses pr",
            Attributes: ["User:name", "User:addresses"]
        ),
        new("boolean.eq", "eq compares booleans", "{}", "active eq true", "active eq false", Attributes: ["User:active"]),
        new("boolean.ne", "ne compares booleans", "{}", "active ne false", "active ne true", Attributes: ["User:active"]),
        new(
            "boolean.text",
            "A boolean in quotes is understood, as Entra writes it",
            "{}",
            "active eq \"True\"",
            "active eq \"False\"",
            Advice,
            ["User:active"]
        ),
        new(
            "time.gt",
            "gt finds a later time",
            "{}",
            "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
            "meta.lastModified gt \"2911-05-13T04:42:34Z\""
        ),
        new(
            "time.ge",
            "ge finds a time that is the value, as it was shown, or later",
            "{}",
            "meta.lastModified ge \"{lastModified}\"",
            "meta.lastModified ge \"2911-05-13T04:42:34Z\""
        ),
        new(
            "time.lt",
            "lt finds an earlier time",
            "{}",
            "meta.lastModified lt \"2911-05-13T04:42:34Z\"",
            "meta.lastModified lt \"2011-05-13T04:42:34Z\""
        ),
        new(
            "time.le",
            "le finds a time that is the value, as it was shown, or earlier",
            "{}",
            "meta.lastModified le \"{lastModified}\"",
            "meta.lastModified le \"2011-05-13T04:42:34Z\""
        ),
        new(
            "time.created",
            "Users are found by the time they were made",
            "{}",
            "meta.created gt \"2011-05-13T04:42:34Z\"",
            "meta.created lt \"2011-05-13T04:42:34Z\""
        ),
        new(
            "list.any",
            "Of several values any may fit",
            Mails,
            "emails.value co \"flat\"",
            "emails.value co \"barn\"",
            Attributes: ["User:emails"]
        ),
        new(
            "list.whole",
            "A list without a sub-attribute means its values",
            Mails,
            "emails co \"flat\"",
            "emails co \"barn\"",
            Advice,
            ["User:emails"]
        ),
        new(
            "list.value-path",
            "In brackets one value must fit the whole",
            Mails,
            "emails[type eq \"home\" and value co \"flat\"]",
            "emails[type eq \"work\" and value co \"flat\"]",
            Attributes: ["User:emails"]
        ),
        new(
            "sub-attribute",
            "A part of a complex attribute is compared",
            """{"name":{"givenName":"Ann","familyName":"Lee"}}""",
            "name.familyName eq \"Lee\"",
            "name.familyName eq \"Ann\"",
            Attributes: ["User:name.familyName"]
        ),
    ];

    static readonly Where[] Logic =
    [
        new(
            "logic.and",
            "and joins two conditions that must both hold",
            Engineer,
            "title eq \"Engineer\" and active eq true",
            "title eq \"Engineer\" and active eq false",
            Attributes: ["User:title", "User:active"],
            Strict: true
        ),
        new(
            "logic.or",
            "or joins two conditions of which one must hold",
            Engineer,
            "(title eq \"Clerk\" or title eq \"Engineer\")",
            "(title eq \"Clerk\" or title eq \"Cook\")",
            Attributes: ["User:title"],
            Strict: true
        ),
        new(
            "logic.not",
            "not turns a condition round",
            Engineer,
            "not (title eq \"Clerk\")",
            "not (title eq \"Engineer\")",
            Attributes: ["User:title"],
            Strict: true
        ),
        new(
            "logic.nested",
            "Brackets hold brackets",
            Engineer,
            "(active eq true and (title eq \"Clerk\" or (title eq \"Engineer\")))",
            "(active eq false or (title eq \"Clerk\" or (title eq \"Cook\")))",
            Attributes: ["User:title", "User:active"],
            Strict: true
        ),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Comparisons
        select row.Check(
            "RFC 7644 §3.4.2.2, Table 3",
            Profiles.Rfc,
            "A filter that selects the wrong people gives clients and reports a wrong list, and nobody notices.",
            "Evaluate the operator as RFC 7644 Table 3 defines it. What you do not support, decline with 400 invalidFilter."
        ),
        .. from row in Logic
        select row.Check(
            "RFC 7644 §3.4.2.2, Table 4 and 5",
            Profiles.Rfc,
            "A filter of several conditions that is read wrongly selects the wrong people.",
            "Parse filters by the grammar of RFC 7644, Figure 1, instead of splitting text."
        ),
        Order(
            "and-or",
            "and binds tighter than or, on its left",
            user => $"title eq \"Clerk\" and title eq \"Cook\" or {Selection.Equal(user)}"
        ),
        Order(
            "or-and",
            "and binds tighter than or, on its right",
            user => $"{Selection.Equal(user)} or title eq \"Clerk\" and title eq \"Cook\""
        ),
        Order("not-and", "not binds tighter than and", user => $"not (title eq \"Clerk\") and {Selection.Equal(user)}"),
    ];

    static Check Order(string id, string title, Func<Made, string> filter) =>
        new(
            $"filter.precedence.{id}",
            title,
            "RFC 7644 §3.4.2.2: filters MUST be evaluated in this order",
            Must,
            Profiles.Rfc,
            async t =>
            {
                var user = await t.User("""{"title":"Engineer"}""");
                await t.CanFilter(user);
                (await t.Find("/Users", filter(user))).Comparable().Selects(user);
            }
        )
        {
            Why = "The same filter selects other people than on every other server.",
            Change = "Give not precedence over and, and and over or; only brackets change that.",
            Needs = Needs.Filter,
            Attributes = ["User:title"],
        };
}

using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>The operators of a filter (RFC 7644 §3.4.2.2, Tables 3 to 5).</summary>
static class OperatorChecks
{
    const string Engineer = """{"title":"Engineer"}""";
    const string Mails = """{"emails":[{"type":"work","value":"ann@office.example"},{"type":"home","value":"ann@flat.example"}]}""";

    static readonly FilterCase[] Comparisons =
    [
        new()
        {
            Id = "filter.text.eq",
            Title = "eq finds an equal text and no other",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title eq \"Engineer\"",
            NotMatching = "title eq \"Engine\"",
        },
        new()
        {
            Id = "filter.text.ne",
            Title = "ne finds a different text and not the same",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title ne \"Clerk\"",
            NotMatching = "title ne \"Engineer\"",
        },
        new()
        {
            Id = "filter.text.co",
            Title = "co finds a text that contains the value",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title co \"gine\"",
            NotMatching = "title co \"gnie\"",
        },
        new()
        {
            Id = "filter.text.sw",
            Title = "sw finds a text that begins with the value",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title sw \"Engi\"",
            NotMatching = "title sw \"gine\"",
        },
        new()
        {
            Id = "filter.text.ew",
            Title = "ew finds a text that ends with the value",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title ew \"neer\"",
            NotMatching = "title ew \"Engi\"",
        },
        new()
        {
            Id = "filter.text.gt",
            Title = "gt finds a text that comes after the value",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title gt \"Engine\"",
            NotMatching = "title gt \"Engineer\"",
        },
        new()
        {
            Id = "filter.text.ge",
            Title = "ge finds a text that is the value or comes after it",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title ge \"Engineer\"",
            NotMatching = "title ge \"Engineers\"",
        },
        new()
        {
            Id = "filter.text.lt",
            Title = "lt finds a text that comes before the value",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title lt \"Engineers\"",
            NotMatching = "title lt \"Engineer\"",
        },
        new()
        {
            Id = "filter.text.le",
            Title = "le finds a text that is the value or comes before it",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title le \"Engineer\"",
            NotMatching = "title le \"Engine\"",
        },
        new()
        {
            Id = "filter.text.case",
            Title = "Text is compared without regard to case unless it is case exact",
            Attributes = ["User:title"],
            UserJson = Engineer,
            Matching = "title eq \"eNGINEER\"",
            NotMatching = "title eq \"eNGINE\"",
        },
        new()
        {
            Id = "filter.present",
            Title = "pr finds what has a value and not what has none",
            Attributes = ["User:title", "User:nickName"],
            UserJson = Engineer,
            Matching = "title pr",
            NotMatching = "nickName pr",
        },
        new()
        {
            Id = "filter.present.complex",
            Title = "pr of a complex attribute asks whether any part of it has a value",
            Attributes = ["User:name", "User:addresses"],
            UserJson = """{"name":{"givenName":"Ann"}}""",
            Matching = "name pr",
            NotMatching = "addresses pr",
        },
        new()
        {
            Id = "filter.boolean.eq",
            Title = "eq compares booleans",
            Attributes = ["User:active"],
            UserJson = "{}",
            Matching = "active eq true",
            NotMatching = "active eq false",
        },
        new()
        {
            Id = "filter.boolean.ne",
            Title = "ne compares booleans",
            Attributes = ["User:active"],
            UserJson = "{}",
            Matching = "active ne false",
            NotMatching = "active ne true",
        },
        new()
        {
            Id = "filter.boolean.text",
            Title = "A boolean in quotes is understood, as Entra writes it",
            Severity = Advice,
            Attributes = ["User:active"],
            UserJson = "{}",
            Matching = "active eq \"True\"",
            NotMatching = "active eq \"False\"",
        },
        new()
        {
            Id = "filter.time.gt",
            Title = "gt finds a later time",
            UserJson = "{}",
            Matching = "meta.lastModified gt \"2011-05-13T04:42:34Z\"",
            NotMatching = "meta.lastModified gt \"2911-05-13T04:42:34Z\"",
        },
        new()
        {
            Id = "filter.time.ge",
            Title = "ge finds a time that is the value, as it was shown, or later",
            UserJson = "{}",
            Matching = "meta.lastModified ge \"{lastModified}\"",
            NotMatching = "meta.lastModified ge \"2911-05-13T04:42:34Z\"",
        },
        new()
        {
            Id = "filter.time.lt",
            Title = "lt finds an earlier time",
            UserJson = "{}",
            Matching = "meta.lastModified lt \"2911-05-13T04:42:34Z\"",
            NotMatching = "meta.lastModified lt \"2011-05-13T04:42:34Z\"",
        },
        new()
        {
            Id = "filter.time.le",
            Title = "le finds a time that is the value, as it was shown, or earlier",
            UserJson = "{}",
            Matching = "meta.lastModified le \"{lastModified}\"",
            NotMatching = "meta.lastModified le \"2011-05-13T04:42:34Z\"",
        },
        new()
        {
            Id = "filter.time.created",
            Title = "Users are found by the time they were made",
            UserJson = "{}",
            Matching = "meta.created gt \"2011-05-13T04:42:34Z\"",
            NotMatching = "meta.created lt \"2011-05-13T04:42:34Z\"",
        },
        new()
        {
            Id = "filter.list.any",
            Title = "Of several values any may fit",
            Attributes = ["User:emails"],
            UserJson = Mails,
            Matching = "emails.value co \"flat\"",
            NotMatching = "emails.value co \"barn\"",
        },
        new()
        {
            Id = "filter.list.whole",
            Title = "A list without a sub-attribute means its values",
            Severity = Advice,
            Attributes = ["User:emails"],
            UserJson = Mails,
            Matching = "emails co \"flat\"",
            NotMatching = "emails co \"barn\"",
        },
        new()
        {
            Id = "filter.list.value-path",
            Title = "In brackets one value must fit the whole",
            Attributes = ["User:emails"],
            UserJson = Mails,
            Matching = "emails[type eq \"home\" and value co \"flat\"]",
            NotMatching = "emails[type eq \"work\" and value co \"flat\"]",
        },
        new()
        {
            Id = "filter.sub-attribute",
            Title = "A part of a complex attribute is compared",
            Attributes = ["User:name.familyName"],
            UserJson = """{"name":{"givenName":"Ann","familyName":"Lee"}}""",
            Matching = "name.familyName eq \"Lee\"",
            NotMatching = "name.familyName eq \"Ann\"",
        },
    ];

    static readonly FilterCase[] Logic =
    [
        new()
        {
            Id = "filter.logic.and",
            Title = "and joins two conditions that must both hold",
            Attributes = ["User:title", "User:active"],
            MustBeSupported = true,
            UserJson = Engineer,
            Matching = "title eq \"Engineer\" and active eq true",
            NotMatching = "title eq \"Engineer\" and active eq false",
        },
        new()
        {
            Id = "filter.logic.or",
            Title = "or joins two conditions of which one must hold",
            Attributes = ["User:title"],
            MustBeSupported = true,
            UserJson = Engineer,
            Matching = "(title eq \"Clerk\" or title eq \"Engineer\")",
            NotMatching = "(title eq \"Clerk\" or title eq \"Cook\")",
        },
        new()
        {
            Id = "filter.logic.not",
            Title = "not reverses a condition",
            Attributes = ["User:title"],
            MustBeSupported = true,
            UserJson = Engineer,
            Matching = "not (title eq \"Clerk\")",
            NotMatching = "not (title eq \"Engineer\")",
        },
        new()
        {
            Id = "filter.logic.nested",
            Title = "Brackets hold brackets",
            Attributes = ["User:title", "User:active"],
            MustBeSupported = true,
            UserJson = Engineer,
            Matching = "(active eq true and (title eq \"Clerk\" or (title eq \"Engineer\")))",
            NotMatching = "(active eq false or (title eq \"Clerk\" or (title eq \"Cook\")))",
        },
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from row in Comparisons
        select row.ToCheck(
            rule: "RFC 7644 §3.4.2.2, Table 3",
            profiles: Profiles.Rfc,
            why: "A filter that selects the wrong people gives clients and reports a wrong list, without any error.",
            change: "Evaluate the operator as RFC 7644 Table 3 defines it. What you do not support, decline with 400 invalidFilter."
        ),
        .. from row in Logic
        select row.ToCheck(
            rule: "RFC 7644 §3.4.2.2, Table 4 and 5",
            profiles: Profiles.Rfc,
            why: "A filter of several conditions that is read wrongly selects the wrong people.",
            change: "Parse filters by the grammar of RFC 7644, Figure 1, instead of splitting text."
        ),
        Precedence(
            id: "filter.precedence.and-or",
            title: "and binds tighter than or, on its left",
            filter: user => $"title eq \"Clerk\" and title eq \"Cook\" or {Queries.UserNameIs(user)}"
        ),
        Precedence(
            id: "filter.precedence.or-and",
            title: "and binds tighter than or, on its right",
            filter: user => $"{Queries.UserNameIs(user)} or title eq \"Clerk\" and title eq \"Cook\""
        ),
        Precedence(
            id: "filter.precedence.not-and",
            title: "not binds tighter than and",
            filter: user => $"not (title eq \"Clerk\") and {Queries.UserNameIs(user)}"
        ),
    ];

    static Check Precedence(string id, string title, Func<CreatedResource, string> filter) =>
        new()
        {
            Id = id,
            Title = title,
            Rule = "RFC 7644 §3.4.2.2: filters MUST be evaluated in this order",
            Severity = Must,
            Profiles = Profiles.Rfc,
            Needs = Needs.Filter,
            Attributes = ["User:title"],
            Why = "The same filter selects other people than on every other server.",
            Change = "Give not precedence over and, and and over or; only brackets change that.",
            Steps = async run =>
            {
                var user = await run.CreateUser("""{"title":"Engineer"}""");
                await run.RequireFiltering(user);
                (await run.Find("/Users", filter(user))).OrNotOffered().ExpectOnly(user);
            },
        };
}

using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>
/// Filter values with characters that have a meaning in URLs, JSON or databases (RFC 7644 §3.4.2.2: a value is a JSON string).
/// </summary>
static class LiteralChecks
{
    static readonly (string Id, string What, string Text, Severity Severity)[] Texts =
    [
        ("apostrophe", "An apostrophe", "O'Brien", Must),
        ("plus", "A plus sign", "ann+test@example.com", Must),
        ("ampersand", "An ampersand and a hash", "R&D #1", Must),
        ("percent", "A percent sign and an underscore", "100%_", Must),
        ("accents", "An accented letter", "Zoë Đặng", Must),
        ("quote", "A quotation mark", "the \"Boss\"", Must),
        ("backslash", "A backslash", "CORP\\ann", Must),
        ("brackets", "Brackets and words of the grammar", "a) or (b] and [c", Must),
        ("emoji", "A character beyond the basic plane", "Ana 🚀", Should),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from text in Texts select FoundByName(text.Id, text.What, text.Text, text.Severity),
        new()
        {
            Id = "filter.literal.wildcard",
            Title = "A percent sign in a filter is no wildcard",
            Rule = "RFC 7644 §3.4.2.2: eq compares the whole value",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Why = "A name with a percent sign or an underscore would match other people.",
            Change = "Compare with =, not with LIKE, or escape the pattern.",
            Steps = async run =>
            {
                var user = await run.CreateUser();
                await run.RequireFiltering(user);
                (await run.Find("/Users", $"userName eq \"{user.Name[..^9]}%\"")).ExpectOnly();
            },
        },
    ];

    static Check FoundByName(string id, string what, string text, Severity severity) =>
        new()
        {
            Id = $"filter.literal.{id}",
            Title = $"{what} in a value is taken as it is",
            Rule = "RFC 7644 §3.4.2.2, Figure 1; SCIM-SDK#913, apache/directory-scimple#981",
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Attributes = ["User:displayName"],
            Why =
                "People and groups have such names. A look-up that fails on them leaves just these without an account, "
                + "or makes them twice.",
            Change =
                "Decode the query once (a plus sign in it is a space, %2B a plus sign), read the value as a JSON string, "
                + "and hand it to the database as a parameter.",
            Steps = async run =>
            {
                var name = $"{run.NewName()} {text}";
                // Written by hand, since a serialiser escapes more characters than necessary.
                var literal = $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
                var user = await run.CreateUser($$"""{"displayName":{{literal}}}""");
                if ((await run.Read(user))["displayName"].Text() != name)
                    throw new Blocked("the name is not kept as it was sent");
                (await run.Find("/Users", $"displayName eq \"{run.NewName()}\"")).OrNotOffered().RequireSuccess();
                (await run.Find("/Users", $"displayName eq {literal}")).ExpectOnly(user);
            },
        };
}

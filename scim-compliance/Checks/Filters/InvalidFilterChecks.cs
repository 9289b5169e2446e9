using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Filters;

/// <summary>Invalid filters are declined (RFC 7644 §3.4.2.2, Table 9), never ignored.</summary>
static class InvalidFilterChecks
{
    static readonly (string Id, string What, string Filter, Severity Severity)[] Filters =
    [
        ("operator", "An unknown operator", "userName regex \"^a\"", Must),
        ("incomplete", "A filter without a value", "userName eq", Must),
        ("no-operator", "A filter without an operator", "userName \"ann\"", Must),
        ("open-quote", "A value whose quotation mark is not closed", "userName eq \"ann", Must),
        ("open-bracket", "A bracket that is not closed", "(userName eq \"ann\"", Must),
        ("dangling", "A filter that ends with and", "userName eq \"ann\" and", Must),
        ("rest", "A filter with something left over", "userName eq \"ann\" \"bob\"", Must),
        ("boolean-gt", "gt on a boolean", "active gt true", Must),
    ];

    public static IReadOnlyList<Check> All { get; } =
    [
        .. from filter in Filters select Declined(filter.Id, filter.What, filter.Filter, filter.Severity),
        new()
        {
            Id = "filter.invalid.type",
            Title = "A filter that is declined has scimType invalidFilter",
            Rule = "RFC 7644 §3.4.2.2: MUST … return an HTTP 400 error with a scimType error of invalidFilter",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Why = "By this word a client knows that the filter was the trouble, and not something else in the request.",
            Change = "Add \"scimType\":\"invalidFilter\" to the error document.",
            Steps = async run =>
            {
                var reply = await run.Find("/Users", Filters[0].Filter);
                if (reply.Status is not 400 || !reply.IsErrorDocument)
                    throw new Blocked($"{Filters[0].What} is not answered with a SCIM error 400 but with {reply.Summary}");
                reply.Error(400, "invalidFilter");
            },
        },
        new()
        {
            Id = "filter.invalid.attribute",
            Title = "A filter on an unknown attribute finds no user",
            Rule = "RFC 7644 §3.4.2.2, Table 9",
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Why =
                "A server that ignores the condition returns all users: the client takes the first for the one it looked for, "
                + "and overwrites another person's account.",
            Change = "Decline it with 400 invalidFilter and name the attribute, or return an empty list.",
            Steps = async run =>
            {
                await run.RequireFiltering(await run.CreateUser());
                var reply = await run.Find("/Users", $"noSuchAttribute eq \"{run.NewName()}\"");
                if (reply.Status is 400)
                    return;
                reply.ExpectOnly();
            },
        },
    ];

    static Check Declined(string id, string what, string filter, Severity severity) =>
        new()
        {
            Id = $"filter.invalid.{id}",
            Title = $"{what} is declined with 400",
            Rule = "RFC 7644 §3.4.2.2, Table 9",
            Severity = severity,
            Profiles = Profiles.All,
            Needs = Needs.Filter,
            Attributes = filter.StartsWith("active ", StringComparison.Ordinal) ? ["User:active"] : [],
            Why =
                "A mistake in a mapping looks like a good answer: an empty one leads to doubles, and when the filter is ignored, "
                + "a client that wanted one user changes another.",
            Change = "Answer 400 with scimType invalidFilter, and say in detail what was not understood and where.",
            Steps = async run =>
            {
                await run.RequireFiltering(await run.CreateUser());
                var reply = await run.Find("/Users", filter);
                reply.That(
                    reply.Status is 400,
                    "the filter is declined with 400",
                    reply.Status is 200 ? $"200 with {reply.TotalResults} users" : reply.Summary
                );
            },
        };
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>Defects of filters.</summary>
static partial class FilterDefects
{
    public static readonly Defect[] All =
    [
        new("The filter is ignored")
        {
            Before = (message, _) =>
            {
                if (message.Collection is not "")
                    message.Query.Remove("filter");
            },
            Caught =
            [
                "filter.match.userName",
                "filter.match.externalId",
                "groups.filter.name",
                "groups.filter.external-id-case",
                "groups.filter.renamed",
                "members.filter.legacy",
                "ondemand.user.known",
                "ondemand.user.restored",
            ],
        },
        new("A filter that is not understood finds nothing")
        {
            After = (message, answer) =>
            {
                if (answer.Body?["scimType"].IsText("invalidFilter") is true)
                    (answer.Status, answer.Body) = (200, BrokenServer.Answer.List([], 0).Body);
            },
            Caught =
            [
                "filter.invalid.operator",
                "filter.invalid.incomplete",
                "filter.invalid.no-operator",
                "filter.invalid.open-quote",
                "filter.invalid.open-bracket",
                "filter.invalid.dangling",
                "filter.invalid.rest",
                "filter.invalid.boolean-gt",
                "search.invalid",
                "patch.error.malformed-path",
            ],
        },
        new("A filter compares names with their letter case")
        {
            After = (message, answer) =>
            {
                if (!message.HasFilter(filter => NameEquals().IsMatch(filter)) || answer.Body?["Resources"] is not JsonArray found)
                    return;
                var name = NameEquals().Match(message.Query["filter"]);
                foreach (
                    var other in found
                        .OfType<JsonObject>()
                        .Where(one => one[name.Groups[1].Value] is { } value && !value.IsText(name.Groups[2].Value))
                        .ToList()
                )
                {
                    found.Remove(other);
                    answer.Body["totalResults"] = (int)answer.Body["totalResults"]! - 1;
                    answer.Body["itemsPerPage"] = found.Count;
                }
            },
            Caught = ["filter.match.userName.case", "groups.filter.name-case", "validator.filter-user-case", "validator.filter-group-case"],
        },
        Refuses("Names of attributes in a filter are taken with their letter case", filter => Capital().IsMatch(filter)) with
        {
            Caught = ["filter.match.attribute.case"],
        },
        Refuses(
            "Operators in capital letters are refused",
            filter => filter.Contains(" EQ ", StringComparison.Ordinal) || filter.Contains(" Eq ", StringComparison.Ordinal)
        ) with
        {
            Caught = ["filter.match.operator.case"],
        },
        new("A backslash in a filter is refused")
        {
            Before = (message, _) =>
            {
                if (message.HasFilter(filter => filter.Contains('\\', StringComparison.Ordinal)))
                    throw ScimException.InvalidFilter("This filter is not understood.");
            },
            Caught =
            [
                "filter.literal.quote",
                "filter.literal.backslash",
                "groups.filter.odd-name.quote",
                "groups.filter.odd-name.backslash",
                "groups.filter.odd-name.captured",
            ],
        },
        Refuses("A filter by a sub-attribute after a value path is refused", filter => filter.Contains("].", StringComparison.Ordinal)) with
        {
            Caught = ["connection.probe.email", "filter.match.email"],
        },
        Refuses("A value path in a filter is refused", filter => filter.Contains('[', StringComparison.Ordinal)) with
        {
            Caught = ["connection.probe.email", "filter.match.email"],
        },
        Refuses("A filter by externalId is refused", filter => filter.StartsWith("externalId", StringComparison.OrdinalIgnoreCase)) with
        {
            Caught =
            [
                "connection.probe.externalId",
                "filter.match.externalId",
                "filter.match.externalId.case",
                "groups.filter.external-id",
                "groups.filter.external-id-none",
            ],
        },
        Refuses("A filter with and is refused", filter => filter.Contains(" and ", StringComparison.OrdinalIgnoreCase)) with
        {
            Caught = ["members.filter.legacy"],
        },
        Refuses("A filter with or is refused", filter => filter.Contains(" or ", StringComparison.OrdinalIgnoreCase)) with
        {
            Caught = ["filter.logic.or", "filter.logic.nested"],
        },
        Refuses(
            "A filter with not is refused",
            filter =>
                filter.Contains("not (", StringComparison.OrdinalIgnoreCase) || filter.Contains("not(", StringComparison.OrdinalIgnoreCase)
        ) with
        {
            Caught = ["filter.logic.not"],
        },
        Takes("co is taken for eq", " co ", " eq ") with
        {
            Caught = ["filter.text.co", "filter.list.any", "filter.list.whole", "filter.list.value-path"],
        },
        Takes("gt is taken for ge", " gt ", " ge ") with
        {
            Caught = ["filter.text.gt"],
        },
        Refuses("A filter with a URN is refused", filter => filter.Contains("urn:", StringComparison.OrdinalIgnoreCase)) with
        {
            Caught = ["filter.match.attribute.urn"],
        },
        Takes("or is taken for and", " or ", " and ") with
        {
            Caught = ["filter.logic.or", "filter.logic.nested", "filter.precedence.and-or", "filter.precedence.or-and"],
        },
        new("A filter that finds nothing is answered with 404")
        {
            After = (message, answer) =>
            {
                if (message.Query.ContainsKey("filter") && answer.Body?["totalResults"]?.ToString() is "0")
                    (answer.Status, answer.Body) = (404, BrokenServer.Answer.Error(404, null, "Nothing found.").Body);
            },
            Caught =
            [
                "connection.probe.userName",
                "connection.probe.externalId",
                "connection.probe.email",
                "connection.probe.flag",
                "connection.probe.groups",
                "groups.filter.name-none",
                "groups.filter.external-id-none",
                "members.filter.legacy",
                "validator.filter-user-none",
                "validator.filter-group-none",
                "gallery.user.create",
                "gallery.user.on-demand",
                "gallery.group.create",
                "gallery.group.delete",
                "gallery.group.on-demand",
                "ondemand.user.new",
                "ondemand.user.known",
                "ondemand.user.restored",
                "ondemand.group.new",
            ],
        },
        new("A plus in a query is not decoded")
        {
            Before = (message, _) =>
            {
                if (message.Query.ContainsKey("filter"))
                    message.Query["filter"] = BrokenServer
                        .Message.Parse(message.RawQuery, Uri.UnescapeDataString)
                        .GetValueOrDefault("filter", "");
            },
            Caught =
            [
                "connection.probe.userName",
                "connection.probe.externalId",
                "connection.probe.email",
                "connection.probe.flag",
                "connection.probe.groups",
                "search.root.get",
            ],
        },
        new("Accents in a filter are not decoded as UTF-8")
        {
            Before = (message, _) =>
            {
                if (message.HasFilter(filter => filter.Any(c => c > 127)))
                    message.Query["filter"] = System.Text.Encoding.Latin1.GetString(
                        System.Text.Encoding.UTF8.GetBytes(message.Query["filter"])
                    );
            },
            Caught = ["filter.literal.accents", "filter.literal.emoji", "groups.filter.odd-name.accents", "groups.filter.odd-name.emoji"],
        },
    ];

    static Defect Takes(string sentence, string op, string other) =>
        new(sentence)
        {
            Before = (message, _) =>
            {
                if (message.HasFilter(filter => Literal().Replace(filter, "").Contains(op, StringComparison.Ordinal)))
                    message.Query["filter"] = message.Query["filter"].Replace(op, other, StringComparison.Ordinal);
            },
        };

    static Defect Refuses(string sentence, Func<string, bool> filter) =>
        new(sentence)
        {
            Before = (message, _) =>
            {
                if (message.Collection is not "" && message.HasFilter(text => filter(Literal().Replace(text, "\"\""))))
                    throw ScimException.InvalidFilter("This filter is not understood.");
            },
        };

    [GeneratedRegex("""^(userName|displayName) eq "([^"\\]*)"$""", RegexOptions.IgnoreCase)]
    private static partial Regex NameEquals();

    [GeneratedRegex(
        """"
            "(\\.|[^"\\])*"
            """",
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Literal();

    [GeneratedRegex("""^(USERNAME|UserName|username|DISPLAYNAME|DisplayName|displayname|ExternalId|EXTERNALID|externalid)\b""")]
    private static partial Regex Capital();
}

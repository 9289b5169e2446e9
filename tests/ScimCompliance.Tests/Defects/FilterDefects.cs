using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;

namespace ScimCompliance.Tests.Defects;

/// <summary>What servers get wrong with filters.</summary>
static partial class FilterDefects
{
    public static readonly Defect[] All =
    [
        new("The filter is ignored")
        {
            Before = (message, _) => { if (message.Collection is not "") message.Query.Remove("filter"); },
        },
        new("A filter that is not understood finds nothing")
        {
            After = (message, answer) => { if (answer.Body?["scimType"].IsText("invalidFilter") is true) (answer.Status, answer.Body) = (200, BrokenServer.Answer.List([], 0).Body); },
        },
        new("A filter compares names with their letter case")
        {
            After = (message, answer) =>
            {
                if (!message.HasFilter(filter => NameEquals().IsMatch(filter)) || answer.Body?["Resources"] is not JsonArray found) return;
                var name = NameEquals().Match(message.Query["filter"]);
                foreach (var other in found.OfType<JsonObject>().Where(one => one[name.Groups[1].Value] is { } value && !value.IsText(name.Groups[2].Value)).ToList()) found.Remove(other);
                answer.Body["totalResults"] = found.Count;
                answer.Body["itemsPerPage"] = found.Count;
            },
        },
        Refuses("Names of attributes in a filter are taken with their letter case", filter => Capital().IsMatch(filter)),
        Refuses("Operators in capital letters are refused", filter => filter.Contains(" EQ ", StringComparison.Ordinal) || filter.Contains(" Eq ", StringComparison.Ordinal)),
        new("A backslash in a filter is refused")
        {
            Before = (message, _) => { if (message.HasFilter(filter => filter.Contains('\\', StringComparison.Ordinal))) throw ScimException.InvalidFilter("This filter is not understood."); },
        },
        Refuses("A filter by a sub-attribute after a value path is refused", filter => filter.Contains("].", StringComparison.Ordinal)),
        Refuses("A value path in a filter is refused", filter => filter.Contains('[', StringComparison.Ordinal)),
        Refuses("A filter by externalId is refused", filter => filter.StartsWith("externalId", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter with and is refused", filter => filter.Contains(" and ", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter with or is refused", filter => filter.Contains(" or ", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter with not is refused", filter => filter.Contains("not (", StringComparison.OrdinalIgnoreCase) || filter.Contains("not(", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter with co is refused", filter => filter.Contains(" co ", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter with sw is refused", filter => filter.Contains(" sw ", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter with pr is refused", filter => filter.EndsWith(" pr", StringComparison.OrdinalIgnoreCase) || filter.Contains(" pr ", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter with a URN is refused", filter => filter.Contains("urn:", StringComparison.OrdinalIgnoreCase)),
        Refuses("A filter by meta.lastModified is refused", filter => filter.Contains("meta.lastModified", StringComparison.OrdinalIgnoreCase)),
        new("or is taken for and")
        {
            Before = (message, _) => { if (message.HasFilter(filter => Literal().Replace(filter, "").Contains(" or ", StringComparison.Ordinal))) message.Query["filter"] = message.Query["filter"].Replace(" or ", " and ", StringComparison.Ordinal); },
        },
        new("A filter that finds nothing is answered with 404")
        {
            After = (message, answer) => { if (message.Query.ContainsKey("filter") && answer.Body?["totalResults"]?.ToString() is "0") (answer.Status, answer.Body) = (404, BrokenServer.Answer.Error(404, null, "Nothing found.").Body); },
        },
        new("A plus in a query is not decoded")
        {
            Before = (message, _) => { if (message.Query.ContainsKey("filter")) message.Query["filter"] = BrokenServer.Message.Parse(message.RawQuery, Uri.UnescapeDataString).GetValueOrDefault("filter", ""); },
        },
        new("Accents in a filter are not decoded as UTF-8")
        {
            Before = (message, _) => { if (message.HasFilter(filter => filter.Any(c => c > 127))) message.Query["filter"] = System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(message.Query["filter"])); },
        },
    ];

    static Defect Refuses(string sentence, Func<string, bool> filter, params string[] caught) => new(sentence)
    {
        Before = (message, _) => { if (message.Collection is not "" && message.HasFilter(text => filter(Literal().Replace(text, "\"\"")))) throw ScimException.InvalidFilter("This filter is not understood."); },
        Caught = caught,
    };

    [GeneratedRegex("""^(userName|displayName) eq "([^"]*)"$""", RegexOptions.IgnoreCase)]
    private static partial Regex NameEquals();

    [GeneratedRegex(""""
        "(\\.|[^"\\])*"
        """", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Literal();

    [GeneratedRegex("""^(USERNAME|UserName|username|DISPLAYNAME|DisplayName|displayname|ExternalId|EXTERNALID|externalid)\b""")]
    private static partial Regex Capital();
}

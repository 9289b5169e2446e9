using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace ScimProvisioning.Http.Lists;

/// <summary>
/// Reads <c>+</c> in a query as its client means it: a space from a client that writes spaces so (Entra does), itself from one that writes
/// <c>%20</c> (Okta does): <c>filter=userName%20eq%20"ann+tag@x"</c>.
/// </summary>
static partial class QueryPlus
{
    /// <summary>The parameters of the query.</summary>
    public static IReadOnlyDictionary<string, StringValues> Read(HttpRequest request)
    {
        var query = request.QueryString.Value ?? "";
        if (!query.Contains('+') || !query.Contains("%20", StringComparison.Ordinal))
            return request.Query.ToDictionary(StringComparer.OrdinalIgnoreCase);
        return QueryHelpers.ParseQuery(string.Join('&', query.TrimStart('?').Split('&').Select(WithEncodedPlus)));
    }

    static string WithEncodedPlus(string parameter) =>
        parameter.Contains("%20", StringComparison.Ordinal) && !OperatorBetweenPluses().IsMatch(parameter)
            ? parameter.Replace("+", "%2B", StringComparison.Ordinal)
            : parameter;

    /// <summary>In <c>userName+eq+"a%20b"</c> both stand for spaces.</summary>
    [GeneratedRegex(@"\+(eq|ne|co|sw|ew|gt|ge|lt|le)\+|\+pr(\+|\)|%29|\z)", RegexOptions.IgnoreCase)]
    private static partial Regex OperatorBetweenPluses();
}

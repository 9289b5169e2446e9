using System.Globalization;
using System.Text.Json.Nodes;

namespace Scim;

/// <summary>
/// A search: the query of a GET (RFC 7644 §3.4.2, RFC 9865) or the body of a <c>.search</c> (§3.4.3). Other parameters are ignored.
/// </summary>
/// <param name="Attributes">Attribute notations, comma-separated; <c>null</c> when not given.</param>
/// <param name="ExcludedAttributes">Attribute notations, comma-separated; <c>null</c> when not given.</param>
/// <param name="Filter">The filter's text; <c>null</c> when not given.</param>
/// <param name="SortBy">An attribute notation; <c>null</c> when not given.</param>
/// <param name="Descending">The order of the sort: false for ascending.</param>
/// <param name="StartIndex">Counted from 1; less is read as 1 (§3.4.2.4). <c>null</c> when not given.</param>
/// <param name="Count">Most resources in the reply; less than 0 is read as 0 (§3.4.2.4). <c>null</c> when not given.</param>
/// <param name="Cursor">The empty string asks for the first page by cursor (RFC 9865 §2); <c>null</c> for paging by index.</param>
public sealed record SearchRequest(
    string? Attributes,
    string? ExcludedAttributes,
    string? Filter,
    string? SortBy,
    bool Descending,
    long? StartIndex,
    long? Count,
    string? Cursor
)
{
    /// <summary>The schema URI of the message.</summary>
    public const string Id = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

    /// <summary>Reads the body of a <c>.search</c>.</summary>
    /// <exception cref="ScimException">
    /// 400 <c>invalidSyntax</c> for another message; <c>invalidValue</c> or <c>invalidCount</c> for a member of the wrong type.
    /// </exception>
    public static SearchRequest Parse(JsonObject body)
    {
        StorableText.Require(body);
        var message = new JsonMembers(body, "");
        message.RequireSchema(Id);
        var cursor = message.Text("cursor");
        return new(
            List(message, "attributes"),
            List(message, "excludedAttributes"),
            Given(message.Text("filter")),
            Given(message.Text("sortBy")),
            IsDescending(message.Text("sortOrder")),
            AtLeast(1, message.Integer("startIndex", ScimException.InvalidValue)),
            AtLeast(0, message.Integer("count", CountError(cursor))),
            cursor
        );
    }

    /// <summary>Reads the query of a GET.</summary>
    /// <param name="parameter">
    /// The value of the parameter of that name: the empty string when it has no value, <c>null</c> when it is absent.
    /// </param>
    /// <exception cref="ScimException">400 <c>invalidValue</c> or <c>invalidCount</c>.</exception>
    public static SearchRequest Parse(Func<string, string?> parameter)
    {
        var cursor = parameter("cursor");
        return new(
            Given(parameter("attributes")),
            Given(parameter("excludedAttributes")),
            Given(parameter("filter")),
            Given(parameter("sortBy")),
            IsDescending(parameter("sortOrder")),
            AtLeast(1, Integer("startIndex", parameter("startIndex"), ScimException.InvalidValue)),
            AtLeast(0, Integer("count", parameter("count"), CountError(cursor))),
            cursor
        );
    }

    /// <summary>Which attributes of that type the reply carries.</summary>
    public AttributeProjection For(ResourceType type) => AttributeProjection.Parse(Attributes, ExcludedAttributes, type);

    /// <summary>RFC 9865 §2.1 defines <c>invalidCount</c> for paging by cursor.</summary>
    static Func<string, ScimException> CountError(string? cursor) =>
        cursor is null ? ScimException.InvalidValue : ScimException.InvalidCount;

    static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>A list of names. One text with commas, as in a query, is accepted too.</summary>
    static string? List(JsonMembers message, string name) =>
        Given(
            message.Find(name) is JsonValue text && AttributeValue.IsText(text)
                ? text.GetValue<string>()
                : string.Join(',', message.Texts(name))
        );

    /// <summary>RFC 7644 §3.4.2.3: ascending unless it says descending.</summary>
    static bool IsDescending(string? sortOrder) =>
        Given(sortOrder)?.ToUpperInvariant() switch
        {
            null or "ASCENDING" => false,
            "DESCENDING" => true,
            _ => throw ScimException.InvalidValue($"'sortOrder' must be ascending or descending, not {ScimException.Quote(sortOrder!)}."),
        };

    static long? AtLeast(long least, long? number) => number is { } given ? Math.Max(least, given) : null;

    static long? Integer(string name, string? text, Func<string, ScimException> error)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        // Digits that do not fit into 64 bits are an integer too.
        var isInteger = text.AsSpan(text[0] is '-' or '+' ? 1 : 0) is { Length: > 0 } digits && !digits.ContainsAnyExceptInRange('0', '9');
        return !isInteger ? throw error($"'{name}' must be an integer.")
            : text[0] is '-' ? long.MinValue
            : long.MaxValue;
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Unicode;
using Scim;

namespace ScimProvisioning.Http;

/// <summary>The query of a list (RFC 7644 §3.4.2). Other parameters are ignored: Entra's feature flag may be among them.</summary>
/// <param name="StartIndex">1-based; less is read as 1 (§3.4.2.4).</param>
/// <param name="Count">At most <see cref="MaxCount"/>; less than 0 is read as 0 (§3.4.2.4).</param>
sealed record ListQuery(string? Filter, long StartIndex, int Count)
{
    public const int MaxCount = 1_000;

    const int DefaultCount = 100;

    /// <exception cref="ScimException">400 <c>invalidValue</c> for what is no integer, <c>invalidFilter</c> for what is no text.</exception>
    public static ValueTask<ListQuery?> BindAsync(HttpContext http) => ValueTask.FromResult<ListQuery?>(new(
        http.Request.Query["filter"].FirstOrDefault() is { } filter ? RequireUtf8(filter, http.Request.QueryString.Value!) : null,
        Math.Max(1, Integer(http, "startIndex") ?? 1),
        (int)Math.Clamp(Integer(http, "count") ?? DefaultCount, 0, MaxCount)));

    static long? Integer(HttpContext http, string name) => http.Request.Query[name].FirstOrDefault() switch
    {
        null or "" => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        // Beyond 64 bits it is still an integer.
        var text when text.AsSpan(text[0] is '-' or '+' ? 1 : 0) is { Length: > 0 } digits && !digits.ContainsAnyExceptInRange('0', '9') => text[0] is '-' ? long.MinValue : long.MaxValue,
        _ => throw ScimException.InvalidValue($"'{name}' must be an integer."),
    };

    /// <summary>What is no UTF-8 would otherwise be left percent-encoded, and mean something else.</summary>
    static string RequireUtf8(string filter, string query)
    {
        var encoded = Encoding.UTF8.GetBytes(query);
        return Utf8.IsValid(WebUtility.UrlDecodeToBytes(encoded, 0, encoded.Length)) ? filter : throw ScimException.InvalidFilter("The filter is not valid UTF-8.");
    }
}

/// <summary><c>attributes</c> and <c>excludedAttributes</c> as they came (RFC 7644 §3.9).</summary>
sealed record ProjectionQuery(string? Attributes, string? ExcludedAttributes)
{
    /// <summary>True when the client wants to see certain attributes.</summary>
    public bool IsGiven => !string.IsNullOrWhiteSpace(Attributes) || !string.IsNullOrWhiteSpace(ExcludedAttributes);

    public Projection For(ResourceType type) => Projection.Parse(Attributes, ExcludedAttributes, type);

    public static ValueTask<ProjectionQuery?> BindAsync(HttpContext http) => ValueTask.FromResult<ProjectionQuery?>(new(
        string.Join(',', http.Request.Query["attributes"].ToArray()),
        string.Join(',', http.Request.Query["excludedAttributes"].ToArray())));
}

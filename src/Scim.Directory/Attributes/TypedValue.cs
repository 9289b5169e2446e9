using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>Reads a value as the catalogue types it.</summary>
static class TypedValue
{
    /// <summary>The value as it is stored, or <c>null</c> when it does not fit.</summary>
    /// <param name="fromText">
    /// Take <c>"42"</c> for a number and <c>"True"</c> for a boolean, and simple values of other types for a string: identity providers
    /// and CSV files know little else than text.
    /// </param>
    public static JsonNode? Read(JsonNode value, AttributeKind kind, bool fromText) =>
        kind switch
        {
            AttributeKind.String => Text(value, fromText) is { } text ? JsonValue.Create(text) : null,
            AttributeKind.Number => Number(value, fromText) is { } number ? JsonValue.Create(number) : null,
            AttributeKind.Boolean => Flag(value, fromText) is { } flag ? JsonValue.Create(flag) : null,
            AttributeKind.Date => Text(value, fromText: false) is { } time && Date(time) is { } date ? JsonValue.Create(date) : null,
            AttributeKind.Strings => Texts(value as IEnumerable<JsonNode?> ?? (fromText ? [value] : null), fromText),
            _ => throw new InvalidOperationException($"Unhandled {kind}."),
        };

    /// <summary>What a value of that type is, for an error.</summary>
    public static string Expected(AttributeKind kind) =>
        kind switch
        {
            AttributeKind.String => "a text",
            AttributeKind.Number => "a number",
            AttributeKind.Boolean => "true or false",
            AttributeKind.Date => "a date such as 2026-01-31 or a time such as 2026-01-31T12:00:00Z",
            _ => "a list of texts",
        };

    /// <summary>A text, number or boolean as text; <c>null</c> for anything else.</summary>
    public static string? Text(JsonNode? value, bool fromText = true) =>
        value?.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when fromText => value.ToJsonString(),
            _ => null,
        };

    static JsonArray? Texts(IEnumerable<JsonNode?>? values, bool fromText)
    {
        var texts = values?.Select(value => Text(value, fromText)).ToArray();
        return texts is null || texts.Contains(null) ? null : new JsonArray([.. texts.Distinct().Select(text => (JsonNode?)text)]);
    }

    static decimal? Number(JsonNode value, bool fromText)
    {
        var text = value.GetValueKind() switch
        {
            JsonValueKind.Number => value.ToJsonString(),
            JsonValueKind.String when fromText => value.GetValue<string>().Trim(),
            _ => "",
        };
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    static bool? Flag(JsonNode value, bool fromText) =>
        value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when fromText && bool.TryParse(value.GetValue<string>(), out var flag) => flag,
            _ => null,
        };

    static string? Date(string text)
    {
        text = text.Trim();
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return text;
        return DateTimeText.TryParse(text, out var time)
            ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)
            : null;
    }
}

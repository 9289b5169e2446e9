using System.Globalization;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>Reads the literal of a comparison as the attribute's type asks: the client's spelling does not matter, the schema does.</summary>
static partial class FilterValue
{
    /// <summary>The value, or <c>null</c> for the literal null.</summary>
    public static object? Read(FilterLexer literal, AttributeDefinition attribute, CompareOperator op)
    {
        var quoted = literal.Kind is FilterTokenKind.String;
        var text = literal.Text;
        if (!quoted && text.Equals("null", StringComparison.OrdinalIgnoreCase))
            return op is CompareOperator.Eq ? null : throw ScimException.InvalidFilter($"null can only be compared with eq or ne (position {literal.Position}).");
        if (!quoted && !Bare().IsMatch(text)) throw literal.Expected("a value in double quotes");

        switch (attribute.Type)
        {
            case AttributeType.Boolean or AttributeType.Binary when op is not CompareOperator.Eq:
                throw ScimException.InvalidFilter($"'{attribute.Name}' can only be compared with eq, ne and pr (RFC 7644 §3.4.2.2).");
            case AttributeType.Boolean:
                return bool.TryParse(text, out var flag) ? flag : throw Unfit(literal, attribute, "true or false");
            case AttributeType.Decimal or AttributeType.Integer:
                if (op is CompareOperator.Co or CompareOperator.Sw or CompareOperator.Ew) throw ScimException.InvalidFilter($"'{attribute.Name}' is a number and has no parts to search.");
                return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Unfit(literal, attribute, "a number");
            case AttributeType.DateTime when op is not (CompareOperator.Co or CompareOperator.Sw or CompareOperator.Ew):
                return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                    ? time.ToUniversalTime()
                    : throw Unfit(literal, attribute, "a date and time such as \"2026-01-31T12:00:00Z\"");
            default:
                return text.Contains('\0') || HasLoneSurrogate(text) ? throw ScimException.InvalidFilter($"The value at position {literal.Position} holds a character that cannot be stored.") : text;
        }
    }

    static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return true;
            i++;
        }
        return false;
    }

    static ScimException Unfit(FilterLexer literal, AttributeDefinition attribute, string expected) =>
        ScimException.InvalidFilter($"'{attribute.Name}' is compared with {expected} (position {literal.Position}).");

    // Entra's documentation prints ids without quotes.
    [GeneratedRegex(@"^[A-Za-z0-9_.@:+\-]+$")]
    private static partial Regex Bare();
}

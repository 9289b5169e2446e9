using System.Globalization;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>
/// Reads the literal of a comparison as a value of the attribute's type. It may be written as text: Entra sends <c>"True"</c>.
/// </summary>
static partial class FilterValue
{
    /// <summary>The value as <see cref="FilterExpression.Compare"/> holds it, or <c>null</c> for the literal null.</summary>
    /// <exception cref="ScimException">400 <c>invalidFilter</c> when the literal does not fit the type.</exception>
    public static object? Read(FilterLexer literal, AttributeDefinition attribute, CompareOperator op)
    {
        var quoted = literal.Kind is FilterTokenKind.String;
        var text = literal.Text;
        if (!quoted && text.Equals("null", StringComparison.OrdinalIgnoreCase))
            return op is CompareOperator.Eq
                ? null
                : throw ScimException.InvalidFilter($"null can only be compared with eq or ne (position {literal.Position}).");
        if (!quoted && !Unquoted().IsMatch(text))
            throw literal.Expected("a value in double quotes");

        switch (attribute.Type)
        {
            case AttributeType.Boolean or AttributeType.Binary when op is not CompareOperator.Eq:
                throw ScimException.InvalidFilter($"'{attribute.Name}' can only be compared with eq, ne and pr (RFC 7644 §3.4.2.2).");
            case AttributeType.Boolean:
                return bool.TryParse(text, out var flag) ? flag : throw DoesNotFit(literal, attribute, "true or false");
            case AttributeType.Decimal or AttributeType.Integer:
                if (op is CompareOperator.Co or CompareOperator.Sw or CompareOperator.Ew)
                    throw ScimException.InvalidFilter($"'{attribute.Name}' is a number and has no parts to search.");
                return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw DoesNotFit(literal, attribute, "a number");
            case AttributeType.DateTime when op is not (CompareOperator.Co or CompareOperator.Sw or CompareOperator.Ew):
                return DateTimeText.TryParse(text, out var time)
                    ? time
                    : throw DoesNotFit(literal, attribute, "a date and time such as \"2026-01-31T12:00:00Z\"");
            default:
                return StorableText.IsStorable(text)
                    ? text
                    : throw ScimException.InvalidFilter(
                        $"The value at position {literal.Position} holds a character that cannot be stored: NUL or half a surrogate pair."
                    );
        }
    }

    static ScimException DoesNotFit(FilterLexer literal, AttributeDefinition attribute, string expected) =>
        ScimException.InvalidFilter($"'{attribute.Name}' is compared with {expected} (position {literal.Position}).");

    // Entra's documentation prints ids without quotes. A keyword here means that the value was forgotten.
    [GeneratedRegex(@"^(?!(and|or|not)$)[A-Za-z0-9_.@:+\-]+$", RegexOptions.IgnoreCase)]
    private static partial Regex Unquoted();
}

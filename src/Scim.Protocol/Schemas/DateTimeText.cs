using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>Reads a time of RFC 7643 §2.3.5: an xsd:dateTime with date and time, in UTC when it has no zone.</summary>
public static partial class DateTimeText
{
    static readonly int ShortestLength = "2026-01-31T12:00".Length;

    /// <summary>Parses the text. The time is cut to microseconds, because PostgreSQL stores no more.</summary>
    /// <returns>False when the text is not a date and time.</returns>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < ShortestLength || !char.IsAsciiDigit(text[0]))
            return false;
        var form = Form().Match(text);
        // .NET would round further digits, which can reach the next second.
        if (form.Groups["excess"] is { Length: > 0 } excess)
            text = text.Remove(excess.Index, excess.Length);
        return form.Success
            && DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out time
            );
    }

    /// <summary>The same for text in UTF-8. Most texts are no time, and each value of each resource comes here.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        return text.Length >= ShortestLength && char.IsAsciiDigit((char)text[0]) && TryParse(Encoding.UTF8.GetString(text), out time);
    }

    /// <summary>Whether a text that is such a time says which zone it is in, as RFC 3339 demands.</summary>
    public static bool HasZone(string text) => text[^1] is 'Z' or 'z' || text[^6] is '+' or '-';

    // Without this, .NET would read "12:00" as today and "5" as a month.
    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6}(?<excess>\d*))?)?([Zz]|[+-]\d\d:\d\d)?\z", RegexOptions.ECMAScript)]
    private static partial Regex Form();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>RFC 7643 §2.3.5: xsd:dateTime, with date and time. A missing zone means UTC. Cut to microseconds, which is what PostgreSQL holds.</summary>
public static partial class DateTimeText
{
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var form = Form().Match(text);
        // .NET would round the digits that are too many, and so reach the next second.
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

    // .NET alone would also read "12:00" as today and "5" as a month.
    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6}(?<excess>\d*))?)?([Zz]|[+-]\d\d:\d\d)?\z", RegexOptions.ECMAScript)]
    private static partial Regex Form();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>RFC 7643 §2.3.5: xsd:dateTime, with date and time. A missing zone means UTC.</summary>
public static partial class DateTimeText
{
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        return Form().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    // .NET alone would also read "12:00" as today and "5" as a month.
    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?\z", RegexOptions.ECMAScript)]
    private static partial Regex Form();
}

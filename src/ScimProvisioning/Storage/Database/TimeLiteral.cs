using System.Globalization;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// A time in the text of a statement. From it PostgreSQL knows which months of a partitioned table it needs; with a parameter it would open
/// all of them.
/// </summary>
static class TimeLiteral
{
    public static string Of(DateTimeOffset time) =>
        $"'{time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)}'::timestamptz";
}

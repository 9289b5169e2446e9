using System.Text;

namespace ScimProvisioning.Storage.Database;

/// <summary>Texts that begin alike, as a range of an index in the order of code points.</summary>
static class TextRange
{
    /// <summary>Condition: the column begins so. The column has collation "C".</summary>
    public static string BeginsWith(this Sql sql, string column, string prefix)
    {
        var from = $"{column} >= {sql.Add(prefix)}";
        return Behind(prefix) is { } end ? $"({from} AND {column} < {sql.Add(end)})" : from;
    }

    /// <summary>The first text after all those that begin so; <c>null</c> when there is none.</summary>
    public static string? Behind(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0 && runes[^1].Value == 0x10FFFF)
            runes.RemoveAt(runes.Count - 1);
        if (runes.Count == 0)
            return null;
        var next = runes[^1].Value + 1;
        return string.Concat(runes[..^1]) + new Rune(next == 0xD800 ? 0xE000 : next);
    }
}

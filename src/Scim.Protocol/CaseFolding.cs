namespace Scim;

/// <summary>
/// The one way to compare text without regard to letter case: <see cref="string.ToLowerInvariant"/>, without normalisation. Databases fold
/// some characters differently, so text that a database compares must be folded here, or by a copy of this mapping.
/// </summary>
public static class CaseFolding
{
    /// <summary>The text in lower case. Two texts that differ only in letter case are equal after folding.</summary>
    public static string Fold(string text) => text.ToLowerInvariant();

    /// <summary>Orders two texts by Unicode code points, as PostgreSQL's "C" collation orders UTF-8.</summary>
    /// <returns>Less than 0, 0 or more than 0.</returns>
    public static int CompareOrdinal(string left, string right)
    {
        var shorter = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shorter; i++)
        {
            if (left[i] == right[i])
                continue;
            var (l, r) = (char.IsSurrogate(left[i]), char.IsSurrogate(right[i]));
            return l == r ? left[i].CompareTo(right[i])
                : l ? 1
                : -1; // a surrogate pair comes after every character of one unit
        }
        return left.Length.CompareTo(right.Length);
    }
}

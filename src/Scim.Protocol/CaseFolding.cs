namespace Scim;

/// <summary>
/// The one way in which text is compared without regard to case: <see cref="string.ToLowerInvariant"/>, no normalisation.
/// Databases fold differently: what they compare is folded here, or by a copy of this mapping.
/// </summary>
public static class CaseFolding
{
    public static string Fold(string text) => text.ToLowerInvariant();

    /// <summary>Order of two texts by Unicode code point, as PostgreSQL's "C" collation orders UTF-8.</summary>
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
                : -1; // a surrogate pair lies beyond every single unit
        }
        return left.Length.CompareTo(right.Length);
    }
}

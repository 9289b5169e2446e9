namespace Scim;

/// <summary>Finds the name that somebody may have meant who wrote another one.</summary>
public static class NearestName
{
    /// <summary>
    /// The known name that differs least, letter case aside; <c>null</c> when all differ by more than about a third of their letters.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> known) =>
        known
            .Select(name => (Name: name, Distance: Distance(written.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= Math.Max(1, (candidate.Name.Length + 1) / 3))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();

    /// <summary>How many letters are to be added, taken away or changed (Levenshtein), or to be swapped with their neighbour.</summary>
    static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        for (var j = 0; j <= to.Length; j++)
        {
            if (i == 0 || j == 0)
            {
                cost[i, j] = i + j;
                continue;
            }
            var change = cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            cost[i, j] = Math.Min(change, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
        }
        return cost[from.Length, to.Length];
    }
}

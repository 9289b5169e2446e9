using System.Text.RegularExpressions;

namespace ScimCompliance.Simulate;

/// <summary>One line for all failures or differences of the same kind, the most frequent first, with their number.</summary>
static partial class SummaryLines
{
    const int NamesShown = 3;

    public static IReadOnlyList<(string Line, int Count)> Failures(IEnumerable<EscrowEntry> failures) =>
        Lines(
            failures,
            entry => (entry.Phase, WithoutName(entry.Reason, entry.Name)),
            (same, first) =>
                $"{Counted(same.Count, Noun(first.Phase))}: {(same.Count is 1 ? first.Reason : WithoutName(first.Reason, first.Name))} "
                + $"({Names(same.Select(entry => entry.Name))}{(same.Count is 1 && first.Failures > 1 ? $", {first.Failures} times" : "")})"
        );

    public static IReadOnlyList<(string Line, int Count)> Differences(IEnumerable<Difference> differences) =>
        Lines(
            differences,
            difference => (difference.Kind, KindOfMistake(difference), Value(difference.Expected), Value(difference.Came)),
            (same, first) =>
                same.Count is 1
                    ? first.ToString()
                    : $"{Counted(same.Count, IsMember(first) ? "membership" : first.Kind)}: {Describe(same)} ({Names(same.Select(Name))})"
        );

    static List<(string Line, int Count)> Lines<T, TKey>(IEnumerable<T> all, Func<T, TKey> kind, Func<IReadOnlyList<T>, T, string> line) =>
        [
            .. all.GroupBy(kind)
                .Select(same => same.ToList())
                .OrderByDescending(same => same.Count)
                .Select(same => (line(same, same[0]), same.Count)),
        ];

    static string Describe(IReadOnlyList<Difference> same)
    {
        var (first, values) = (same[0], same.Select(difference => (difference.Expected, difference.Came)).Distinct().Count());
        var what = first.What is "it" || IsMember(first) || IsResource(first) ? "" : first.What + " ";
        return values is 1
            ? $"{what}should be {first.Expected}, but is {first.Came}"
            : $"{what}is not what it should be, as in '{first.Name}': should be {first.Expected}, but is {first.Came}";
    }

    // Without values, names and ids, which are different in each: mistakes of one kind become equal.
    static string KindOfMistake(Difference difference) =>
        IsMember(difference) ? "member"
        : IsResource(difference) ? "resource"
        : difference.What;

    static string Value(string value) => value is ['\'', .., '\''] ? "a value" : WithoutName(value, "");

    static bool IsMember(Difference difference) => difference.What.StartsWith("member ", StringComparison.Ordinal);

    static bool IsResource(Difference difference) => difference.What.StartsWith("resource ", StringComparison.Ordinal);

    static string Name(Difference difference) =>
        IsMember(difference) ? $"{difference.What["member ".Length..]} in {difference.Name}" : difference.Name;

    static string WithoutName(string text, string name) =>
        Id().Replace(name is "" ? text : text.Replace(name, "…", StringComparison.OrdinalIgnoreCase), "…");

    static string Noun(string phase) =>
        phase switch
        {
            Phase.Users => "user",
            Phase.References => "manager of a user",
            Phase.Groups => "group",
            _ => "group with memberships",
        };

    static string Counted(int count, string noun) =>
        count is 1 ? $"1 {noun}"
        : noun.Split(' ', 2) is [var one, var rest] ? $"{count} {one}s {rest}"
        : $"{count} {noun}s";

    static string Names(IEnumerable<string> names) =>
        names.Distinct().ToList() is { Count: > NamesShown } many
            ? $"{string.Join(", ", many.Take(NamesShown))} and {many.Count - NamesShown} more"
            : string.Join(", ", names.Distinct());

    [GeneratedRegex("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-f]{24,}")]
    private static partial Regex Id();
}

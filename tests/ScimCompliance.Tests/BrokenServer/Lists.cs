using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Scim;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>Lists and searches (RFC 7644 §3.4.2, §3.4.3; RFC 9865). Every request looks at all resources.</summary>
sealed class Lists(Store store, Behaviour behaviour)
{
    public const int MaxCount = 200;

    const int DefaultCount = 100;

    public Answer Search(IReadOnlyList<ResourceType> types, SearchRequest search)
    {
        var filters = search.Filter is null ? null : FilterParser.Parse(search.Filter, types);
        var sort = search.SortBy is null ? null : types.Select(type => Order(search.SortBy, type)).ToList();
        if (sort?.All(path => path is null) is true)
            throw ScimException.InvalidPath("There is no attribute 'sortBy' to sort by.");
        var found = new List<(ResourceType Type, JsonObject Json)>();
        foreach (var resource in store.All)
            if (
                IndexOf(types, resource.Type) is >= 0 and var i
                && store.Show(resource) is var json
                && (filters is null || FilterEvaluator.Matches(filters[i], json))
            )
                found.Add((resource.Type, json));
        if (sort is not null)
            found = Sorted(found, type => sort[IndexOf(types, type)], search.Descending);

        var question = $"{types.Count}{types[0]}|{search.Filter}|{search.SortBy}|{search.Descending}";
        var from = string.IsNullOrEmpty(search.Cursor) ? (search.StartIndex ?? 1) - 1 : Read(search.Cursor, question);
        var count = (int)Math.Min(search.Count ?? DefaultCount, MaxCount);
        var page = found.Skip((int)Math.Min(from, int.MaxValue)).Take(count).Select(one => search.For(one.Type).Apply(one.Json)).ToList();
        if (search.Cursor is null)
            return Answer.List(page, found.Count, (int)Math.Min(from + 1, int.MaxValue));
        var answer = Answer.List(page, found.Count, startIndex: null);
        if (from > 0)
            answer.Body!["previousCursor"] = Write(Math.Max(0, from - count), question);
        if (from + page.Count < found.Count && count > 0)
            answer.Body!["nextCursor"] = Write(from + page.Count, question);
        return answer;
    }

    /// <summary>RFC 7644 §3.4.2.3.</summary>
    List<(ResourceType Type, JsonObject Json)> Sorted(
        List<(ResourceType Type, JsonObject Json)> found,
        Func<ResourceType, AttributePath?> path,
        bool descending
    )
    {
        var keyed = found.Select(one => (One: one, Key: Key(one.Json, path(one.Type)))).ToList();
        var order = Comparer<string?>.Create(
            (left, right) =>
                left is null || right is null
                    ? (left is null).CompareTo(right is null) * (behaviour.UnassignedSortsFirst ? -1 : 1)
                    : CaseFolding.CompareOrdinal(left, right)
        );
        return
        [
            .. (descending ? keyed.OrderByDescending(pair => pair.Key, order) : keyed.OrderBy(pair => pair.Key, order)).Select(pair =>
                pair.One
            ),
        ];
    }

    static string? Key(JsonObject json, AttributePath? path)
    {
        if (path is null)
            return null;
        var scope = path.Schema is null ? json : json[path.Schema];
        var value = scope?[path.Attribute.Name];
        // Of several values the primary one counts, otherwise the first.
        if (value is JsonArray array)
            value =
                array.FirstOrDefault(element => element is JsonObject complex && (bool?)complex["primary"] is true)
                ?? (array.Count > 0 ? array[0] : null);
        if (path.Sub is not null)
            value = (value as JsonObject)?[path.Sub.Name];
        return value is null ? null
            : path.Leaf.CaseExact ? value.ToString()
            : CaseFolding.Fold(value.ToString());
    }

    static AttributePath? Order(string sortBy, ResourceType type)
    {
        var path = AttributePath.Find(sortBy, type);
        if (path is { Leaf.Type: AttributeType.Complex })
            path = path.WithSub("value");
        return path is { IsReadable: true } ? path : null;
    }

    static int IndexOf(IReadOnlyList<ResourceType> types, ResourceType type) =>
        types.Index().Where(one => one.Item == type).Select(one => one.Index).DefaultIfEmpty(-1).First();

    static string Write(long from, string question) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{from}|{question}"));

    static long Read(string cursor, string question) =>
        Base64Url.IsValid(cursor)
        && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|', 2) is [var from, var asked]
        && asked == question
            ? long.Parse(from, CultureInfo.InvariantCulture)
            : throw ScimException.InvalidCursor("The cursor is not one of this query.");
}

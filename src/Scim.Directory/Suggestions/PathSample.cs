using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>Counts the paths of many received users, to suggest a mapping. One thread at a time.</summary>
/// <param name="type">The connection's type of users, whose schemas the paths may name.</param>
public sealed class PathSample(Catalogue catalogue, ResourceType type)
{
    const int MostPaths = 2_000;
    const int MostValues = 5;
    const int LongestValue = 200;

    readonly Dictionary<string, Path?> _paths = new(StringComparer.Ordinal);

    /// <summary>The users that were added.</summary>
    public int Users { get; private set; }

    /// <summary>Adds a received user.</summary>
    public void Add(JsonObject document)
    {
        Users++;
        foreach (var values in DocumentPaths.Of(document).GroupBy(found => found.Path, found => found.Value))
        {
            if (Find(values.Key) is not { } path)
                continue;
            path.Users++;
            foreach (var value in values)
                path.Remember(value);
        }
    }

    /// <summary>Every path with its values and what it suggests; first those that most users have.</summary>
    public IReadOnlyList<PathSuggestion> Suggestions() =>
        [
            .. _paths
                .Where(p => p.Value is not null)
                .Select(p => new PathSuggestion(
                    p.Key,
                    p.Value!.Users,
                    (double)p.Value.Users / Users,
                    [.. p.Value.Values.AsEnumerable().Reverse()],
                    Suggested(p.Key, p.Value.Values)
                ))
                .OrderByDescending(suggestion => suggestion.Users)
                .ThenBy(suggestion => suggestion.Path, StringComparer.Ordinal),
        ];

    /// <summary>The path, or <c>null</c> when a mapping could not read it.</summary>
    Path? Find(string text)
    {
        if (_paths.TryGetValue(text, out var path))
            return path;
        if (_paths.Count >= MostPaths)
            return null;
        return _paths[text] = SourcePath.TryParse(text, type, out _) is null ? null : new();
    }

    string? Suggested(string path, IEnumerable<JsonNode> values) =>
        Synonyms.Suggest(path, catalogue) is { } name
        && catalogue.Find(name) is { } attribute
        && values.All(value => TypedValue.Read(value, attribute.Type, fromText: true) is not null)
            ? name
            : null;

    sealed class Path
    {
        public int Users { get; set; }

        /// <summary>The last distinct values, the newest at the end.</summary>
        public List<JsonNode> Values { get; } = [];

        public void Remember(JsonNode value)
        {
            if (TypedValue.Text(value, fromText: false) is { Length: > LongestValue } text)
                value = JsonValue.Create(text[..LongestValue] + "…");
            Values.RemoveAll(known => JsonNode.DeepEquals(known, value));
            Values.Add(value.Parent is null ? value : value.DeepClone());
            if (Values.Count > MostValues)
                Values.RemoveAt(0);
        }
    }
}

/// <summary>A path that users of a connection have.</summary>
/// <param name="Share">The users that have it, of all that were looked at: 0 to 1.</param>
/// <param name="Values">The last five distinct values, the newest first.</param>
/// <param name="Attribute">The catalogue's name of the attribute that it may be, or <c>null</c>.</param>
public sealed record PathSuggestion(string Path, int Users, double Share, IReadOnlyList<JsonNode> Values, string? Attribute)
{
    /// <summary>The same with letters and digits hidden but for the first.</summary>
    public PathSuggestion Masked() => this with { Values = [.. Values.Select(Mask)] };

    static JsonNode Mask(JsonNode value)
    {
        if (value.GetValueKind() is JsonValueKind.True or JsonValueKind.False || TypedValue.Text(value) is not { Length: > 0 } text)
            return value;
        return text[..1] + string.Concat(text.Skip(1).Select(letter => char.IsLetterOrDigit(letter) ? '•' : letter));
    }
}

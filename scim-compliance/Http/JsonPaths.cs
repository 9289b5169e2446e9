using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimCompliance.Http;

/// <summary>
/// Reads JSON by SCIM attribute paths (RFC 7644 §3.10): <c>name.givenName</c>, <c>emails[type eq "work"].value</c>,
/// <c>urn:…:2.0:User:manager.value</c>; also <c>Resources[0].id</c> and whole objects such as <c>urn:…:2.0:User</c>. Never throws: a
/// missing value is null.
/// </summary>
static partial class JsonPaths
{
    const string UserExtension = ":2.0:User";

    /// <summary>
    /// The value at the path; null when it is absent or null, or when the JSON has another structure than the path assumes.
    /// </summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var step in Steps(node, path))
        {
            var match = Step().Match(step);
            node = Member(node, match.Groups["name"].Success && match.Groups["name"].Value is { Length: > 0 } name ? name : step);
            if (match.Groups["index"] is { Success: true, Value: var index })
                node = node is JsonArray list && int.Parse(index, CultureInfo.InvariantCulture) is var i && i < list.Count ? list[i] : null;
            if (match.Groups["sub"] is { Success: true, Value: var sub })
                node = (node as JsonArray)?.FirstOrDefault(element =>
                    element.At(sub).Text().Equals(match.Groups["value"].Value, StringComparison.OrdinalIgnoreCase)
                );
        }
        return node;
    }

    /// <summary>A string as it is, any other value as JSON; "" for null.</summary>
    public static string Text(this JsonNode? node) =>
        node switch
        {
            null => "",
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => node.ToJsonString(Relaxed),
        };

    /// <summary>The elements of an array; none for anything else.</summary>
    public static IEnumerable<JsonNode?> Items(this JsonNode? node) => node as JsonArray ?? [];

    /// <summary>
    /// Whether the value is unassigned (RFC 7643 §2.5): null or an empty array. Some servers show an empty string or object instead.
    /// </summary>
    public static bool IsUnassigned(this JsonNode? node) =>
        node switch
        {
            null => true,
            JsonArray array => array.All(IsUnassigned),
            JsonObject members => members.All(member => member.Value.IsUnassigned()),
            _ => node.GetValueKind() is JsonValueKind.String && node.Text() is "",
        };

    public static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly JsonSerializerOptions Indented = new(Relaxed) { WriteIndented = true };

    /// <summary>A body as people read it; what is no JSON stays as it is.</summary>
    public static string Pretty(string body)
    {
        try
        {
            return JsonNode.Parse(body)?.ToJsonString(Indented) ?? body;
        }
        // A doubled member is an ArgumentException.
        catch (Exception unread) when (unread is JsonException or ArgumentException)
        {
            return body;
        }
    }

    static JsonNode? Member(JsonNode? node, string name) =>
        node is JsonObject members && members.TryGetPropertyValue(name, out var value) ? value : null;

    // The longest member that the path begins with is the extension: a URN holds dots, and may end before or after the attribute.
    static string[] Steps(JsonNode? node, string path)
    {
        if (!path.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
            return Split(path);
        var known = (node as JsonObject)
            ?.Select(member => member.Key)
            .Where(key => path.StartsWith(key, StringComparison.Ordinal))
            .MaxBy(key => key.Length);
        var urn =
            known
            ?? (path.LastIndexOf(UserExtension, StringComparison.Ordinal) is >= 0 and var at ? path[..(at + UserExtension.Length)] : path);
        return [urn, .. Split(path[urn.Length..].TrimStart(':'))];
    }

    static string[] Split(string path) => path is "" ? [] : Dots().Split(path);

    [GeneratedRegex("""^(?<name>[^\[]*)(?:\[(?:(?<index>\d+)|(?<sub>[\w.$]+) eq "?(?<value>.*?)"?)\])?$""")]
    private static partial Regex Step();

    // A dot that is not within brackets.
    [GeneratedRegex("""\.(?![^\[]*\])""")]
    private static partial Regex Dots();
}

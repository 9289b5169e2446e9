using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Activity.Requests;

/// <summary>
/// What admins may see of the body of a write that was refused: without <c>password</c>, and without what the schema never returns (RFC
/// 7643 §7). Names decide, wherever they stand, since a body that is refused need not follow the schema.
/// </summary>
static class ShownBody
{
    const int Longest = 16_384;

    static readonly char[] Separators = [':', '.', '[', ']', ' '];

    /// <returns>JSON; longer bodies are cut.</returns>
    public static string Of(JsonObject body, ResourceType? type)
    {
        var hidden = Hidden(type);
        var shown = body.DeepClone();
        Strip(shown, hidden);
        var text = ScimJson.Text(shown);
        return text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)];
    }

    static HashSet<string> Hidden(ResourceType? type)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "password" };
        if (type is null)
            return names;
        var attributes = type.Extensions.Prepend(type.Schema).SelectMany(schema => schema.Attributes);
        names.UnionWith(
            attributes.SelectMany(a => a.SubAttributes.Prepend(a)).Where(a => a.Returned is Returned.Never).Select(a => a.Name)
        );
        return names;
    }

    static void Strip(JsonNode? node, HashSet<string> hidden)
    {
        if (node is JsonArray items)
            foreach (var item in items)
                Strip(item, hidden);
        if (node is not JsonObject members)
            return;
        // An operation of a PATCH: "path" names what "value" is.
        var isHiddenPath = members.Any(member =>
            member.Key.Equals("path", StringComparison.OrdinalIgnoreCase)
            && member.Value is JsonValue path
            && path.TryGetValue(out string? text)
            && Names(text, hidden)
        );
        foreach (var (name, value) in members.ToList())
            if (Names(name, hidden) || isHiddenPath && name.Equals("value", StringComparison.OrdinalIgnoreCase))
                members.Remove(name);
            else
                Strip(value, hidden);
    }

    static bool Names(string path, HashSet<string> hidden) => path.Split(Separators).Any(hidden.Contains);
}

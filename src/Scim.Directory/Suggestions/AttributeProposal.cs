using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>A catalogue attribute for a path that none of the catalogue fits.</summary>
public static class AttributeProposal
{
    /// <summary>The attribute, or <c>null</c> when its name would not do.</summary>
    /// <param name="values">Values that were received there.</param>
    public static CatalogueAttribute? For(string path, IReadOnlyList<JsonNode> values, Catalogue catalogue)
    {
        var proposal = new CatalogueAttribute(NameOf(path), KindOf(values), false, null, [path]);
        return catalogue.Find(proposal.Name) is null && Catalogue.Check([.. catalogue.Attributes, proposal]).Count == 0 ? proposal : null;
    }

    /// <summary><c>costCenter</c>, <c>mobilePhoneNumbers</c>, <c>workAddressesLocality</c>.</summary>
    static string NameOf(string path)
    {
        // URIs contain dots: the name starts after the last colon that is not in a filter.
        var (open, close) = (path.IndexOf('['), path.LastIndexOf(']'));
        var kind = "";
        if (open >= 0 && close > open)
        {
            var quoted = path[(open + 1)..close].Split('"');
            kind = quoted.Length > 1 ? quoted[1] : "primary";
            path = path[..open] + path[(close + 1)..];
        }
        var names = path[(path.LastIndexOf(':') + 1)..].Split('.').ToList();
        if (names is [.., "value"] && names.Count > 1)
            names.RemoveAt(names.Count - 1);
        if (kind.Length > 0)
            names.Insert(0, kind);
        var words = names.Select(Plain).Where(word => word.Length > 0).ToArray();
        return string.Concat(words.Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
    }

    static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit));

    static AttributeKind KindOf(IReadOnlyList<JsonNode> values)
    {
        if (values.Count == 0)
            return AttributeKind.String;
        if (values.All(value => value.GetValueKind() is JsonValueKind.Number))
            return AttributeKind.Number;
        foreach (var kind in (AttributeKind[])[AttributeKind.Boolean, AttributeKind.Date])
            if (values.All(value => TypedValue.Read(value, kind, fromText: true) is not null))
                return kind;
        return AttributeKind.String;
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Tests.Generated;

/// <summary>The order of RFC 7644 §3.4.2.3, computed from what GET says about the resources.</summary>
sealed class ReferenceOrder(AttributePath path, bool descending) : IComparer<JsonObject>
{
    public int Compare(JsonObject? left, JsonObject? right)
    {
        var (l, r) = (Key(left!), Key(right!));
        // Absent values come last, in descending order first.
        var order = l is null || r is null ? (l is null).CompareTo(r is null) : Compare(l, r);
        if (order == 0)
            order = string.CompareOrdinal((string?)left!["id"], (string?)right!["id"]);
        return descending ? -order : order;
    }

    static int Compare(object left, object right) =>
        left is byte[] text ? text.AsSpan().SequenceCompareTo((byte[])right) : Comparer<object>.Default.Compare(left, right);

    /// <summary>The value sorted by; <c>null</c> when there is none of the attribute's type.</summary>
    object? Key(JsonObject resource)
    {
        var values = Values(path.Schema is null ? resource : Values(resource, path.Schema).FirstOrDefault(), path.Attribute.Name).ToList();
        var value =
            values.FirstOrDefault(v => v is JsonObject && Values(v, "primary").Any(p => p.GetValueKind() is JsonValueKind.True))
            ?? values.FirstOrDefault();
        if (path.Sub is not null)
            value = Values(value, path.Sub.Name).FirstOrDefault();
        var kind = value?.GetValueKind();
        var text =
            value is not JsonValue ? null
            : kind is JsonValueKind.String ? value.GetValue<string>()
            : value.ToJsonString();
        return path.Leaf.Type switch
        {
            _ when text is null => null,
            AttributeType.Integer or AttributeType.Decimal => kind is JsonValueKind.Number
                ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
                : null,
            AttributeType.Boolean => kind is JsonValueKind.True or JsonValueKind.False ? kind is JsonValueKind.True : null,
            AttributeType.DateTime => DateTimeText.TryParse(text, out var time) ? time.UtcTicks : null,
            _ => Encoding.UTF8.GetBytes(path.Leaf.CaseExact ? text : CaseFolding.Fold(text)), // in the order of code points
        };
    }

    static IEnumerable<JsonNode> Values(JsonNode? node, string name)
    {
        var member = (node as JsonObject)?.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        return member is null ? [] : (member as IEnumerable<JsonNode?> ?? [member]).OfType<JsonNode>();
    }
}

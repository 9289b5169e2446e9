using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Storage.Resources.Search;

/// <summary>
/// The entries of the index over <c>resources.terms</c>: one number for each value of a document, made of its path and the value. They tell
/// which resources may fit an <c>eq</c>. The filter itself then decides, so that letter case and chance collisions do no harm.
/// </summary>
static class SearchTerms
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>The terms of a document, each once. What has a column of its own is not among them.</summary>
    public static long[] Of(Guid connection, ResourceType type, JsonObject document)
    {
        var terms = new HashSet<long>();
        var prefix = $"{connection}|";
        foreach (var (name, value) in document)
            if (!IndexedAttribute.Holds(type, name))
                AddTo(terms, $"{prefix}.{CaseFolding.Fold(name)}", value);
        return [.. terms];
    }

    /// <summary>The term of every document in which the attribute has that value.</summary>
    public static long Of(Guid connection, AttributePath path, object value)
    {
        var text = new StringBuilder($"{connection}|");
        foreach (var name in (string?[])[path.Schema, path.Attribute.Name, path.Sub?.Name])
            if (name is not null)
                text.Append('.').Append(CaseFolding.Fold(name));
        return Hash($"{text}={Text(value)}");
    }

    static void AddTo(HashSet<long> terms, string path, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject complex:
                foreach (var (name, value) in complex)
                    AddTo(terms, $"{path}.{CaseFolding.Fold(name)}", value);
                break;
            case JsonArray array:
                foreach (var element in array)
                    AddTo(terms, path, element);
                break;
            case not null:
                foreach (var text in Texts(node))
                    terms.Add(Hash($"{path}={text}"));
                break;
        }
    }

    /// <summary>The ways to compare a value: as text, and with a schema that says so as a number or a time.</summary>
    static IEnumerable<string> Texts(JsonNode node)
    {
        var text = node.GetValueKind() is JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
        yield return Text(text);
        if (
            node.GetValueKind() is JsonValueKind.Number
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        )
            yield return Text(number);
        else if (DateTimeText.TryParse(text, out var time))
            yield return Text(time);
    }

    static string Text(object value) =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            // Dividing by a one with 28 decimal places drops trailing zeros.
            decimal number => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
            DateTimeOffset time => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            _ => CaseFolding.Fold((string)value),
        };

    static long Hash(string term)
    {
        const int Short = 256;
        var longest = Encoding.UTF8.GetMaxByteCount(term.Length);
        var bytes = longest <= Short ? stackalloc byte[Short] : new byte[longest];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(term, bytes)], hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
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
    public static long[] Of(Guid connection, ResourceType type, JsonObject document) => Of(connection, type, ScimJson.Utf8(document));

    /// <summary>The same for a document as it is stored: reading its bytes makes no tree.</summary>
    public static long[] Of(Guid connection, ResourceType type, ReadOnlySpan<byte> document)
    {
        var terms = new List<long>(32);
        using var term = new TermBuffer(connection);
        var json = new Utf8JsonReader(document);
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            if (IndexedAttribute.Holds(type, ref json))
                json.Skip();
            else
                AddMember(terms, term, ref json);
        return Distinct(terms);
    }

    /// <summary>The term of every document in which the attribute has that value.</summary>
    public static long Of(Guid connection, AttributePath path, object value)
    {
        using var term = new TermBuffer(connection);
        foreach (var name in (ReadOnlySpan<string?>)[path.Schema, path.Attribute.Name, path.Sub?.Name])
        {
            if (name is null)
                continue;
            term.Add((byte)'.');
            term.AddFolded(name);
        }
        term.Add((byte)'=');
        term.Add(Text(value));
        return term.Hash();
    }

    static long[] Distinct(List<long> terms)
    {
        var sorted = CollectionsMarshal.AsSpan(terms);
        sorted.Sort();
        var kept = 0;
        foreach (var term in sorted)
            if (kept == 0 || sorted[kept - 1] != term)
                sorted[kept++] = term;
        return sorted[..kept].ToArray();
    }

    static void AddMember(List<long> terms, TermBuffer term, ref Utf8JsonReader json)
    {
        var before = term.Length;
        term.Add((byte)'.');
        AddText(term, ref json);
        json.Read();
        AddValue(terms, term, ref json);
        term.Length = before;
    }

    static void AddValue(List<long> terms, TermBuffer term, ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
                    AddMember(terms, term, ref json);
                break;
            case JsonTokenType.StartArray:
                while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
                    AddValue(terms, term, ref json);
                break;
            case not JsonTokenType.Null:
                AddSimple(terms, term, ref json);
                break;
        }
    }

    /// <summary>Adds the ways to compare a value: as text, and with a schema that says so as a number or a time.</summary>
    static void AddSimple(List<long> terms, TermBuffer term, ref Utf8JsonReader json)
    {
        var before = term.Length;
        term.Add((byte)'=');
        var start = term.Length;
        AddText(term, ref json);
        terms.Add(term.Hash());
        if (OtherText(ref json) is { } other)
        {
            term.Length = start;
            term.Add(other);
            terms.Add(term.Hash());
        }
        term.Length = before;
    }

    static void AddText(TermBuffer term, ref Utf8JsonReader json)
    {
        if (json.ValueIsEscaped)
            term.AddFolded(json.GetString()!);
        else
            term.AddFolded(json.ValueSpan);
    }

    static string? OtherText(ref Utf8JsonReader json)
    {
        if (json.TokenType is JsonTokenType.Number)
            return decimal.TryParse(json.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Text(number) : null;
        // A time needs no escapes, but may have them.
        return
            json.TokenType is JsonTokenType.String
            && (
                json.ValueIsEscaped
                    ? DateTimeText.TryParse(json.GetString()!, out var time)
                    : DateTimeText.TryParse(json.ValueSpan, out time)
            )
            ? Text(time)
            : null;
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
}

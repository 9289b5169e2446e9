using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ScimCompliance.Simulate;

/// <summary>Finds the wrong entry and property of a tenant file. The messages of the serializer would name types of this program.</summary>
static class TenantFormat
{
    /// <summary>The problem in plain words; null when the text can be deserialized.</summary>
    public static string? Problem(string json, JsonTypeInfo type)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false });
            return Problems(document.RootElement, type, "the file").FirstOrDefault();
        }
        catch (JsonException broken)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"it is no JSON from line {broken.LineNumber + 1} on, or a property is there twice."
            );
        }
    }

    static IEnumerable<string> Problems(JsonElement entry, JsonTypeInfo type, string where)
    {
        if (entry.ValueKind is not JsonValueKind.Object)
        {
            yield return $"{where} must be an object: {{ … }}.";
            yield break;
        }
        foreach (var required in type.Properties.Where(property => property.IsRequired && !entry.TryGetProperty(property.Name, out _)))
            yield return $"{where} has no '{required.Name}'.";
        foreach (var member in entry.EnumerateObject())
        {
            if (type.Properties.FirstOrDefault(property => property.Name == member.Name) is not { } property)
                yield return $"'{member.Name}' of {where} is not known; "
                    + $"there are {string.Join(", ", type.Properties.Select(known => known.Name))}.";
            else
                foreach (var problem in Problems(member.Value, property, type.Options, where))
                    yield return problem;
        }
    }

    static IEnumerable<string> Problems(JsonElement value, JsonPropertyInfo property, JsonSerializerOptions options, string where)
    {
        var wanted = (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            var type when type == typeof(string) => (JsonValueKind.String, "a text"),
            var type when type == typeof(bool) => (JsonValueKind.True, "true or false"),
            var type when type == typeof(double) => (JsonValueKind.Number, "a number"),
            _ => (JsonValueKind.Array, "a list"),
        };
        if (value.ValueKind is JsonValueKind.Null && CanBeNull(property))
            yield break;
        if (value.ValueKind != wanted.Item1 && (value.ValueKind, wanted.Item1) is not (JsonValueKind.False, JsonValueKind.True))
            yield return $"'{property.Name}' of {where} must be {wanted.Item2}.";
        else if (value.ValueKind is JsonValueKind.Array)
            foreach (var problem in Elements(value, property, options, where))
                yield return problem;
    }

    // Users and groups are objects, members are texts.
    static IEnumerable<string> Elements(JsonElement list, JsonPropertyInfo property, JsonSerializerOptions options, string where)
    {
        var type = options.GetTypeInfo(options.GetTypeInfo(property.PropertyType).ElementType!);
        foreach (var (number, element) in list.EnumerateArray().Index())
        {
            if (type.Kind is JsonTypeInfoKind.Object)
                foreach (var problem in Problems(element, type, Entry(property.Name, number, element)))
                    yield return problem;
            else if (element.ValueKind is not JsonValueKind.String)
                yield return $"'{property.Name}' of {where} must be a list of texts.";
        }
    }

    static string Entry(string list, int number, JsonElement entry) =>
        string.Create(CultureInfo.InvariantCulture, $"entry {number + 1} of '{list}'") + (Named(entry) is { } name ? $" ('{name}')" : "");

    static string? Named(JsonElement entry) =>
        entry.ValueKind is not JsonValueKind.Object
            ? null
            : ((string[])["userPrincipalName", "displayName", "objectId"])
                .Select(name =>
                    entry.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null
                )
                .FirstOrDefault(name => name is not null);

    static bool CanBeNull(JsonPropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || !property.PropertyType.IsValueType && (property.AssociatedParameter?.IsNullable ?? property.IsSetNullable);
}

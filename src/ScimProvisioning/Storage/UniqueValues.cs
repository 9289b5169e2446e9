using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Storage;

/// <summary>The values of a document that no other resource of its type may have, because a registered schema says so (RFC 7643 §7, "uniqueness").</summary>
/// <remarks><c>userName</c> and a group's <c>displayName</c> have columns of their own.</remarks>
sealed class UniqueValues
{
    readonly List<string> _attributes = [];
    readonly List<string> _values = [];

    public bool IsEmpty => _attributes.Count == 0;

    public static bool Has(ResourceType type) => Attributes(type).Any();

    public static UniqueValues Of(ResourceType type, JsonObject document)
    {
        var unique = new UniqueValues();
        foreach (var path in Attributes(type))
        {
            var scope = path.Schema is null ? document : document[path.Schema] as JsonObject;
            if (scope?[path.Attribute.Name] is not JsonValue value) continue;
            unique._attributes.Add(path.ToString());
            unique._values.Add(Comparable(value.ToString(), path.Attribute));
        }
        return unique;
    }

    public string Insert(Sql sql, string connection, string type, string id) =>
        $"""
        INSERT INTO unique_values (connection_id, resource_type, attribute, value, resource_id)
        SELECT {connection}, {type}, attribute, value, {id} FROM unnest({sql.Add([.. _attributes])}, {sql.Add([.. _values])}) u(attribute, value)
        """;

    public static IEnumerable<AttributePath> Attributes(ResourceType type) =>
        type.Extensions.Select(extension => (Schema: (string?)extension.Id, extension.Attributes)).Prepend((null, type.IsUser || type.IsGroup ? [] : type.Schema.Attributes))
            .SelectMany(schema => schema.Attributes.Where(a => a.Uniqueness is not Uniqueness.None && a is { MultiValued: false, IsComplex: false }).Select(a => new AttributePath(schema.Schema, a, null)));

    /// <summary>Numbers are equal by value: 1.0 and 1.00 are one. What is too long for an index is compared by its hash.</summary>
    static string Comparable(string text, AttributeDefinition attribute)
    {
        if (attribute.Type is AttributeType.Decimal && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number.ToString("G29", CultureInfo.InvariantCulture);
        var folded = attribute.CaseExact ? text : CaseFolding.Fold(text);
        return folded.Length <= CommonAttributes.IndexedLength ? folded : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folded)));
    }
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Resources;

/// <summary>
/// The values of a document that no other resource of its type may have, because a registered schema says so (RFC 7643 §7, "uniqueness").
/// They are rows of <c>unique_values</c>; attributes whose column has a unique index need none.
/// </summary>
sealed class UniqueValues
{
    /// <summary>The key of the table, which refuses a value that another resource has.</summary>
    public const string Constraint = "unique_value";

    // Asked for at each write.
    static readonly ConditionalWeakTable<ResourceType, AttributePath[]> Kept = [];

    static readonly UniqueValues None = new();

    readonly Dictionary<string, string> _values = [];

    public bool IsEmpty => _values.Count == 0;

    public static UniqueValues Of(ResourceType type, JsonObject document)
    {
        if (Attributes(type).Count == 0)
            return None;
        var unique = new UniqueValues();
        foreach (var path in Attributes(type))
        {
            var scope = path.Schema is null ? document : document[path.Schema] as JsonObject;
            if (scope?[path.Attribute.Name] is JsonValue value)
                unique._values[path.ToString()] = Comparable(value.ToString(), path.Attribute);
        }
        return unique;
    }

    /// <summary>Those that the other does not have: a change is checked only for the values that it changes.</summary>
    public UniqueValues Except(UniqueValues other)
    {
        if (IsEmpty)
            return None;
        var rest = new UniqueValues();
        foreach (var (attribute, value) in _values)
            if (other._values.GetValueOrDefault(attribute) != value)
                rest._values[attribute] = value;
        return rest;
    }

    public string Insert(Sql sql, string connection, string type, string id) =>
        $"""
            INSERT INTO unique_values (connection_id, resource_type, attribute, value, resource_id)
            SELECT {connection}, {type}, attribute, value, {id}
            FROM unnest({sql.Add([.. _values.Keys])}, {sql.Add([.. _values.Values])}) u(attribute, value)
            """;

    /// <summary>Reads the id of another resource that has one of the values.</summary>
    public string Holder(Sql sql, string connection, string type, string id) =>
        $"""
            SELECT resource_id FROM unique_values
            WHERE connection_id = {connection} AND resource_type = {type} AND resource_id IS DISTINCT FROM {id}
                AND (attribute, value) IN (SELECT * FROM unnest({sql.Add([.. _values.Keys])}, {sql.Add([.. _values.Values])}))
            LIMIT 1
            """;

    public string Delete(Sql sql, string connection, string id) =>
        $"""
            DELETE FROM unique_values
            WHERE connection_id = {connection} AND resource_id = {id} AND attribute = ANY({sql.Add([.. _values.Keys])})
            """;

    /// <summary>The attributes of the type whose values must be kept unique here.</summary>
    public static IReadOnlyList<AttributePath> Attributes(ResourceType type) => Kept.GetValue(type, Find);

    static AttributePath[] Find(ResourceType type) =>
        [
            .. type
                .Extensions.Select(extension => (Schema: (string?)extension.Id, extension.Attributes))
                .Prepend((null, type.Schema.Attributes))
                .SelectMany(schema => schema.Attributes.Where(IsKeptHere).Select(a => new AttributePath(schema.Schema, a, null))),
        ];

    static bool IsKeptHere(AttributeDefinition attribute) =>
        attribute is { Uniqueness: not Uniqueness.None, MultiValued: false, IsComplex: false } && !IndexedAttribute.IsUnique(attribute);

    /// <summary>Numbers are compared by value: 1.0 equals 1.00. Text too long for an index is compared by its hash.</summary>
    static string Comparable(string text, AttributeDefinition attribute)
    {
        if (
            attribute.Type is AttributeType.Decimal
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        )
            return number.ToString("G29", CultureInfo.InvariantCulture);
        var folded = attribute.CaseExact ? text : CaseFolding.Fold(text);
        return folded.Length <= CommonAttributes.IndexedLength
            ? folded
            : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folded)));
    }
}

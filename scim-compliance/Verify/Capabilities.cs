using System.Text.Json.Nodes;
using ScimCompliance.Checks;
using ScimCompliance.Http;

namespace ScimCompliance.Verify;

/// <summary>
/// What a server announces (RFC 7643 §5–§7). When a document cannot be read, the tool assumes what Entra assumes: users, groups, filters
/// and PATCH, and nothing else.
/// </summary>
sealed class Capabilities
{
    readonly Needs _offered;
    readonly Dictionary<string, Dictionary<string, JsonObject>>? _attributes;

    /// <param name="config">The body of <c>/ServiceProviderConfig</c>; null when it cannot be read. The same for the other two.</param>
    public Capabilities(JsonNode? config, JsonNode? resourceTypes, JsonNode? schemas)
    {
        Config = config as JsonObject;
        ResourceTypes = [.. List(resourceTypes)];
        Schemas = [.. List(schemas)];
        _attributes = Schemas is []
            ? null
            : Schemas
                .GroupBy(schema => schema["id"].Text(), StringComparer.OrdinalIgnoreCase)
                .ToDictionary(
                    same => same.Key,
                    same =>
                        same.SelectMany(schema => Named(schema["attributes"], ""))
                            .DistinctBy(named => named.Key, StringComparer.OrdinalIgnoreCase)
                            .ToDictionary(StringComparer.OrdinalIgnoreCase),
                    StringComparer.OrdinalIgnoreCase
                );
        _offered = Offered();
    }

    public JsonObject? Config { get; }

    public IReadOnlyList<JsonObject> ResourceTypes { get; }

    public IReadOnlyList<JsonObject> Schemas { get; }

    /// <summary>Why a check is not applicable to this server; null when it is applicable.</summary>
    public string? Missing(Check check)
    {
        if ((check.Needs & ~_offered) is not 0 and var needs)
            return $"{needs} not offered";
        return check.Attributes.FirstOrDefault(attribute => !Has(attribute)) is { } missing
            ? $"{missing} is not in /Schemas, or is read-only there"
            : null;
    }

    public bool Offers(Needs needs) => (needs & ~_offered) is 0;

    /// <param name="attribute"><c>User:name.givenName</c>, <c>Group:externalId</c> or <c>EnterpriseUser:manager</c>.</param>
    /// <returns>
    /// Whether clients can write it. True when <c>/Schemas</c> cannot be read, and for <c>groups</c>, which is always read-only but shown.
    /// </returns>
    public bool Has(string attribute)
    {
        if (Listed(attribute) is not ({ } listed, var name))
            return true;
        var parent = name.Split('.')[0];
        if (parent is not "groups" && listed.GetValueOrDefault(parent)?["mutability"].Text() is "readOnly")
            return false;
        // Few servers list common attributes, and some list no sub-attributes.
        return listed.ContainsKey(name)
            || name is "externalId" or "id"
            || name != parent
                && listed.ContainsKey(parent)
                && !listed.Keys.Any(key => key.StartsWith(parent + ".", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether <c>/Schemas</c> says that the attribute cannot be changed after creation.</summary>
    public bool IsImmutable(string attribute) =>
        Listed(attribute) is ({ } listed, var name) && listed.GetValueOrDefault(name)?["mutability"].Text() is "immutable" or "readOnly";

    /// <summary>Whether <c>/Schemas</c> says that the attribute is required.</summary>
    public bool Requires(string attribute)
    {
        if (Listed(attribute) is not ({ } listed, var name))
            return false;
        var parent = listed.GetValueOrDefault(name.Split('.')[0]);
        return parent?["required"].Text() is "true"
            || parent?["multiValued"].Text() is not "true" && listed.GetValueOrDefault(name)?["required"].Text() is "true";
    }

    (Dictionary<string, JsonObject>? Attributes, string Name) Listed(string attribute)
    {
        var (schema, name) = attribute.Split(':', 2) is [var type, var rest] ? (type, rest) : ("User", attribute);
        var urn = schema switch
        {
            "User" => SchemaUrn.User,
            "Group" => SchemaUrn.Group,
            _ => SchemaUrn.EnterpriseUser,
        };
        return (_attributes?.GetValueOrDefault(urn), name);
    }

    /// <summary>The attributes of this schema that <c>/Schemas</c> says are returned whatever is asked for (RFC 7643 §7).</summary>
    public HashSet<string> AlwaysReturned(string schema) =>
        Schemas
            .Where(one => one["id"].Text().Equals(schema, StringComparison.OrdinalIgnoreCase))
            .SelectMany(one => one["attributes"].Items().OfType<JsonObject>())
            .Where(attribute => attribute["returned"].Text() is "always")
            .Select(attribute => attribute["name"].Text())
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    Needs Offered()
    {
        var offered = Needs.Nothing;
        foreach (
            var (need, feature, otherwise) in ((Needs, string, bool)[])
                [
                    (Needs.Patch, "patch.supported", true),
                    (Needs.Filter, "filter.supported", true),
                    (Needs.Sort, "sort.supported", false),
                    (Needs.ETag, "etag.supported", false),
                    (Needs.Bulk, "bulk.supported", false),
                    (Needs.CursorPaging, "pagination.cursor", false),
                    (Needs.IndexPaging, "pagination.index", true),
                    (Needs.ChangePassword, "changePassword.supported", false),
                ]
        )
            if (Config.At(feature) is JsonValue value && value.TryGetValue<bool>(out var supported) ? supported : otherwise)
                offered |= need;
        if (
            ResourceTypes is []
            || ResourceTypes.Any(type => type["endpoint"].Text().EndsWith("/Groups", StringComparison.OrdinalIgnoreCase))
        )
            offered |= Needs.Groups;
        if (
            ResourceTypes is []
            || Schemas.Any(IsEnterprise)
            || ResourceTypes.Any(type => type["schemaExtensions"].Items().OfType<JsonObject>().Any(IsEnterprise))
        )
            offered |= Needs.EnterpriseUser;
        return offered;
    }

    static bool IsEnterprise(JsonObject named) =>
        (named["id"] ?? named["schema"]).Text().Equals(SchemaUrn.EnterpriseUser, StringComparison.OrdinalIgnoreCase);

    // Some servers answer with an array instead of a ListResponse.
    static IEnumerable<JsonObject> List(JsonNode? body) => (body is JsonArray ? body : body.At("Resources")).Items().OfType<JsonObject>();

    static IEnumerable<KeyValuePair<string, JsonObject>> Named(JsonNode? attributes, string parent) =>
        attributes
            .Items()
            .OfType<JsonObject>()
            .SelectMany(attribute =>
                Named(attribute["subAttributes"], parent + attribute["name"].Text() + ".")
                    .Prepend(KeyValuePair.Create(parent + attribute["name"].Text(), attribute))
            );
}

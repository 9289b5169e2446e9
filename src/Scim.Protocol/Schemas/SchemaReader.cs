using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>
/// Reads the schemas and resource types that an admin registers (RFC 7643 §6, §7) into the resource types of one client. It checks the
/// whole set, so that nothing it accepts fails later. User and Group are always part of the result; they can be extended but not changed.
/// </summary>
public static partial class SchemaReader
{
    const int MaxSchemas = 100;
    const int MaxIdLength = 255;

    static readonly string[] Reserved =
    [
        UserSchema.Id,
        GroupSchema.Id,
        EnterpriseUserSchema.Id,
        .. DiscoverySchemas.All.Select(schema => schema.Id),
    ];

    /// <summary>The resource types that the documents define, with User and Group.</summary>
    /// <param name="schemas">Schema documents. <c>meta</c> and members that the RFC does not define are ignored.</param>
    /// <param name="resourceTypes">
    /// ResourceType documents. One with the name User or Group adds its <c>schemaExtensions</c> to the built-in type.
    /// </param>
    /// <param name="reserved">
    /// No endpoint may begin with this text, in any letter case, because the caller's URLs use it for something else. <c>null</c> for none.
    /// </param>
    /// <exception cref="ScimException">
    /// 400 <c>invalidValue</c> or <c>invalidSyntax</c>, naming the place and what to change there.
    /// </exception>
    public static ResourceTypes Read(JsonArray schemas, JsonArray resourceTypes, string? reserved = null)
    {
        StorableText.Require(resourceTypes);
        return new(ResourceTypeReader.Read(resourceTypes, ReadSchemas(schemas), reserved));
    }

    /// <summary>The schemas, including those that no resource type uses.</summary>
    /// <exception cref="ScimException">
    /// 400 <c>invalidValue</c> or <c>invalidSyntax</c>, naming the place and what to change there.
    /// </exception>
    public static IReadOnlyList<SchemaDefinition> ReadSchemas(JsonArray schemas)
    {
        StorableText.Require(schemas);
        if (schemas.Count > MaxSchemas)
            throw ScimException.InvalidValue($"There are more than {MaxSchemas} schemas.");
        var read = new List<SchemaDefinition>();
        foreach (var schema in JsonMembers.Objects(schemas, "schemas"))
        {
            var id = Id(schema, read);
            var attributes = AttributeReader.Read(schema, "attributes");
            if (attributes.Count == 0)
                throw ScimException.InvalidValue($"'{schema.At("attributes")}' is missing: a schema needs at least one attribute.");
            read.Add(
                new(
                    id,
                    schema.Text("name") is { Length: > 0 } name ? name : id[(id.LastIndexOf(':') + 1)..],
                    schema.Text("description") ?? "",
                    attributes
                )
            );
        }
        return read;
    }

    static string Id(JsonMembers schema, List<SchemaDefinition> others)
    {
        var (id, at) = (schema.RequiredText("id"), schema.At("id"));
        if (id.Length > MaxIdLength || !Uri().IsMatch(id))
            throw ScimException.InvalidValue(
                $"'{at}' is {ScimException.Quote(id)}. It must be a URI of at most {MaxIdLength} characters, "
                    + "such as urn:example:params:scim:schemas:Device."
            );
        if (
            id.StartsWith("urn:ietf:params:scim:api:", StringComparison.OrdinalIgnoreCase)
            || Reserved.Any(reserved => SchemaDefinition.SameId(reserved, id))
        )
            throw ScimException.InvalidValue($"'{at}' is '{id}', which the RFCs define. Register an extension with a URI of your own.");
        if (others.Any(other => SchemaDefinition.SameId(other.Id, id)))
            throw ScimException.InvalidValue($"'{at}' repeats the URI '{id}' (letter case and colons make no difference).");
        if (
            others.Select(other => other.Id).Concat(Reserved).FirstOrDefault(other => IsBelow(id, other) || IsBelow(other, id)) is
            { } related
        )
            throw ScimException.InvalidValue(
                $"'{at}' is '{id}', but '{related}' is a schema too: one would read as an attribute of the other. "
                    + "Choose a URI that does not continue another."
            );
        return id;
    }

    static bool IsBelow(string id, string other) => id.StartsWith(other + ":", StringComparison.OrdinalIgnoreCase);

    // The characters of a URI that may also stand in a path, a filter and a comma-separated list.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/%+*;=@!$&']*[A-Za-z0-9\-._~/%+*;=@!$&']\z")]
    private static partial Regex Uri();
}

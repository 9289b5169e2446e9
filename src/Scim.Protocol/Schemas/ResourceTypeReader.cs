using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scim;

/// <summary>Reads the resource types that an admin registers in addition to User and Group (RFC 7643 §6).</summary>
static partial class ResourceTypeReader
{
    const int MaxResourceTypes = 100;

    /// <summary>Endpoints that RFC 7644 uses for something else (§3.2).</summary>
    static readonly string[] Reserved = ["ServiceProviderConfig", "ResourceTypes", "Schemas", "Bulk", "Me"];

    /// <param name="schemas">The registered schemas.</param>
    public static IReadOnlyList<ResourceType> Read(JsonArray resourceTypes, IReadOnlyList<SchemaDefinition> schemas, string? reserved)
    {
        if (resourceTypes.Count > MaxResourceTypes)
            throw ScimException.InvalidValue($"There are more than {MaxResourceTypes} resource types.");
        List<ResourceType> types = [ResourceType.User, ResourceType.Group];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var json in JsonMembers.Objects(resourceTypes, "resourceTypes"))
        {
            var name = Name(json);
            if (!names.Add(name))
                throw ScimException.InvalidValue($"'{json.At("name")}' repeats the name '{name}' (names differ by more than letter case).");
            if (types.FindIndex(type => Same(type.Name, name)) is >= 0 and var builtIn)
                types[builtIn] = Extended(types[builtIn], json, schemas);
            else
                types.Add(New(name, json, schemas, types, reserved));
        }
        foreach (var core in types.Select(type => type.Schema))
            if (types.FirstOrDefault(type => type.Extensions.Contains(core)) is { } user)
                throw ScimException.InvalidValue(
                    $"'{core.Id}' is the schema of a resource type and an extension of {user.Name}. Register two schemas."
                );
        return types;
    }

    static string Name(JsonMembers json)
    {
        var (name, at) = (json.RequiredText("name"), json.At("name"));
        if (!Word().IsMatch(name))
            throw ScimException.InvalidValue(
                $"'{at}' is {ScimException.Quote(name)}. "
                    + "It must be one word of letters, digits, '-' and '_', at most 64, beginning with a letter."
            );
        if (json.Text("id") is { Length: > 0 } id && id != name)
            throw ScimException.InvalidValue($"'{json.At("id")}' must equal '{at}', or be left out.");
        return name;
    }

    /// <summary>User or Group with further extensions. If the document has a schema or endpoint, it must be that of the type.</summary>
    static ResourceType Extended(ResourceType type, JsonMembers json, IReadOnlyList<SchemaDefinition> schemas)
    {
        if (json.Text("schema") is { Length: > 0 } schema && !Same(schema, type.Schema.Id))
            throw Fixed("schema", type.Schema.Id);
        if (json.Text("endpoint") is { Length: > 0 } endpoint && !Same(endpoint.TrimStart('/'), type.Collection))
            throw Fixed("endpoint", "/" + type.Collection);
        var extensions = Extensions(json, schemas, type.Schema);
        return type.With(
            [.. type.Extensions.Union(extensions.Select(e => e.Schema))],
            [.. extensions.Where(e => e.Required).Select(e => e.Schema)]
        );

        ScimException Fixed(string member, string value) =>
            ScimException.InvalidValue(
                $"'{json.At(member)}' of {type.Name} is '{value}' and cannot be changed. "
                    + "Leave it out, or register a resource type of another name."
            );
    }

    static ResourceType New(
        string name,
        JsonMembers json,
        IReadOnlyList<SchemaDefinition> schemas,
        List<ResourceType> others,
        string? reserved
    )
    {
        var (endpoint, at) = (json.RequiredText("endpoint"), json.At("endpoint"));
        var collection = endpoint[0] == '/' ? endpoint[1..] : endpoint;
        if (!Word().IsMatch(collection))
            throw ScimException.InvalidValue(
                $"'{at}' is {ScimException.Quote(endpoint)}. "
                    + "It must be one segment such as /Devices: letters, digits, '-' and '_', at most 64, beginning with a letter."
            );
        if (
            Reserved.Any(name => Same(name, collection))
            || reserved is not null && collection.StartsWith(reserved, StringComparison.OrdinalIgnoreCase)
        )
            throw ScimException.InvalidValue(
                $"'{at}' is {ScimException.Quote(endpoint)}, which means something else here. Choose another."
            );
        if (others.FirstOrDefault(type => Same(type.Collection, collection)) is { } other)
            throw ScimException.InvalidValue($"'{at}' is '{endpoint}', the endpoint of {other.Name}. Choose another.");

        var schema = Registered(json.RequiredText("schema"), json.At("schema"), schemas);
        var extensions = Extensions(json, schemas, schema);
        return new(
            name,
            collection,
            json.Text("description") ?? "",
            schema,
            [.. extensions.Select(e => e.Schema)],
            required: [.. extensions.Where(e => e.Required).Select(e => e.Schema)]
        );
    }

    static List<(SchemaDefinition Schema, bool Required)> Extensions(
        JsonMembers json,
        IReadOnlyList<SchemaDefinition> schemas,
        SchemaDefinition core
    )
    {
        var extensions = new List<(SchemaDefinition Schema, bool Required)>();
        foreach (var extension in json.Objects("schemaExtensions"))
        {
            var at = extension.At("schema");
            var schema = Registered(extension.RequiredText("schema"), at, [.. schemas, EnterpriseUserSchema.Schema]);
            if (schema == core)
                throw ScimException.InvalidValue(
                    $"'{at}' is '{schema.Id}', which is the type's own schema. Register a second schema as its extension."
                );
            if (extensions.Any(other => other.Schema == schema))
                throw ScimException.InvalidValue($"'{at}' lists '{schema.Id}' a second time. Remove it.");
            extensions.Add((schema, extension.Flag("required") ?? false));
        }
        return extensions;
    }

    static SchemaDefinition Registered(string uri, string at, IReadOnlyList<SchemaDefinition> schemas) =>
        schemas.FirstOrDefault(schema => Same(schema.Id, uri))
        ?? throw ScimException.InvalidValue(
            $"'{at}' is {ScimException.Quote(uri)}, which is no registered schema. Register that schema first."
        );

    static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_\-]{0,63}\z")]
    private static partial Regex Word();
}

using System.Text.Json.Nodes;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events;

/// <summary>
/// What events look like, as JSON Schema (2020-12): the schemas of <c>event-schemas.json</c> by name, and of each type the event as a
/// whole. They refer to each other as components of an OpenAPI document do.
/// </summary>
static class EventSchemas
{
    const string File = "ScimProvisioning.Events.event-schemas.json";
    const string Envelope = "Event";
    const string Components = "#/components/schemas/";

    static readonly JsonObject All = Read();

    /// <summary>The schemas that others refer to, by name. The caller owns the nodes.</summary>
    public static JsonObject Shared() => (JsonObject)All.DeepClone();

    /// <summary>An event of that type.</summary>
    public static JsonObject Of(EventType type)
    {
        var schema = (JsonObject)All[Envelope]!.DeepClone();
        schema["description"] = type.Description;
        schema["properties"]!["type"] = new JsonObject { ["type"] = "string", ["const"] = type.Name };
        schema["properties"]!["data"] = new JsonObject { ["$ref"] = Components + type.DataSchema };
        return schema;
    }

    /// <summary>An event of that type as it is sent.</summary>
    public static JsonObject Example(EventType type)
    {
        var example = new JsonObject();
        foreach (var (name, member) in (JsonObject)All[Envelope]!["properties"]!)
            example[name] = name switch
            {
                "type" => type.Name,
                "data" => All[type.DataSchema]!["examples"]![0]!.DeepClone(),
                "cause" => ExampleOf((JsonObject)All["EventCause"]!["properties"]!),
                _ => member!["examples"]![0]?.DeepClone(),
            };
        return example;
    }

    static JsonObject ExampleOf(JsonObject members) =>
        new(members.Select(member => KeyValuePair.Create(member.Key, member.Value!["examples"]![0]?.DeepClone())));

    static JsonObject Read()
    {
        using var file =
            typeof(EventSchemas).Assembly.GetManifestResourceStream(File) ?? throw new InvalidOperationException($"{File} is missing.");
        return (JsonObject)JsonNode.Parse(file)!;
    }
}

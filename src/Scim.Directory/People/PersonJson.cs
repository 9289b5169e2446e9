using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>A group of a person as it is shown.</summary>
public sealed record PersonGroup(Guid Id, string Name);

/// <summary>What a person's JSON shows beside the person.</summary>
/// <param name="Provider">The kind of identity provider, such as <c>entra</c>.</param>
/// <param name="Groups">One more than <see cref="PersonJson.MostGroups"/> is enough: it tells that there are more.</param>
public sealed record PersonFrame(
    Guid OrganizationId,
    Guid ConnectionId,
    string Provider,
    string? IconUrl,
    IReadOnlyList<PersonGroup> Groups,
    Catalogue Catalogue
);

/// <summary>Writes a person as the app sees him.</summary>
public static class PersonJson
{
    /// <summary>Most groups that are shown; more are told by <c>groupsTruncated</c>.</summary>
    public const int MostGroups = 50;

    static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Utf8(Person person, PersonFrame frame)
    {
        using var buffer = new MemoryStream(1_024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
            Write(json, person, frame);
        return buffer.ToArray();
    }

    /// <summary>The same as a node.</summary>
    public static JsonObject Of(Person person, PersonFrame frame) => (JsonObject)JsonNode.Parse(Utf8(person, frame))!;

    public static void Write(Utf8JsonWriter json, Person person, PersonFrame frame)
    {
        json.WriteStartObject();
        json.WriteString("id", person.Id);
        json.WriteString("connectionId", frame.ConnectionId);
        json.WriteString("organizationId", frame.OrganizationId);
        Text("resourceId", person.ResourceId?.ToString());
        Text("externalId", person.ExternalId);
        Text("uid", person.Uid);
        Text("appUserId", person.AppUserId);
        Text("status", WireName.Of(person.Status));
        Text("statusReason", person.Reason is { } reason ? WireName.Of(reason) : null);
        foreach (var name in Catalogue.BuiltInOrder)
            Node(name, frame.Catalogue.Find(name) is null ? null : person.Value(name));
        WriteAttributes(json, person, frame.Catalogue);
        Node("localAttributes", person.Local);
        json.WriteStartArray("managedAttributes");
        foreach (var name in person.Managed)
            json.WriteStringValue(name);
        json.WriteEndArray();
        WriteRoles(json, person.Roles);
        WriteGroups(json, frame.Groups);
        WriteSource(json, person, frame);
        json.WriteNumber("version", person.Version);
        Text("createdAt", Time(person.CreatedAt));
        Text("updatedAt", Time(person.UpdatedAt));
        json.WriteEndObject();

        void Text(string name, string? text) => json.WriteString(name, text);

        void Node(string name, JsonNode? node)
        {
            json.WritePropertyName(name);
            if (node is null)
                json.WriteNullValue();
            else
                node.WriteTo(json);
        }
    }

    /// <summary>A time as JSON has it: RFC 3339, UTC, milliseconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static JsonObject Role(PersonRole role) =>
        new() { ["key"] = role.Key, ["via"] = new JsonArray([.. role.Via.Select(id => (JsonNode?)id.ToString())]) };

    /// <summary>The catalogue's other attributes that have a value.</summary>
    static void WriteAttributes(Utf8JsonWriter json, Person person, Catalogue catalogue)
    {
        json.WriteStartObject("attributes");
        foreach (var attribute in catalogue.Attributes)
        {
            if (Catalogue.IsBuiltIn(attribute.Name) || person.Value(attribute.Name) is not { } value)
                continue;
            json.WritePropertyName(attribute.Name);
            value.WriteTo(json);
        }
        json.WriteEndObject();
    }

    static void WriteRoles(Utf8JsonWriter json, IReadOnlyList<PersonRole> roles)
    {
        json.WriteStartArray("roles");
        foreach (var role in roles)
            Role(role).WriteTo(json);
        json.WriteEndArray();
    }

    static void WriteGroups(Utf8JsonWriter json, IReadOnlyList<PersonGroup> groups)
    {
        json.WriteStartArray("groups");
        foreach (var group in groups.Take(MostGroups))
        {
            json.WriteStartObject();
            json.WriteString("id", group.Id);
            json.WriteString("name", group.Name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (groups.Count > MostGroups)
            json.WriteBoolean("groupsTruncated", true);
    }

    /// <summary>Null for a person that never had a SCIM resource.</summary>
    static void WriteSource(Utf8JsonWriter json, Person person, PersonFrame frame)
    {
        if (person.ResourceId is null)
        {
            json.WriteNull("source");
            return;
        }
        json.WriteStartObject("source");
        json.WriteString("provider", frame.Provider);
        json.WriteString("connectionId", frame.ConnectionId);
        json.WriteString("iconUrl", frame.IconUrl);
        json.WriteEndObject();
    }
}

using System.Text.Json.Nodes;
using Scim;

namespace ScimProvisioning.Tests.Generated;

/// <summary>
/// Resource types with attributes of every kind, and earlier versions of them: attributes had other types or other numbers of
/// values, and an extension was not registered yet.
/// </summary>
static class GeneratedTypes
{
    public const string Badge = "urn:acme:params:scim:schemas:Badge";

    static readonly string[] Kinds = ["string", "boolean", "integer", "decimal", "dateTime", "reference", "binary", "string"];
    static readonly string[] Names = ["Text", "Flag", "Count", "Amount", "Time", "Link", "Bytes", "Exact"];

    /// <summary>The types while the tests filter and sort.</summary>
    public static readonly ResourceTypes Now = Read(shift: 0, badge: true);

    /// <summary>The types when the resources were stored; the first are the present ones.</summary>
    public static readonly IReadOnlyList<ResourceTypes> Before =
    [
        Now,
        .. Enumerable.Range(0, Kinds.Length).Select(shift => Read(shift, badge: false)),
    ];

    /// <summary>Schemas as an admin registers them.</summary>
    public static JsonArray Schemas(int shift = 0) => [Schema("urn:acme:params:scim:schemas:Device", shift), Schema(Badge, shift: 0)];

    /// <summary>Resource types as an admin registers them.</summary>
    public static JsonArray Types(bool badge = true)
    {
        JsonArray extensions = badge ? [new JsonObject { ["schema"] = Badge, ["required"] = false }] : [];
        return
        [
            new JsonObject
            {
                ["name"] = "Device",
                ["endpoint"] = "/Devices",
                ["schema"] = "urn:acme:params:scim:schemas:Device",
                ["schemaExtensions"] = extensions,
            },
            new JsonObject { ["name"] = "User", ["schemaExtensions"] = extensions.DeepClone() },
            new JsonObject { ["name"] = "Group", ["schemaExtensions"] = extensions.DeepClone() },
        ];
    }

    static ResourceTypes Read(int shift, bool badge) => SchemaReader.Read(Schemas(shift), Types(badge));

    /// <summary>
    /// Each type with one value and with several, as an attribute and as a sub-attribute; <paramref name="shift"/> gives each
    /// name another type.
    /// </summary>
    static JsonObject Schema(string id, int shift) =>
        new()
        {
            ["id"] = id,
            ["attributes"] = new JsonArray([
                .. Simple("a", several: shift % 2 == 1, shift),
                .. Simple("m", several: shift % 2 == 0, shift),
                Complex("one", shift % 3 == 1, shift),
                Complex("many", shift % 3 != 2, shift),
            ]),
        };

    static IEnumerable<JsonNode> Simple(string prefix, bool several, int shift) =>
        Kinds.Select(
            (_, i) =>
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = $"{prefix}{Names[i]}",
                        ["type"] = Kinds[(i + shift) % Kinds.Length],
                        ["multiValued"] = several,
                        ["caseExact"] = i == Kinds.Length - 1 || Kinds[i] is "binary",
                    }
        );

    static JsonObject Complex(string name, bool several, int shift) =>
        new()
        {
            ["name"] = name,
            ["type"] = "complex",
            ["multiValued"] = several,
            ["subAttributes"] = new JsonArray([
                .. Simple("s", several: false, shift),
                .. Simple("p", several: shift % 2 == 0, shift),
                new JsonObject { ["name"] = "value", ["type"] = "string" },
                new JsonObject { ["name"] = "type", ["type"] = "string" },
                new JsonObject { ["name"] = "primary", ["type"] = "boolean" },
            ]),
        };
}

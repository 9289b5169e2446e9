using System.Text.Json.Nodes;

namespace Scim.Tests.Schemas;

/// <summary>The schemas and resource types of <c>Samples/device.json</c>, which have an attribute of every kind.</summary>
static class Registered
{
    public const string DeviceId = "urn:example:scim:schemas:1.0:Device";
    public const string LeaseId = "urn:example:scim:schemas:1.0:Lease";
    public const string BadgeId = "urn:example:scim:schemas:1.0:Badge";

    public static readonly ResourceTypes Types = Read(Wire.Sample("device"));

    public static readonly ResourceType Device = Types.Named("Device")!;

    public static ResourceTypes Read(JsonObject set) => SchemaReader.Read(set["schemas"]!.AsArray(), set["resourceTypes"]!.AsArray());

    /// <summary>The document of a new device with these attributes and those that it must have.</summary>
    public static JsonObject Create(string attributes) => ResourceParser.Create(Body(attributes), Device);

    public static JsonObject Replace(JsonObject current, string body) => ResourceParser.Replace(Wire.Json(body), Device, current);

    public static JsonObject Patch(JsonObject document, string operations) =>
        Patcher.Apply(document, PatchParser.Parse(Wire.Json($$"""{"Operations":{{operations}}}"""), Device), Device);

    public static JsonObject Body(string attributes) =>
        Wire.Json($$"""{"serial":"S1","{{BadgeId}}":{"number":"7"}{{(attributes.Length > 0 ? "," : "")}}{{attributes}}}""");
}

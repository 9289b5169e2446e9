using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Directory.Users;

/// <summary>Describes the JSON of people, which has no type of its own: it is written from what is stored.</summary>
static class PersonOpenApi
{
    const string Example = """
        {
          "id": "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10", "connectionId": "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e11",
          "organizationId": "00000000-0000-7000-8000-000000000001", "resourceId": "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e12",
          "externalId": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34", "uid": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34", "appUserId": "4711",
          "status": "active", "statusReason": null, "userName": "ella@contoso.com", "email": "ella@contoso.com", "firstName": "Ella",
          "lastName": "Berg", "displayName": "Ella Berg", "jobTitle": "Engineer", "department": "R&D", "employeeNumber": "1234",
          "managerId": null, "attributes": { "costCenter": "42" }, "localAttributes": { "shoeSize": 38 },
          "managedAttributes": ["userName", "email", "firstName", "lastName", "displayName", "jobTitle", "department", "costCenter"],
          "roles": [{ "key": "editor", "via": ["019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e13"] }],
          "groups": [{ "id": "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e13", "name": "Design" }],
          "source": { "provider": "entra", "connectionId": "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e11", "iconUrl": "/icons/entra.svg" },
          "version": 7, "createdAt": "2026-11-21T09:30:00.000Z", "updatedAt": "2026-11-22T08:00:00.000Z"
        }
        """;

    static readonly string[] Dates = ["createdAt", "updatedAt"];

    /// <summary>Members that are never null.</summary>
    static readonly string[] AlwaysThere =
    [
        "id",
        "connectionId",
        "organizationId",
        "status",
        "attributes",
        "localAttributes",
        "managedAttributes",
        "roles",
        "groups",
        "version",
        "createdAt",
        "updatedAt",
    ];

    public static void Describe(SwaggerGenOptions options) => options.MapType<PersonView>(() => Person());

    static OpenApiSchema Person()
    {
        var example = (JsonObject)JsonNode.Parse(Example)!;
        return new()
        {
            Description = "A person as the application sees him.",
            Examples = [example.DeepClone()],
            Type = JsonSchemaType.Object,
            Required = AlwaysThere.ToHashSet(StringComparer.Ordinal),
            Properties = example.ToDictionary(member => member.Key, member => (IOpenApiSchema)Member(member.Key, member.Value)),
        };
    }

    static OpenApiSchema Member(string name, JsonNode? example)
    {
        var schema = example switch
        {
            JsonArray array => new OpenApiSchema { Type = JsonSchemaType.Array, Items = Member("", array[0]) },
            JsonObject members when name is "" or "source" => new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = members.ToDictionary(m => m.Key, m => (IOpenApiSchema)Member(m.Key, m.Value)),
            },
            JsonObject => new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() },
            JsonValue number when name is "version" => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            _ => new OpenApiSchema { Type = JsonSchemaType.String, Format = Dates.Contains(name) ? "date-time" : null },
        };
        if (name.Length > 0 && !AlwaysThere.Contains(name))
            schema.Type |= JsonSchemaType.Null;
        if (example is not null)
            schema.Examples = [example.DeepClone()];
        return schema;
    }
}

using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Directory.Groups;

/// <summary>Describes the JSON of the members of a group, which has no type of its own.</summary>
static class GroupMemberOpenApi
{
    public static void Describe(SwaggerGenOptions options) =>
        options.MapType<GroupMember>(() =>
            new OpenApiSchema
            {
                Description = """A person with "type": "user", or a group with "type": "group", id, name and externalId.""",
                Type = JsonSchemaType.Object,
                AdditionalProperties = new OpenApiSchema(),
            }
        );
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Api;

/// <summary>
/// Tells generators which members of a message are always there, and which may be null. A member of a response is required when its type is
/// not nullable. A member of a request is required when its validator always refuses an empty one: its type is nullable all the same, so
/// that the validator can answer and not the JSON reader.
/// </summary>
sealed class OpenApiMembers(IServiceProvider services) : ISchemaFilter
{
    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } members } message || context.Type.Assembly != typeof(OpenApiMembers).Assembly)
            return;

        var required = context.Type.Name.EndsWith("Request", StringComparison.Ordinal) ? RequiredIn(context.Type) : null;
        var nullability = new NullabilityInfoContext();
        foreach (var property in context.Type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (!members.TryGetValue(name, out var member))
                continue;

            var isNullable = nullability.Create(property).ReadState is NullabilityState.Nullable;
            if (required?.Contains(property.Name) ?? !isNullable)
            {
                (message.Required ??= new SortedSet<string>(StringComparer.Ordinal)).Add(name);
                if (member is OpenApiSchema { Type: { } type } inline)
                    inline.Type = type & ~JsonSchemaType.Null;
            }
            // A reference to another schema cannot say by itself that the member may be null.
            else if (isNullable && member is OpenApiSchemaReference reference && !IsOmittedWhenNull(property))
                members[name] = new OpenApiSchema
                {
                    Description = reference.Description,
                    OneOf = [reference, new OpenApiSchema { Type = JsonSchemaType.Null }],
                };
        }
    }

    HashSet<string> RequiredIn(Type request) =>
        services.GetService(typeof(IValidator<>).MakeGenericType(request)) is IValidator validator
            ?
            [
                .. validator
                    .CreateDescriptor()
                    .GetMembersWithValidators()
                    .Where(member => member.Any(rule => rule.Validator is INotEmptyValidator && !rule.Options.HasCondition))
                    .Select(member => member.Key),
            ]
            : [];

    static bool IsOmittedWhenNull(PropertyInfo property) =>
        property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.WhenWritingNull };
}

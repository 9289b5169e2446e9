using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Admin.Schemas;

/// <summary>Keeps hidden what the attributes with <c>"returned": "never"</c> hold (RFC 7643 §7) when an admin changes schemas.</summary>
static class NeverReturned
{
    /// <summary>
    /// Refuses a change after which data would be returned that is never returned before it: the attribute gets another <c>returned</c>,
    /// or it is not registered any more, and unregistered data is returned whole.
    /// </summary>
    /// <exception cref="ScimException">409 when resources have such data.</exception>
    public static async Task RequireStillHiddenAsync(
        this ScimDbContext db,
        Guid connectionId,
        ResourceTypes before,
        ResourceTypes after,
        CancellationToken ct
    )
    {
        foreach (var type in before.All)
        foreach (var schema in type.Extensions.Prepend(type.Schema))
        foreach (var attribute in schema.Attributes.Where(old => !IsStillHidden(old, Find(after, type, schema, old))))
        {
            string[] path = schema == type.Schema ? [attribute.Name] : [schema.Id, attribute.Name];
            if (await db.HasResourcesAsync(connectionId, type.Name, ct, path))
                throw ScimException.Conflict(
                    $"There are resources of the type {type.Name} with '{attribute.Name}' of '{schema.Id}', "
                        + "which that schema never returns. After this change it would be returned. Remove the data first."
                );
        }
    }

    static AttributeDefinition? Find(ResourceTypes after, ResourceType type, SchemaDefinition schema, AttributeDefinition attribute) =>
        after.Named(type.Name)?.FindSchema(schema.Id)?.Find(attribute.Name);

    static bool IsStillHidden(AttributeDefinition before, AttributeDefinition? after) =>
        after?.Returned is Returned.Never
        || before.Returned is not Returned.Never
            && before
                .SubAttributes.Where(sub => sub.Returned is Returned.Never)
                .All(sub => after?.Sub(sub.Name)?.Returned is Returned.Never);
}
